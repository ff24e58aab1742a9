import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Account, Connector, SendRequest } from '../../connectors/contract/index.ts';
import type { Capabilities } from '../../protocol/capabilities.ts';
import type { Content } from '../../protocol/content.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { capabilitiesBehind } from './content-capabilities.ts';
import { accountElsewhere, contextElsewhere as context, elsewhere } from '../../test/remote/elsewhere.ts';
import type { Elsewhere } from '../../test/remote/elsewhere.ts';

const base = probeConnector().manifest.capabilities;
const more: Capabilities = { ...base, outbound: { ...base.outbound, product: 'native' } };
const product = (id: string): Content => ({ kind: 'product', text: 'Bikes', items: [{ id, title: 'Bike' }] });
const withShop = { shop: 'b-7' };
const account: Account = { ...accountElsewhere, config: withShop };

/** A shop carries its own products as they are, and those of nobody else. */
const connector: Connector = {
  ...probeConnector({ config: z.strictObject({ shop: z.string().optional() }) }),
  capabilitiesFor: (content, config) =>
    content.kind === 'product' && content.items[0]!.id === (config as { shop?: string }).shop ? more : base,
  sender: { send: async () => ({ type: 'sent', providerIds: ['p1'] }) },
};

let arrivals = 1;
let nowMs = 0;
let there: Elsewhere;
/** Operations that are not answered. */
const refuse = new Set<string>();
const messages = new Map<string, Content>();

const settled = () => new Promise((resolve) => setImmediate(resolve));
const of = (content: Content, config: unknown = withShop) =>
  there.connector.capabilitiesFor!(content, config);
const asks = () => there.asked.filter(({ operation }) => operation === 'capabilities').length;
const send = (messageId: string) =>
  there.connector.sender!.send(
    {
      messageId,
      idempotencyKey: `${messageId}.0`,
      address: 'probe:ada',
      part: { content: { kind: 'text', text: 'hello' } },
      media: new Map(),
      thread: [],
    } as SendRequest,
    account,
    context,
  );

beforeEach(() => {
  arrivals = 1;
  nowMs = 0;
  messages.clear();
  refuse.clear();
  there = elsewhere(connector, {
    refuse,
    now: () => nowMs,
    arrivals: () => arrivals,
    contentOf: async (id) => messages.get(id),
  });
});

describe('what an account carries of one content', () => {
  test('is the manifest’s until the connector has said more; asked once', async () => {
    expect(of(product('b-7'))).toEqual(base);
    expect(of(product('b-7'))).toEqual(base);
    await settled();
    expect(of(product('b-7'))).toEqual(more);
    expect(asks()).toBe(1);
    expect(there.asked[0]!.request).toEqual({ config: withShop, content: product('b-7') });
  });

  test('is learnt before it is needed, where there is time', async () => {
    const learn = () => capabilitiesBehind(there.connector)!.learn(product('b-7'), withShop);
    await learn();
    expect(of(product('b-7'))).toEqual(more);
    await learn();
    expect(asks()).toBe(1);
  });

  test('is told by content and by configuration', async () => {
    for (const config of [withShop, {}]) for (const id of ['b-7', 'b-8']) of(product(id), config);
    await settled();
    expect(of(product('b-7'))).toEqual(more);
    expect(of(product('b-8'))).toEqual(base);
    expect(of(product('b-7'), {})).toEqual(base);
    expect(asks()).toBe(4);
  });

  test('is the same as given, as kept, and after the gateway fetched the media in it', async () => {
    const card = (image: object): Content =>
      ({
        kind: 'product',
        items: [{ id: 'b-7', title: 'Bike', image: { type: 'image', id: 'med_1', ...image } }],
      }) as Content;
    const { text: _, ...untold } = { ...card({}), text: '' };
    of(untold as Content);
    await settled();
    expect(of({ ...card({ id: undefined, url: 'https://shop.test/b' }), text: 'Bike' })).toEqual(more);
    expect(of({ ...card({ bytes: 5, media_type: 'image/png' }), text: 'Bike' })).toEqual(more);
    expect(asks()).toBe(1);
  });

  test('is asked of those kinds alone that the connector has examples of; else of all but signals', () => {
    const typing = { kind: 'typing' } as Content;
    for (const content of [typing, { kind: 'text', text: 'hello' } as Content]) of(content);
    expect(asks()).toBe(1);
    there = elsewhere({ ...connector, withConfiguration: [{ content: product('b-7'), config: withShop }] });
    for (const content of [typing, { kind: 'text', text: 'hello' } as Content, product('b-7')]) of(content);
    expect(there.asked.map(({ request }) => (request['content'] as Content).kind)).toEqual(['product']);
  });

  test.each([
    ['nobody', { type: 'nobody' as const }],
    ['silence', { type: 'silent' as const }],
    ['no JSON', { type: 'reply' as const, payload: 'coo' }],
    ['capabilities that are none', { type: 'reply' as const, payload: '{"capabilities":{"text":1}}' }],
  ])(
    'with %s for an answer the manifest counts, and it is asked again after a while',
    async (_title, answer) => {
      there.answer = answer;
      of(product('b-7'));
      await settled();
      expect(of(product('b-7'))).toEqual(base);
      expect(asks()).toBe(1);
      there.answer = undefined;
      nowMs = 5000;
      of(product('b-7'));
      await settled();
      expect(of(product('b-7'))).toEqual(more);
    },
  );

  test('is waited for no more where somebody was waited for in vain, for half a minute', async () => {
    const hung = { has: () => ((nowMs += 1500), true) } as unknown as Set<string>;
    const options = { now: () => nowMs, arrivals: () => 1, refuse: hung };
    there = elsewhere(connector, options);
    const learn = (id: string) => capabilitiesBehind(there.connector)!.learn(product(id), withShop);
    await learn('b-7');
    await learn('b-8');
    expect(asks()).toBe(1);
    nowMs += 30_000;
    await learn('b-8');
    expect(asks()).toBe(2);
  });

  test('is asked anew of an instance that comes, and holds until it has answered', async () => {
    of(product('b-7'));
    await settled();
    arrivals = 2;
    there.answer = { type: 'reply', payload: '{}' };
    expect(of(product('b-7'))).toEqual(more);
    await settled();
    expect(of(product('b-7'))).toEqual(base);
    expect(asks()).toBe(2);
  });
});

describe('a send', () => {
  test('that was adapted before the answer came is adapted anew: nothing goes out', async () => {
    messages.set('msg_1', product('b-7'));
    of(product('b-7'));
    expect(await send('msg_1')).toEqual({
      type: 'throttled',
      retryAfterMs: 50,
      platformCode: 'capabilities_learnt',
      scope: 'address',
    });
    expect(of(product('b-7'))).toEqual(more);
    expect(await send('msg_1')).toEqual({ type: 'sent', providerIds: ['p1'] });
  });

  test('of something else, or of what the manifest carries as well, just goes', async () => {
    messages.set('msg_1', product('b-8'));
    messages.set('msg_2', { kind: 'text', text: 'hello' });
    of(product('b-7'));
    of(product('b-8'));
    for (const id of ['msg_1', 'msg_2', 'msg_3'])
      expect(await send(id)).toEqual({ type: 'sent', providerIds: ['p1'] });
  });

  test('that began by the manifest goes on so, whatever is learnt meanwhile', async () => {
    messages.set('msg_1', product('b-7'));
    refuse.add('capabilities');
    of(product('b-7'));
    expect(await send('msg_1')).toMatchObject({ type: 'sent' });
    refuse.clear();
    nowMs = 10_000;
    arrivals = 2;
    expect(of(product('b-7'))).toEqual(base);
    expect(await send('msg_1')).toMatchObject({ type: 'sent' });
    nowMs = 700_000;
    of(product('b-7'));
    await settled();
    expect(of(product('b-7'))).toEqual(more);
  });

  test('goes as the manifest has it where nobody answers', async () => {
    messages.set('msg_1', product('b-7'));
    there.answer = { type: 'silent' };
    of(product('b-7'));
    // it is the send that is silent, not what was asked before it
    expect(await send('msg_1')).toEqual({ type: 'uncertain', reason: 'connector_silent' });
  });
});
