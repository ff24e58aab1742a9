import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundMessage } from '../../connectors/contract/index.ts';
import { optionPayload } from '../../protocol/questions.ts';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { BlobStore } from '../media/blobs.ts';
import { createSend } from '../messages/send.ts';
import { createAccept } from './accept.ts';
import type { Accept } from './accept.ts';

let engine: Engine;
let live: LiveAccount;
let accept: Accept;
let pendingMedia = 0;

beforeEach(async () => {
  engine = await startEngine();
  live = await engine.account();
  pendingMedia = 0;
  accept = createAccept({
    ...engine,
    blobs: new BlobStore(engine.folder),
    onPendingMedia: () => pendingMedia++,
    onQueued: () => {},
  });
});
afterEach(() => engine.close());

let made = 0;
const said = (text: string, change: Partial<InboundMessage> = {}): InboundMessage => ({
  type: 'message',
  providerId: `p${++made}`,
  sender: { address: 'probe:ada' },
  content: { kind: 'text', text },
  ...change,
});

interface Told {
  type: string;
  conversationid?: string;
  data: Record<string, unknown>;
}
const told = (type: string) =>
  engine.emitted.map(({ envelope }) => JSON.parse(envelope) as Told).filter((event) => event.type === type);
const messageOf = async (accepted: { messageId?: string }[]) =>
  (await engine.store.read.messages.byId(accepted[0]!.messageId!))!;

describe('repeats', () => {
  test('invariant 2: a message is received once, however often it is repeated, also at the same time and in one batch', async () => {
    const item = said('Hello');
    const results = await Promise.all([
      accept(live, [item]),
      accept(live, [item, item]),
      accept(live, [item]),
    ]);
    results.push(await accept(live, [item]));
    const all = results.flat();
    expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(1);
    expect(told('message.received')).toHaveLength(1);
    expect(told('conversation.opened')).toHaveLength(1);
  });

  test('the same id on another account is another message', async () => {
    const item = said('Hello');
    const other = await engine.account();
    const [first] = await accept(live, [item]);
    const [second] = await accept(other, [item]);
    expect(second).toMatchObject({ duplicate: false });
    expect(second!.messageId).not.toBe(first!.messageId);
  });

  test('a batch is one commit: nothing of it is kept if a part of it cannot be', async () => {
    const before = engine.store.counts().commits;
    await accept(live, [said('one'), said('two'), said('three')]);
    expect(engine.store.counts().commits).toBe(before + 1);
    await expect(
      accept(live, [said('four'), said('five', { sender: { address: 'other:ada' } })]),
    ).rejects.toThrow(/scheme/);
    expect(told('message.received')).toHaveLength(3);
  });
});

describe('threads', () => {
  test('invariant 4: a conversation counts its messages in the order they were accepted', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => accept(live, [said(`n${i}`)])));
    const rows = await Promise.all(results.map(messageOf));
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(new Set(rows.map(({ conversationId }) => conversationId)).size).toBe(1);
  });

  test('an address that the platform vouches for is the same person', async () => {
    const first = await messageOf(
      await accept(live, [said('Hello', { sender: { address: 'probe:new', aliases: ['probe:old'] } })]),
    );
    const second = await messageOf(
      await accept(live, [said('Me again', { sender: { address: 'probe:old' } })]),
    );
    const third = await messageOf(
      await accept(live, [
        said('And again', { sender: { address: 'probe:newest', aliases: ['probe:new'] } }),
      ]),
    );
    expect([second.conversationId, third.conversationId]).toEqual([
      first.conversationId,
      first.conversationId,
    ]);
    expect(third.sequence).toBe(3);
    expect(told('conversation.opened')).toHaveLength(1);
  });

  test('two who turn out to be one have one thread from then on, with both pasts in it', async () => {
    const one = await messageOf(
      await accept(live, [said('by the old address', { sender: { address: 'probe:old' } })]),
    );
    const two = await messageOf(
      await accept(live, [said('by the new one', { sender: { address: 'probe:new' } })]),
    );
    expect(one.conversationId).not.toBe(two.conversationId);
    const both = await messageOf(
      await accept(live, [said('it is me', { sender: { address: 'probe:new', aliases: ['probe:old'] } })]),
    );
    const thread = await engine.store.read.messages.ofConversation(both.conversationId, 1e9, 10);
    expect(thread.map(({ id }) => id).toSorted()).toEqual([one.id, two.id, both.id].toSorted());
    expect(thread.map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
  });

  test('invariant 8: the same address is another person at another merchant', async () => {
    const other = await engine.account({ merchantId: 'mer_2' });
    const mine = await messageOf(await accept(live, [said('Hello')]));
    const theirs = await messageOf(await accept(other, [said('Hello')]));
    expect(theirs.conversationId).not.toBe(mine.conversationId);
    expect(theirs.consumerId).not.toBe(mine.consumerId);
    expect(engine.emitted.filter(({ merchantId }) => merchantId === 'mer_2')).toHaveLength(2);
  });

  test('a reply leads to our own id, whichever side wrote the message', async () => {
    const question = await messageOf(await accept(live, [said('Hello', { providerId: 'their-1' })]));
    const reply = await messageOf(await accept(live, [said('Still me', { replyTo: 'their-1' })]));
    expect(reply.extras?.replyTo).toBe(question.id);
    await engine.store.write((tx) =>
      tx.receipts.insertPart({
        accountId: live.row.id,
        providerId: 'ours-1',
        messageId: 'msg_ours',
        part: 0,
        state: 'sent',
      }),
    );
    const reaction = await messageOf(
      await accept(live, [
        said('', { replyTo: 'ours-1', content: { kind: 'reaction', message_id: '', emoji: '👍' } }),
      ]),
    );
    expect(reaction.content).toMatchObject({ kind: 'reaction', message_id: 'msg_ours' });
  });

  test('signals and what is of no concern write no message', async () => {
    expect(await accept(live, [{ type: 'ignored', reason: 'echo' }])).toEqual([{ duplicate: false }]);
    await accept(live, [{ type: 'signal', sender: { address: 'probe:ada' }, signal: 'typing' }]);
    expect(engine.emitted).toEqual([]);
    await accept(live, [said('Hello')]);
    await accept(live, [{ type: 'signal', sender: { address: 'probe:ada' }, signal: 'typing_stopped' }]);
    expect(told('consumer.typing')).toMatchObject([{ data: { on: false } }]);
  });
});

describe('answers', () => {
  async function ask(options = ['Yes', 'No'], to = 'probe:ada'): Promise<string> {
    const send = createSend({ ...engine, onQueued: () => {} });
    const content = {
      kind: 'choice' as const,
      text: 'Shall we?',
      options: options.map((title, i) => ({ id: `o${i}`, title })),
    };
    const { body } = await send({ merchantId: 'mer_1', test: false, input: { to, content } });
    return (JSON.parse(body) as { id: string }).id;
  }

  test.each([
    ['the number', '2', 'number', 'o1'],
    ['the number with a dot', '1.', 'number', 'o0'],
    ['the words', 'no', 'words', 'o1'],
  ])('%s of an option answers the question', async (_, text, via, option) => {
    const id = await ask();
    const message = await messageOf(await accept(live, [said(text)]));
    expect(message.extras?.answer).toMatchObject({ message_id: id, via, options: [{ id: option }] });
    expect(told('choice.answered')).toMatchObject([{ data: { message_id: id, answered_by: message.id } }]);
  });

  test('a payload of ours answers it too, and answers it once', async () => {
    const id = await ask();
    await accept(live, [said('No', { payload: optionPayload(id, 1) })]);
    expect(told('choice.answered')).toMatchObject([
      { data: { message_id: id, via: 'payload', options: [{ id: 'o1', title: 'No' }] } },
    ]);
    const later = await messageOf(await accept(live, [said('1')]));
    expect(later.extras?.answer).toBeUndefined();
  });

  test('the question that is replied to goes before the newest', async () => {
    const first = await ask();
    await ask();
    await engine.store.write((tx) =>
      tx.receipts.insertPart({
        accountId: live.row.id,
        providerId: 'shown-1',
        messageId: first,
        part: 0,
        state: 'sent',
      }),
    );
    await accept(live, [said('1', { replyTo: 'shown-1' })]);
    expect(told('choice.answered')).toMatchObject([{ data: { message_id: first } }]);
  });

  test('invariant 8: a payload that names a question of somebody else answers nothing', async () => {
    const foreign = await ask(['Yes', 'No'], 'probe:bob');
    const message = await messageOf(
      await accept(live, [said('Yes', { payload: optionPayload(foreign, 0) })]),
    );
    expect(told('choice.answered')).toEqual([]);
    expect(message.extras?.postback?.payload).toBe(optionPayload(foreign, 0));
  });

  test('an expired question, a machine’s message and other words answer nothing; an open one is said', async () => {
    await ask();
    const automatic = await messageOf(await accept(live, [said('1', { automatic: true })]));
    expect(automatic.extras?.answer).toBeUndefined();
    const other = await messageOf(await accept(live, [said('what do you mean?')]));
    expect(other.extras?.openQuestion).toBe(true);
    engine.clock.advance(86_400_001);
    const late = await messageOf(await accept(live, [said('1')]));
    expect(late.extras?.answer).toBeUndefined();
    expect(told('choice.answered')).toEqual([]);
  });

  test('a merchant’s own payload is a postback', async () => {
    const message = await messageOf(await accept(live, [said('Start', { payload: 'GET_STARTED' })]));
    expect(message.extras?.postback).toEqual({ payload: 'GET_STARTED', title: 'Start' });
  });
});

describe('consent', () => {
  const address = () => engine.store.read.directory.address('mer_1', 'probe:ada');

  test('STOP opts out once, START opts in again', async () => {
    await accept(live, [said('Hello')]);
    await accept(live, [said('STOP')]);
    await accept(live, [said('stop')]);
    expect((await address())?.optedOutAt).toBe(engine.clock.now());
    expect(told('consumer.opted_out')).toHaveLength(1);
    await accept(live, [said('START')]);
    expect((await address())?.optedOutAt).toBeNull();
    expect(told('consumer.opted_in')).toHaveLength(1);
  });

  describe('that the platform states', () => {
    const states = (
      state: 'opted_out' | 'opted_in',
      change: Partial<InboundMessage> = {},
      scope?: 'promotional',
    ) =>
      said('', {
        content: { kind: 'native', connector: 'probe', payload: { event: state }, text: state },
        automatic: true,
        consent: { state, statement: `probe.${state}`, ...(scope ? { scope } : {}) },
        ...change,
      });

    test('holds once, and is lifted by the platform or by writing again', async () => {
      await accept(live, [said('Hello')]);
      const blocked = await messageOf(await accept(live, [states('opted_out', { providerId: 'block' })]));
      expect((await address())?.optedOutBy).toMatchObject({ via: 'platform', statement: 'probe.opted_out' });
      expect(told('consumer.opted_out')).toMatchObject([
        { data: { via: 'platform', message_id: blocked.id, address: 'probe:ada' } },
      ]);
      await accept(live, [states('opted_in', { providerId: 'unblock' })]);
      expect((await address())?.optedOutAt).toBeNull();
      // a late repetition
      expect(await accept(live, [states('opted_out', { providerId: 'block' })])).toMatchObject([
        { duplicate: true },
      ]);
      expect((await address())?.optedOutAt).toBeNull();
      await accept(live, [states('opted_out')]);
      await accept(live, [said('Me again')]);
      expect(await address()).toMatchObject({ optedOutAt: null, optedOutBy: null });
      expect(told('consumer.opted_out')).toHaveLength(2);
      expect(told('consumer.opted_in')).toMatchObject([
        { data: { via: 'platform' } },
        { data: { via: 'message' } },
      ]);
    });

    test('does not take back a word of theirs, and STOP goes before it', async () => {
      await accept(live, [said('STOP')]);
      await accept(live, [states('opted_out'), states('opted_in'), said('what?')]);
      expect((await address())?.optedOutBy).toMatchObject({ via: 'message' });
      await accept(live, [said('START'), states('opted_out'), said('STOP'), states('opted_in')]);
      expect((await address())?.optedOutBy).toMatchObject({ via: 'message' });
    });

    test('is of one account: who blocked another goes on', async () => {
      const other = await engine.account();
      await accept(other, [said('Hello')]);
      await accept(live, [said('Hello')]);
      await accept(other, [states('opted_out')]);
      expect((await address())?.optedOutAt).toBeNull();
      await accept(live, [states('opted_out')]);
      await accept(other, [states('opted_in')]);
      expect((await address())?.optedOutAt).not.toBeNull();
    });

    test('of promotional messages leaves the others alone', async () => {
      await accept(live, [said('Hello'), states('opted_out', {}, 'promotional'), said('still here')]);
      expect(await address()).toMatchObject({
        optedOutAt: null,
        promotionsRefused: { via: 'platform', at: engine.clock.now() },
      });
      expect(told('consumer.opted_out')).toMatchObject([{ data: { scope: 'promotional' } }]);
      await accept(live, [states('opted_in', {}, 'promotional')]);
      expect((await address())?.promotionsRefused).toBeNull();
      expect(told('consumer.opted_in')).toMatchObject([{ data: { scope: 'promotional' } }]);
    });

    test('of somebody unknown leaves no trace', async () => {
      expect(await accept(live, [states('opted_out')])).toEqual([{ duplicate: false }]);
      expect(await address()).toBeUndefined();
      expect(engine.emitted).toEqual([]);
      await accept(live, [states('opted_in')]);
      expect(told('message.received')).toHaveLength(1);
      expect(told('consumer.opted_in')).toEqual([]);
    });
  });

  test('invariant 8: it holds for this merchant only', async () => {
    const other = await engine.account({ merchantId: 'mer_2' });
    await accept(other, [said('Hello')]);
    await accept(live, [said('STOP')]);
    expect((await engine.store.read.directory.address('mer_2', 'probe:ada'))?.optedOutAt).toBeNull();
  });

  test('a machine’s words are no consent, and open no way back', async () => {
    await accept(live, [said('STOP', { automatic: true })]);
    expect((await address())?.optedOutAt).toBeNull();
    expect((await address())?.lastInboundAt).toBeNull();
  });
});

describe('media', () => {
  test('bytes are ours before the commit; what is only named is fetched later; the content names our ids only', async () => {
    const bytes = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const withMedia = (source: InboundMessage['media']) =>
      said('', {
        content: { kind: 'media', media: { type: 'image', id: 'k' } },
        ...(source ? { media: source } : {}),
      });
    const here = await messageOf(await accept(live, [withMedia({ k: { bytes } })]));
    expect(pendingMedia).toBe(0);
    const named = await messageOf(
      await accept(live, [withMedia({ k: { reference: 'https://platform.test/secret' } })]),
    );
    expect(pendingMedia).toBe(1);
    for (const message of [here, named]) {
      const { media } = message.content as { media: { id: string } };
      const row = await engine.store.read.media.byId(media.id);
      expect(row).toMatchObject({
        messageId: message.id,
        merchantId: 'mer_1',
        state: message === here ? 'ready' : 'pending',
      });
    }
    expect(JSON.stringify(engine.emitted)).not.toContain('platform.test');
  });
});
