import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMetaEmulator } from '../../test/providers/meta.ts';
import type { MetaEmulator } from '../../test/providers/meta.ts';
import { file, messageId, startHarness } from '../../test/providers/meta/harness.ts';
import type { Harness } from '../../test/providers/meta/harness.ts';
import { connector } from './index.ts';

const psid = '7100000000000001';
const address = `messenger:${psid}`;
let meta: MetaEmulator;
let own: Harness;
const ada = () => meta.messenger.user(psid);

beforeEach(async () => {
  meta = await startMetaEmulator({ retryMs: 1 });
  own = await startHarness(connector, meta.accounts.messenger, meta.messenger.hooks);
});
afterEach(async () => {
  await own.close();
  await meta.close();
});

describe('with the emulated Send API', () => {
  it('shakes hands, and only with the right word', async () => {
    expect(await meta.messenger.hooks.subscribe('emulated-verify-token')).toBe(true);
    expect(await meta.messenger.hooks.subscribe('another')).toBe(false);
  });

  it('goes around: words in, words out, delivered by id and read by time', async () => {
    const id = await ada().writes('Où est mon vélo ? 🚲');
    expect(own.messages()).toMatchObject([
      { providerId: id, sender: { address }, content: { text: 'Où est mon vélo ? 🚲' } },
    ]);
    expect(await own.send(address, { kind: 'text', text: 'Il arrive' }, { replyTo: id })).toEqual({
      type: 'sent',
      providerIds: [ada().last!.id],
    });
    expect(ada().last).toMatchObject({ text: 'Il arrive', replyTo: id, raw: { messaging_type: 'RESPONSE' } });
    await meta.settled();
    expect(own.items.slice(1)).toMatchObject([
      { state: 'delivered', providerIds: [ada().last!.id], address },
      { state: 'read', providerIds: [], upToMs: expect.any(Number), address },
    ]);
  });

  it('asks by quick replies, by buttons that stay and by cards, and gets the payload back', async () => {
    await ada().writes('Hello');
    const options = Array.from({ length: 13 }, (_, index) => ({ id: `o${index}`, title: `Option ${index}` }));
    await own.send(address, { kind: 'choice', text: 'Which?', options });
    expect(ada().last).toMatchObject({
      type: 'text',
      text: 'Which?',
      buttons: options.map(({ title }) => ({ title, how: 'quick_reply' })),
    });
    await ada().presses('Option 12');
    await own.send(address, {
      kind: 'choice',
      style: 'buttons',
      text: 'When?',
      options: options.slice(0, 3),
    });
    expect(ada().last).toMatchObject({ type: 'button', buttons: [{ how: 'postback' }, {}, {}] });
    await ada().presses(1);
    const cards = ['A', 'B'].map((title) => ({
      title,
      subtitle: 's',
      actions: [{ type: 'reply' as const, id: title, title: `Take ${title}` }],
    }));
    await own.send(address, { kind: 'carousel', text: 'Ours', cards });
    expect(
      ada()
        .shown.slice(-2)
        .map(({ type }) => type),
    ).toEqual(['text', 'generic']);
    await ada().picks('Take B');
    await own.send(address, { kind: 'card', card: { title: 'Only a title' } });
    expect(ada().last).toMatchObject({ type: 'text', text: 'Only a title' });
    expect(
      own
        .messages()
        .slice(1)
        .map(({ payload }) => payload),
    ).toEqual([`${messageId}.12`, `${messageId}.1`, `${messageId}.1`]);
  });

  it('carries files both ways, reactions, signals, edits and native payloads', async () => {
    const bytes = Uint8Array.of(137, 80, 78, 71, 13, 10);
    const id = await ada().sendsImage(bytes);
    const { reference } = own.messages()[0]!.media!['media'] as { reference: string };
    const fetched = await connector.media!.fetch(reference, { config: {}, credentials: {} } as never, {
      ...own.context,
      maxBytes: 100,
    });
    expect(fetched.ok && [...fetched.bytes]).toEqual([...bytes]);
    expect(fetched).toMatchObject({ mediaType: 'image/png' });
    const media = new Map([['med_1', file(bytes, 'image/png')]]);
    await own.send(
      address,
      { kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Here' },
      { media },
    );
    expect(ada().shown).toMatchObject([
      { type: 'image', media: { bytes: Buffer.from(bytes) } },
      { type: 'text', text: 'Here' },
    ]);
    await own.send(address, { kind: 'reaction', message_id: 'msg_1', emoji: '👍' }, { replyTo: id });
    expect(ada().reactions.get(id)).toBe('👍');
    await own.send(address, { kind: 'reaction', message_id: 'msg_1', emoji: '' }, { replyTo: id });
    expect(ada().reactions.size).toBe(0);
    for (const on of [true, false]) await own.send(address, { kind: 'typing', on });
    await own.send(address, { kind: 'read', message_id: 'msg_1' });
    expect(ada().signals).toEqual(['typing_on', 'typing_off', 'mark_seen']);
    const payload = { message: { text: 'raw' }, recipient: { id: '7100000000000099' } };
    await own.send(address, { kind: 'native', connector: 'messenger', payload, text: 'raw' });
    expect(ada().last).toMatchObject({ text: 'raw' });
    await ada().edits(id, 'better');
    await ada().takesBack(id);
    await ada().reacts('❤️');
    await ada().startsWith('Start', 'GET_STARTED', {
      ref: 'flyer',
      source: 'SHORTLINK',
      type: 'OPEN_THREAD',
    });
    await ada().comesBy({ ref: 'poster', source: 'SHORTLINK', type: 'OPEN_THREAD' });
    expect(own.messages().slice(1)).toMatchObject([
      { content: { kind: 'edit', text: 'better' }, replyTo: id },
      { content: { kind: 'removal' }, replyTo: id },
      { content: { kind: 'reaction', emoji: '❤️' }, replyTo: ada().last!.id },
      { payload: 'GET_STARTED', referral: { ref: 'flyer' } },
      { referral: { ref: 'poster', source: 'SHORTLINK' } },
    ]);
  });

  it('says how each trouble of the platform ends', async () => {
    const text = { kind: 'text' as const, text: 'x' };
    expect(await own.send(address, text)).toMatchObject({
      failure: { code: 'address_invalid', platform_code: '100/2018001' },
    });
    ada();
    expect(await own.send(address, text)).toMatchObject({
      failure: { code: 'window_closed', platform_code: '10/2018278' },
    });
    await ada().writes('Hello');
    meta.fault('throttle');
    expect(await own.send(address, text)).toMatchObject({ type: 'throttled', retryAfterMs: 1000 });
    meta.refuseNext({ code: 613, message: 'rate' });
    expect(await own.send(address, text)).toEqual({ type: 'throttled', platformCode: '613' });
    meta.refuseNext({ code: 1200, message: 'temporary' });
    expect(await own.send(address, text)).toMatchObject({
      failure: { code: 'platform_unavailable', permanent: false },
    });
    meta.fault('fail');
    expect(await own.send(address, text)).toMatchObject({
      failure: { code: 'platform_unavailable', permanent: false },
    });
    meta.fault('unauthorized');
    expect(await own.send(address, text)).toMatchObject({ failure: { code: 'account_unauthorized' } });
    meta.fault('unreadable');
    expect(await own.send(address, text)).toMatchObject({ type: 'uncertain' });
    ada().blocked = true;
    expect(await own.send(address, text)).toMatchObject({ failure: { code: 'unreachable' } });
    ada().blocked = false;
    expect(await own.send(address, { kind: 'text', text: 'x'.repeat(2001) })).toMatchObject({
      failure: { code: 'content_refused' },
    });
    expect(ada().shown).toEqual([]);
  });

  it('takes receipts before the answer and in the wrong order', async () => {
    await ada().writes('Hello');
    const states = async (mode: MetaEmulator['callbacks']) => {
      meta.callbacks = mode;
      own.items.length = 0;
      await own.send(address, { kind: 'text', text: mode });
      const before = own.items.length;
      await meta.settled();
      return [before, own.items.map((item) => (item.type === 'receipt' ? item.state : item.type)).join()];
    };
    expect(await states('early')).toEqual([2, 'delivered,read']);
    expect((await states('reordered'))[1]).toBe('read,delivered');
    expect((await states('twice'))[1]).toBe('delivered,delivered,read,read');
  });
});
