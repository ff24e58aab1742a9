import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMetaEmulator } from '../../test/providers/meta.ts';
import type { MetaEmulator } from '../../test/providers/meta.ts';
import { file, messageId, startHarness } from '../../test/providers/meta/harness.ts';
import type { Harness } from '../../test/providers/meta/harness.ts';

import { connector } from './index.ts';
import type { WhatsAppAccount } from './manifest.ts';

const phone = '+33639980001';
const userId = 'FR.840200000000001';
const address = `whatsapp:${userId}`;
let meta: MetaEmulator;
let own: Harness;
const long = (length: number) => 'x'.repeat(length);
const ada = () => meta.whatsapp.user(phone, { userId });

beforeEach(async () => {
  const templates = [
    {
      name: 'order_ready',
      language: 'fr_FR',
      body: '{{1}}, commande {{2}} prête',
      header: 'image' as const,
      buttons: [{ type: 'quick_reply' as const, text: 'J’arrive' }],
    },
  ];
  meta = await startMetaEmulator({ whatsapp: { templates }, retryMs: 1, escape: true });
  own = await startHarness(connector, meta.accounts.whatsapp, meta.whatsapp.hooks);
});
afterEach(async () => {
  await own.close();
  await meta.close();
});

describe('with the emulated Cloud API', () => {
  it('shakes hands, and only with the right word', async () => {
    expect(await meta.whatsapp.hooks.subscribe('emulated-verify-token')).toBe(true);
    expect(await meta.whatsapp.hooks.subscribe('another')).toBe(false);
  });

  it('goes around: words in, words out, and three receipts', async () => {
    const id = await ada().writes('Où est mon vélo ? 🚲');
    expect(own.messages()).toMatchObject([
      {
        providerId: id,
        sender: { address, aliases: [`whatsapp:${phone}`] },
        content: { text: 'Où est mon vélo ? 🚲' },
      },
    ]);
    const sent = await own.send(address, { kind: 'text', text: 'Il arrive' }, { replyTo: id });
    expect(ada().last).toMatchObject({ text: 'Il arrive', replyTo: id });
    await meta.settled();
    const receipts = own.items.filter((item) => item.type === 'receipt');
    expect(sent).toEqual({ type: 'sent', providerIds: [ada().last!.id] });
    expect(receipts.map(({ state, providerIds }) => [state, ...providerIds])).toEqual(
      ['sent', 'delivered', 'read'].map((state) => [state, ada().last!.id]),
    );
  });

  it('knows a person whose number is withheld, and reaches them by number and by id', async () => {
    await ada().writes('With a number');
    ada().withheld = true;
    await ada().writes('Without');
    expect(own.messages().map(({ sender }) => sender.address)).toEqual([address, address]);
    expect(own.messages()[1]!.sender.aliases).toBeUndefined();
    expect(await own.send(address, { kind: 'text', text: 'by id' })).toMatchObject({ type: 'sent' });
    expect(await own.send(`whatsapp:${phone}`, { kind: 'text', text: 'by number' })).toMatchObject({
      type: 'sent',
    });
    expect(ada().shown.map(({ text, raw }) => [text, raw['to'] ?? raw['recipient']])).toEqual([
      ['by id', userId],
      ['by number', phone],
    ]);
  });

  it('asks by buttons and by list, and gets the payload back', async () => {
    await ada().writes('Hello');
    const days = ['Mon', 'Tue', 'Wed', 'Thu'].map((title) => ({ id: title, title }));
    await own.send(address, { kind: 'choice', text: 'When?', header: 'Delivery', options: days.slice(0, 3) });
    expect(ada().last).toMatchObject({
      type: 'interactive',
      text: 'Delivery\nWhen?',
      buttons: [{ how: 'button' }, {}, {}],
    });
    await ada().presses('Tue');
    await own.send(address, { kind: 'choice', text: 'Which?', options: days });
    await ada().picks('Thu');
    expect(own.messages().slice(1)).toMatchObject([
      { payload: `${messageId}.1`, replyTo: ada().shown[0]!.id },
      { payload: `${messageId}.3`, content: { text: 'Thu' } },
    ]);
  });

  it('sends a template outside the window and the answer to its button comes back', async () => {
    ada();
    expect(await own.send(address, { kind: 'text', text: 'x' })).toMatchObject({
      failure: { code: 'window_closed', platform_code: '131047' },
    });
    const media = new Map([['med_1', file(Uint8Array.of(1, 2, 3), 'image/png')]]);
    const template = {
      kind: 'template' as const,
      name: 'order_ready',
      language: 'fr-FR',
      text: 'Ada, 7',
      header: [{ type: 'image' as const, id: 'med_1' }],
    };
    const buttons = [{ index: 0, type: 'quick_reply' as const, value: 'COMING' }];
    expect(
      await own.send(address, { ...template, parameters: ['Ada', '7'], buttons }, { media }),
    ).toMatchObject({ type: 'sent' });
    expect(ada().last).toMatchObject({ text: 'Ada, commande 7 prête' });
    await ada().presses('J’arrive');
    expect(own.messages().at(-1)).toMatchObject({ payload: 'COMING', content: { text: 'J’arrive' } });
    expect(await own.send(address, { ...template, parameters: ['Ada'] }, { media })).toMatchObject({
      failure: { code: 'template_refused', platform_code: '132000' },
    });
    expect(await own.send(address, { ...template, name: 'other' }, { media })).toMatchObject({
      failure: { code: 'template_refused', platform_code: '132001' },
    });
  });

  it('carries files both ways', async () => {
    const bytes = Uint8Array.of(137, 80, 78, 71, 13, 10);
    await ada().sendsImage(bytes, 'broken');
    const [message] = own.messages();
    const account = {
      config: connector.manifest.config.parse(meta.accounts.whatsapp.config),
      credentials: meta.accounts.whatsapp.credentials,
    } as WhatsAppAccount;
    const reference = (message!.media!['media'] as { reference: string }).reference;
    const fetched = await connector.media!.fetch(reference, account, { ...own.context, maxBytes: 100 });
    expect(fetched).toMatchObject({ ok: true, mediaType: 'image/png' });
    expect(fetched.ok && [...fetched.bytes]).toEqual([...bytes]);
    expect(await connector.media!.fetch(reference, account, { ...own.context, maxBytes: 3 })).toEqual({
      ok: false,
      permanent: true,
      reason: 'too_large',
    });
    expect(await connector.media!.fetch('4711', account, { ...own.context, maxBytes: 3 })).toMatchObject({
      ok: false,
      permanent: true,
    });
    const media = new Map([
      ['med_1', file(bytes, 'application/pdf', 'invoice "7".pdf')],
      ['med_2', file(bytes, 'audio/mpeg')],
    ]);
    await own.send(
      address,
      { kind: 'media', media: { type: 'file', id: 'med_1', name: 'invoice.pdf' }, caption: 'Here' },
      { media },
    );
    expect(ada().last).toMatchObject({
      type: 'document',
      text: 'Here',
      media: { bytes: Buffer.from(bytes) },
    });
    expect(
      await own.send(
        address,
        { kind: 'media', media: { type: 'audio', id: 'med_2' }, caption: 'Listen' },
        { media },
      ),
    ).toMatchObject({ providerIds: [expect.any(String), expect.any(String)] });
    expect(
      ada()
        .shown.slice(-2)
        .map(({ type }) => type),
    ).toEqual(['audio', 'text']);
    expect(await own.send(address, { kind: 'media', media: { type: 'image', id: 'med_9' } })).toMatchObject({
      failure: { code: 'media_unavailable' },
    });
  });

  it('carries places, people, cards, reactions, signals and native payloads', async () => {
    const id = await ada().writes('Hello');
    await own.send(address, { kind: 'location', latitude: 48.85, longitude: 2.35, name: 'Depot' });
    await own.send(address, { kind: 'contact', contacts: [{ name: 'Alan', phones: ['+33639980002'] }] });
    await own.send(address, {
      kind: 'card',
      card: { title: 'Bike', actions: [{ type: 'url', title: 'See', url: 'https://shop.example.com/' }] },
    });
    await own.send(address, {
      kind: 'card',
      card: {
        title: 'Bike',
        actions: [
          { type: 'reply', id: 'buy', title: 'Buy' },
          { type: 'url', title: 'See', url: 'https://shop.example.com/' },
        ],
      },
    });
    await own.send(address, {
      kind: 'native',
      connector: 'whatsapp',
      payload: { type: 'text', text: { body: 'raw' }, to: '+33639980099' },
      text: 'raw',
    });
    expect(ada().shown.map(({ type, text }) => [type, text])).toEqual([
      ['location', 'Depot\n48.85,2.35'],
      ['contacts', 'Alan +33639980002'],
      ['interactive', 'Bike'],
      ['interactive', 'Bike\nSee: https://shop.example.com/'],
      ['text', 'raw'],
    ]);
    await own.send(address, { kind: 'reaction', message_id: 'msg_1', emoji: '👍' }, { replyTo: id });
    await own.send(address, { kind: 'typing' }, { replyTo: id });
    await own.send(address, { kind: 'read', message_id: 'msg_1' }, { replyTo: id });
    expect([ada().reactions.get(id), ...ada().signals]).toEqual(['👍', 'typing', 'read']);
    expect(await own.send(address, { kind: 'typing' })).toEqual({ type: 'sent', providerIds: [] });
    await ada().reacts('❤️');
    expect(own.messages().at(-1)).toMatchObject({
      content: { kind: 'reaction', emoji: '❤️' },
      replyTo: ada().last!.id,
    });
  });

  it('says how each trouble of the platform ends', async () => {
    await ada().writes('Hello');
    const text = { kind: 'text' as const, text: 'x' };
    meta.fault('throttle');
    expect(await own.send(address, text)).toEqual({
      type: 'throttled',
      retryAfterMs: 1000,
      platformCode: '130429',
    });
    meta.fault('fail');
    expect(await own.send(address, text)).toMatchObject({
      failure: { code: 'platform_unavailable', permanent: false },
    });
    meta.fault('unauthorized');
    expect(await own.send(address, text)).toMatchObject({ failure: { code: 'account_unauthorized' } });
    meta.fault('unreadable');
    expect(await own.send(address, text)).toEqual({ type: 'uncertain', reason: 'unreadable_answer' });
    meta.fault('reset');
    expect(await own.send(address, text)).toEqual({ type: 'uncertain', reason: 'reset' });
    meta.refuseNext({ code: 131056, message: 'pair rate' });
    expect(await own.send(address, text)).toEqual({
      type: 'throttled',
      platformCode: '131056',
      scope: 'address',
    });
    expect(await own.send('whatsapp:+33639980077', text)).toMatchObject({ failure: { code: 'unreachable' } });
    expect(ada().shown).toEqual([]);
  });

  it('never doubles a part of which one half went through', async () => {
    await ada().writes('Hello');
    const media = new Map([['med_1', file(Uint8Array.of(1), 'audio/mpeg')]]);
    const posts = () => meta.calls.filter(({ path }) => path.endsWith('/messages')).length;
    const sound = {
      kind: 'media' as const,
      media: { type: 'audio' as const, id: 'med_1' },
      caption: 'x'.repeat(4097),
    };
    expect(await own.send(address, sound, { media })).toEqual({ type: 'uncertain', reason: 'partly_sent' });
    expect(posts()).toBe(2);
    meta.fault('reset');
    expect(await own.send(address, { ...sound, caption: 'short' }, { media })).toMatchObject({
      type: 'rejected',
      failure: { permanent: false },
    });
    expect(posts()).toBe(2);
  });

  it('takes receipts before the answer, twice and in the wrong order, and repeats of what was not taken', async () => {
    await ada().writes('Hello');
    const states = async (mode: MetaEmulator['callbacks']) => {
      meta.callbacks = mode;
      own.items.length = 0;
      await own.send(address, { kind: 'text', text: mode });
      const before = own.items.length;
      await meta.settled();
      return [before, own.items.map((item) => (item.type === 'receipt' ? item.state : item.type)).join()];
    };
    expect(await states('early')).toEqual([3, 'sent,delivered,read']);
    expect((await states('twice'))[1]).toBe('sent,sent,delivered,delivered,read,read');
    expect((await states('reordered'))[1]).toBe('read,delivered,sent');
    expect((await states('none'))[1]).toBe('');
    own.answers.push(500, 503);
    own.items.length = 0;
    await ada().writes('Once');
    expect(own.messages()).toHaveLength(1);
    expect(meta.whatsapp.hooks.calls.slice(-3).map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 503],
      [3, 200],
    ]);
  });

  it('tells of a failure that comes later', async () => {
    await meta.whatsapp.failsLater(ada(), 'wamid.X', 131026);
    expect(own.items).toMatchObject([
      {
        type: 'receipt',
        state: 'failed',
        providerIds: ['wamid.X'],
        failure: { code: 'unreachable', platform_code: '131026' },
      },
    ]);
  });

  it('refuses what is over a limit before or at the platform', async () => {
    await ada().writes('Hello');
    expect(await own.send(address, { kind: 'text', text: long(4097) })).toMatchObject({
      failure: { code: 'content_refused', platform_code: '131009' },
    });
    expect(
      await own.send(address, { kind: 'choice', text: long(1025), options: [{ id: 'a', title: 'A' }] }),
    ).toMatchObject({ failure: { code: 'content_too_large' } });
    expect(
      await own.send(address, { kind: 'form', title: 'F', fields: [{ id: 'a', label: 'A', type: 'text' }] }),
    ).toMatchObject({ failure: { code: 'content_unsupported' } });
    expect(
      await own.send(address, {
        kind: 'native',
        connector: 'whatsapp',
        payload: { type: 'text' },
        text: 'x',
      }),
    ).toMatchObject({ failure: { code: 'content_refused', platform_code: '131008' } });
  });
});
