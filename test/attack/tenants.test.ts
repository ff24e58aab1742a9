import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { Json, TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { openHooks } from './hooks.ts';
import { operationsOf } from './openapi.ts';
import type { OpenApi } from './openapi.ts';
import { raw } from './raw.ts';

/** Everything of one merchant's that has an id, and words that stand in its data and nowhere else. */
interface Estate {
  merchant: TestMerchant;
  ids: Record<
    'message' | 'inbound' | 'conversation' | 'consumer' | 'account' | 'endpoint' | 'media' | 'replay',
    string
  >;
  address: string;
  words: string[];
}

let gateway: TestGateway;
let a: Estate;
let b: Estate;
let document: OpenApi;

async function estate(name: string): Promise<Estate> {
  const merchant = await gateway.merchant(`${name}-co`, 'test');
  const { id: account } = await merchant.account(
    'sandbox',
    { name: `${name}-phone` },
    { secret: `${name}-secret-of-a-phone` },
  );
  const uploaded = await raw(`${gateway.url}/v1/media?name=${name}-file.txt`, {
    body: `${name}-bytes`,
    headers: { authorization: `Bearer ${merchant.key}` },
  });
  const media = String((JSON.parse(uploaded.text) as { id: string }).id);
  const address = `sandbox:${name}-person`;
  const sent: string[] = [];
  for (let i = 0; i < 4; i++)
    sent.push(
      await merchant.send(
        address,
        { kind: 'text', text: `${name}-words ${i}` },
        { metadata: { of: `${name}-metadata` } },
      ),
    );
  await merchant.send(address, { kind: 'media', media: { type: 'file', id: media } });
  const { body } = await merchant.call('GET', `/v1/messages/${sent[0]}`);
  const [hook] = await openHooks(merchant);
  const platform = JSON.stringify(hook!.message(`${name}-inbound`));
  await raw(hook!.url, { body: platform, headers: hook!.signed(platform) });
  const list = (await merchant.call('GET', '/v1/messages?limit=100')).body['data'] as unknown as {
    id: string;
    direction: string;
  }[];
  const since = '2020-01-01T00:00:00Z';
  const replay = await merchant.call('POST', '/v1/replays', { of: 'messages', since });
  return {
    merchant,
    address,
    ids: {
      replay: String(replay.body['id']),
      message: sent[0]!,
      inbound: list.find(({ direction }) => direction === 'inbound')!.id,
      conversation: String(body['conversation_id']),
      consumer: String(body['consumer_id']),
      account,
      endpoint: merchant.endpointId,
      media,
    },
    words: [
      `${name}-`,
      merchant.id,
      account,
      String(body['conversation_id']),
      String(body['consumer_id']),
      media,
      sent[0]!,
    ],
  };
}

beforeAll(async () => {
  gateway = await TestGateway.start();
  a = await estate('alpha');
  b = await estate('bravo');
  document = (await gateway.request('GET', '/openapi.json', undefined)).body as unknown as OpenApi;
});
afterAll(async () => {
  for (const one of [a, b]) await one.merchant.receiver.close();
  await gateway.stop();
});

/** Nothing of A's is in an answer to B, but the id that B itself asked for. */
function expectNothingOfA(answer: Json, asked: string[]): void {
  const text = JSON.stringify(answer.body);
  for (const word of a.words) if (!asked.some((one) => one.includes(word))) expect(text).not.toContain(word);
}

/** Whose id stands in a path, by what comes before it. */
const owners: Record<string, keyof Estate['ids']> = {
  '/v1/messages/{id}': 'message',
  '/v1/conversations/{id}': 'conversation',
  '/v1/consumers/{id}': 'consumer',
  '/v1/accounts/{id}': 'account',
  '/v1/webhook-endpoints/{id}': 'endpoint',
  '/v1/replays/{id}': 'replay',
};
const ownerOf = (path: string): keyof Estate['ids'] => {
  const found = Object.entries(owners).find(([beginning]) => path.startsWith(beginning));
  if (!found) throw new Error(`${path} has an id of a kind that this test doesn't know: add it to owners`);
  return found[1];
};

/** A body that B could send with success if the id in the path were its own. A route that is not here must not need a body. */
const bodies: Record<string, () => unknown> = {
  'PATCH /v1/accounts/{id}': () => ({ name: 'taken over' }),
  'PATCH /v1/consumers/{id}': () => ({ preferred_channel: 'sms' }),
  'PATCH /v1/webhook-endpoints/{id}': () => ({ url: 'http://127.0.0.1:9/' }),
  'POST /v1/webhook-endpoints/{id}/recover': () => ({ since: '2020-01-01T00:00:00Z' }),
  'POST /v1/consumers/{id}/link': () => ({ consumer_id: b.ids.consumer }),
  'POST /v1/conversations/{id}/signals': () => ({ signal: 'typing' }),
};

describe('invariant 8: every route of /v1', () => {
  test('with an id of A’s in its path is a 404 to B, and A’s thing is as it was', async () => {
    // a connector is nobody's: what is in its path is a name that everybody knows
    const withId = operationsOf(document).filter(
      ({ path }) => path.startsWith('/v1/') && path.includes('{') && path !== '/v1/connectors/{name}',
    );
    expect(withId.length).toBeGreaterThan(12);
    const state = async () =>
      JSON.stringify([
        (await a.merchant.call('GET', `/v1/accounts/${a.ids.account}`)).body,
        (await a.merchant.call('GET', `/v1/webhook-endpoints/${a.ids.endpoint}`)).body,
        (await a.merchant.call('GET', `/v1/consumers/${a.ids.consumer}`)).body,
      ]);
    const before = await state();
    for (const { method, path, operation } of withId) {
      const route = `${method} ${path}`;
      if (operation.requestBody?.content['application/json'] !== undefined)
        expect(bodies[route], `${route} needs a body here`).toBeDefined();
      const id = a.ids[ownerOf(path)];
      const answer = await b.merchant.call(method, path.replace('{id}', id), bodies[route]?.());
      expect(answer.status, route).toBe(404);
      expectNothingOfA(answer, [id]);
    }
    expect(await state()).toBe(before);
  });

  test('the control: with its own ids B is answered', async () => {
    for (const { method, path } of operationsOf(document)) {
      if (
        !path.startsWith('/v1/') ||
        !path.includes('{') ||
        path === '/v1/connectors/{name}' ||
        method === 'DELETE' ||
        path === '/v1/consumers/{id}/link' ||
        path === '/v1/connectors/{name}' ||
        // told apart in test/erasure
        `${method} ${path}` === 'POST /v1/consumers/{id}/erasure' ||
        path === '/v1/consumers/{id}/export'
      )
        continue;
      const own = bodies[`${method} ${path}`]?.();
      const { status } = await b.merchant.call(method, path.replace('{id}', b.ids[ownerOf(path)]), own);
      // B's message is found, and went out too long ago to be taken back; B's account is found, and its platform has no templates
      const answered = /\/(cancel|templates)$/.test(path) ? status === 409 : status < 300;
      expect(answered, `${method} ${path}: ${status}`).toBe(true);
    }
  });

  test('that lists, lists B’s own only', async () => {
    const lists = operationsOf(document).filter(
      ({ method, path }) =>
        method === 'GET' && path.startsWith('/v1/') && !path.includes('{') && path !== '/v1/events',
    );
    for (const { path } of lists) {
      const answer = await b.merchant.call('GET', path);
      expect(answer.status, path).toBe(200);
      expectNothingOfA(answer, []);
    }
  });
});

describe('invariant 8: an id of A’s in a body of B’s', () => {
  const text = { kind: 'text', text: 'hello' };
  test.each<[string, () => object]>([
    ['to a consumer', () => ({ to: a.ids.consumer, content: text })],
    ['to a conversation', () => ({ to: a.ids.conversation, content: text })],
    ['from an account', () => ({ to: b.address, from: a.ids.account, content: text })],
    [
      'to an own consumer from an account',
      () => ({ to: b.ids.consumer, from: a.ids.account, content: text }),
    ],
    [
      'to an own conversation from an account',
      () => ({ to: b.ids.conversation, from: a.ids.account, content: text }),
    ],
    ['in reply to a message', () => ({ to: b.address, reply_to: a.ids.message, content: text })],
    [
      'a reaction',
      () => ({ to: b.address, content: { kind: 'reaction', message_id: a.ids.inbound, emoji: '👍' } }),
    ],
    [
      'an edit',
      () => ({ to: b.address, content: { kind: 'edit', message_id: a.ids.message, text: 'changed' } }),
    ],
    ['a removal', () => ({ to: b.address, content: { kind: 'removal', message_id: a.ids.message } })],
    [
      'a media item',
      () => ({ to: b.address, content: { kind: 'media', media: { type: 'file', id: a.ids.media } } }),
    ],
    [
      'a picture of a card',
      () => ({
        to: b.address,
        content: { kind: 'card', card: { title: 't', image: { type: 'image', id: a.ids.media } } },
      }),
    ],
    [
      'a picture of a carousel',
      () => ({
        to: b.address,
        content: { kind: 'carousel', cards: [{ title: 't', image: { type: 'image', id: a.ids.media } }] },
      }),
    ],
    [
      'a picture of a product',
      () => ({
        to: b.address,
        content: {
          kind: 'product',
          items: [{ id: 'p', title: 't', image: { type: 'image', id: a.ids.media } }],
        },
      }),
    ],
    [
      'a header of a template',
      () => ({
        to: b.address,
        content: {
          kind: 'template',
          name: 'n',
          language: 'en',
          text: 't',
          header: [{ type: 'image', id: a.ids.media }],
        },
      }),
    ],
  ])('%s is refused as if it were nowhere', async (_, body) => {
    const answer = await b.merchant.call('POST', '/v1/messages', body());
    expect([404, 422]).toContain(answer.status);
    expectNothingOfA(answer, [JSON.stringify(body())]);
    const nowhere = JSON.parse(
      JSON.stringify(body()).replaceAll(/(csm|cnv|acc|msg|med)_[0-9A-Z]{26}/g, (id) =>
        Object.values(a.ids).includes(id) ? `${id.slice(0, 4)}01HZZZZZZZZZZZZZZZZZZZZZZZ` : id,
      ),
    ) as object;
    const same = await b.merchant.call('POST', '/v1/messages', nowhere);
    expect({ status: same.status, code: same.body['code'] }).toEqual({
      status: answer.status,
      code: answer.body['code'],
    });
  });

  test('a preview on A’s account, or of A’s media, shows nothing', async () => {
    const account = await b.merchant.call('POST', '/v1/messages/preview', {
      content: text,
      accounts: [a.ids.account],
    });
    expect(account.status).toBe(422);
    const media = await b.merchant.call('POST', '/v1/messages/preview', {
      content: { kind: 'media', media: { type: 'file', id: a.ids.media } },
    });
    expect(JSON.stringify(media.body)).not.toMatch(new RegExp(`/media/${a.ids.media}\\?`));
    expect([404, 422]).toContain(media.status);
  });

  test('linking with a consumer or an address of A’s finds nobody, and joins nothing', async () => {
    for (const other of [{ consumer_id: a.ids.consumer }, { address: a.address }])
      expect((await b.merchant.call('POST', `/v1/consumers/${b.ids.consumer}/link`, other)).status).toBe(404);
    expect((await a.merchant.call('GET', `/v1/consumers/${a.ids.consumer}`)).body['merged_into']).toBeNull();
  });

  test('the same address is another consumer to each', async () => {
    const [ours, theirs] = await Promise.all(
      [a, b].map(
        async ({ merchant }) =>
          (await merchant.call('POST', '/v1/messages', { to: 'sandbox:shared', content: text })).body,
      ),
    );
    expect(ours!['consumer_id']).not.toBe(theirs!['consumer_id']);
    expect(ours!['conversation_id']).not.toBe(theirs!['conversation_id']);
    expect([ours!['sequence'], theirs!['sequence']]).toEqual([1, 1]);
  });

  test('the same Idempotency-Key is another message to each', async () => {
    const send = ({ merchant }: Estate) =>
      merchant.call(
        'POST',
        '/v1/messages',
        { to: 'sandbox:once', content: text },
        { 'idempotency-key': 'the-same-key' },
      );
    const [ours, theirs, again] = [await send(a), await send(b), await send(a)];
    expect(theirs.body['id']).not.toBe(ours.body['id']);
    expect(again.body['id']).toBe(ours.body['id']);
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  });
});

describe('invariant 8: a cursor of A’s', () => {
  test.each(['/v1/messages', '/v1/conversations', '/v1/consumers', '/v1/accounts', '/v1/webhook-endpoints'])(
    'of %s gives B nothing of A’s',
    async (path) => {
      if (path === '/v1/conversations' || path === '/v1/consumers')
        await a.merchant.send('sandbox:second', { kind: 'text', text: 'alpha-second' });
      if (path === '/v1/webhook-endpoints')
        await a.merchant.call('POST', path, { url: 'http://127.0.0.1:9/' });
      const { body } = await a.merchant.call('GET', `${path}?limit=1`);
      expect(body['next']).toEqual(expect.any(String));
      const answer = await b.merchant.call(
        'GET',
        `${path}?cursor=${encodeURIComponent(String(body['next']))}`,
      );
      expect([200, 422]).toContain(answer.status);
      expectNothingOfA(answer, [String(body['next'])]);
    },
  );

  test('of a thread and of the event stream is none to B', async () => {
    const { body } = await a.merchant.call('GET', `/v1/conversations/${a.ids.conversation}/messages?limit=1`);
    const next = String(body['next']);
    expect(
      (await b.merchant.call('GET', `/v1/conversations/${b.ids.conversation}/messages?cursor=${next}`))
        .status,
    ).toBe(422);
    expect((await b.merchant.call('GET', `/v1/events?after=${next}`)).status).toBe(422);
  });

  test('changed in one bit is none to A either', async () => {
    const { body } = await a.merchant.call('GET', `/v1/conversations/${a.ids.conversation}/messages?limit=1`);
    const next = String(body['next']);
    const other = (next[0] === 'A' ? 'B' : 'A') + next.slice(1);
    expect(
      (await a.merchant.call('GET', `/v1/conversations/${a.ids.conversation}/messages?cursor=${other}`))
        .status,
    ).toBe(422);
  });
});

describe('invariant 8: events', () => {
  test('B’s stream from the start has none of A’s, nor has B’s webhook', async () => {
    const stop = new AbortController();
    const answer = await fetch(`${gateway.url}/v1/events?after=start`, {
      headers: { authorization: `Bearer ${b.merchant.key}` },
      signal: stop.signal,
    });
    let text = '';
    const reader = answer.body!.getReader();
    const reading = (async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        text += Buffer.from(value).toString('utf8');
      }
    })().catch(() => {});
    await until('B’s own events', () => text.includes('bravo-inbound'));
    await a.merchant.send(a.address, { kind: 'text', text: 'alpha-while-B-listens' });
    const last = await b.merchant.send(b.address, { kind: 'text', text: 'bravo-last' });
    await until('B’s last event', () => text.includes(last));
    stop.abort();
    await reading;
    for (const word of a.words) expect(text).not.toContain(word);
    for (const event of b.merchant.receiver.events) expect(event.merchantid).toBe(b.merchant.id);
    for (const event of a.merchant.receiver.events) expect(event.merchantid).toBe(a.merchant.id);
  });

  test('what B is told of its own place says nothing of how much A writes', async () => {
    const places = await Promise.all(
      [1, 2].map(async () => {
        const { body } = await b.merchant.call(
          'GET',
          `/v1/conversations/${b.ids.conversation}/messages?limit=1`,
        );
        return String(body['next']);
      }),
    );
    expect(places[0]).toMatch(/^[\w-]{22}$/);
    expect(Buffer.from(places[0]!, 'base64url').subarray(0, 6)).not.toEqual(Buffer.alloc(6));
  });
});
