import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { OutboundMedia, OutgoingRequest, Part, SendRequest } from '../contract/index.ts';
import { everyPart, notBlank } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import type { RcsAccount } from './manifest.ts';
import { messageIdOf } from './outbound.ts';
import { spec } from './rcs.conformance.ts';
import { render } from './render.ts';

const held = (bytes = 3): OutboundMedia => ({
  url: 'https://gateway.test/media/1',
  mediaType: 'image/png',
  bytes,
  read: () => Promise.resolve(new Uint8Array([1, 2, 3])),
});
const text: Content = { kind: 'text', text: 'x' };
const picture: Content = { kind: 'media', media: { type: 'image', id: 'med_1' } };

let accounts = 0;
/** An account of its own for each test, so that no token and no file of another is there. */
const fresh = (more: object = {}): RcsAccount => ({
  ...(spec.account as RcsAccount),
  config: {
    ...(spec.account.config as RcsAccount['config']),
    service_account: `rbm${accounts++}@example.com`,
    ...more,
  },
});
const posted = { name: `phones/+33639980001/agentMessages/${messageIdOf('msg_1.0')}` };

function platform(
  answer: (request: OutgoingRequest) => { status: number; body: unknown } | undefined = () => undefined,
  account = fresh(),
) {
  const { context, requests } = recording((of) => {
    const own = answer(of);
    if (own) return answered(own);
    if (of.url.endsWith('/token'))
      return answered({ status: 200, body: { access_token: 'access', expires_in: 3599 } });
    return answered({ status: 200, body: of.url.includes('/upload/') ? { name: 'files/7' } : posted });
  });
  return {
    account,
    context,
    requests,
    calls: () => requests.map(({ method, url }) => `${method} ${url.replace('http://platform.test', '')}`),
    send: (content: Content, more: Partial<SendRequest> = {}) =>
      connector.sender!.send(
        {
          messageId: 'msg_1',
          idempotencyKey: 'msg_1.0',
          address: spec.addresses.sample,
          part: { content },
          media: new Map(),
          thread: [],
          ...more,
        },
        account,
        context,
      ),
  };
}
const id = messageIdOf('msg_1.0');
const sentPath = `POST /v1/phones/+33639980001/agentMessages?messageId=${id}&agentId=bike-shop_agent`;

describe('a send', () => {
  it('carries an id that the same attempt has again', async () => {
    const { send, calls, requests } = platform();
    expect(await send(text)).toEqual({ type: 'sent', providerIds: [id] });
    await send(text);
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(messageIdOf('msg_1.1')).not.toBe(id);
    expect(calls()).toEqual(['POST /token', sentPath, sentPath]);
    expect(requests[1]!.headers!['authorization']).toBe('Bearer access');
  });
  it('that was there already is sent, by the id that we chose', async () => {
    const { send } = platform(({ url }) =>
      url.includes('agentMessages')
        ? { status: 409, body: { error: { status: 'ALREADY_EXISTS' } } }
        : undefined,
    );
    expect(await send(text)).toEqual({ type: 'sent', providerIds: [id] });
  });
  it('goes to the region of the account', async () => {
    for (const [region, host] of [
      ['europe', 'europe-rcsbusinessmessaging.googleapis.com'],
      [undefined, 'rcsbusinessmessaging.googleapis.com'],
    ]) {
      const { send, requests } = platform(undefined, fresh({ region, base_url: undefined }));
      await send(text);
      expect(new URL(requests[1]!.url).host).toBe(host);
    }
  });
  it('says what it is for, and until when', async () => {
    const { send, requests } = platform();
    await send(text, { validForSeconds: 3600 });
    await send(text, { validForSeconds: 1, unsubscribeUrl: 'https://gateway.test/u/1' });
    await send(text, { validForSeconds: 10_000_000 });
    expect(requests.slice(1).map(({ json }) => json)).toEqual([
      { contentMessage: { text: 'x' }, messageTrafficType: 'TRANSACTION', ttl: '3600s' },
      { contentMessage: { text: 'x' }, messageTrafficType: 'PROMOTION', ttl: '10s' },
      { contentMessage: { text: 'x' }, messageTrafficType: 'TRANSACTION', ttl: '1296000s' },
    ]);
  });
  it('of a payload of the merchant is that content', async () => {
    const { send, requests } = platform(undefined, fresh({ traffic_type: undefined }));
    const payload = {
      text: 'Où ?',
      suggestions: [{ action: { text: 'Ici', postbackData: 'here', shareLocationAction: {} } }],
    };
    await send({ kind: 'native', connector: 'rcs', payload, text: 'Où ?' });
    expect(requests[1]!.json).toEqual({ contentMessage: payload });
  });
});

describe('a file', () => {
  it('is uploaded once for the account', async () => {
    const { send, calls, requests } = platform();
    const media = new Map([['med_1', held()]]);
    await send(picture, { media });
    await send(
      { kind: 'card', card: { title: 'Vélo', image: { type: 'image', id: 'med_1' } } },
      { media, idempotencyKey: 'msg_2.0' },
    );
    expect(calls().slice(1, 3)).toEqual(['POST /upload/v1/files?agentId=bike-shop_agent', sentPath]);
    expect(calls()).toHaveLength(4);
    expect(requests[1]).toMatchObject({ headers: { 'content-type': 'image/png' } });
    expect(requests[2]!.json).toMatchObject({
      contentMessage: { uploadedRbmFile: { fileName: 'files/7' } },
    });
    expect(JSON.stringify(requests[3]!.json)).toContain('"media":{"height":"MEDIUM","file":{"fileName"');
  });
  it('that is large is fetched by Google', async () => {
    const { send, requests } = platform();
    await send(picture, { media: new Map([['med_1', held(21 << 20)]]) });
    expect(requests[1]!.json).toMatchObject({
      contentMessage: { contentInfo: { fileUrl: 'https://gateway.test/media/1' } },
    });
  });
  it('that could not be uploaded was not sent, and may be tried again', async () => {
    const { send, calls } = platform(({ url }) =>
      url.includes('/upload/') ? { status: 504, body: '' } : undefined,
    );
    const outcome = await send(picture, { media: new Map([['med_1', held()]]) });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { permanent: false } });
    expect(calls()).toHaveLength(2);
    expect(await send(picture)).toMatchObject({ failure: { code: 'media_unavailable' } });
  });
});

it('places and appointments are actions, in the language of the consumer', async () => {
  const { send, requests } = platform();
  await send({ kind: 'location', latitude: 48.85, longitude: 2.29, name: 'Atelier' }, { language: 'fr-FR' });
  await send({ kind: 'appointment', title: 'Révision', start: '2026-12-01T09:00:00+01:00' });
  expect(requests.slice(1).map(({ json }) => (json as { contentMessage: object }).contentMessage)).toEqual([
    {
      text: expect.stringContaining('Atelier'),
      suggestions: [
        {
          action: {
            text: 'Voir la carte',
            postbackData: 'passerelle:action',
            viewLocationAction: { latLong: { latitude: 48.85, longitude: 2.29 }, label: 'Atelier' },
          },
        },
      ],
    },
    {
      text: expect.stringContaining('Révision'),
      suggestions: [
        {
          action: {
            text: 'Add to calendar',
            postbackData: 'passerelle:action',
            createCalendarEventAction: {
              startTime: '2026-12-01T08:00:00.000Z',
              endTime: '2026-12-01T09:00:00.000Z',
              title: 'Révision',
              description: 'Révision',
            },
          },
        },
      ],
    },
  ]);
});

it('typing and read marks are events', async () => {
  const { send, requests, calls } = platform();
  const outcomes = [
    await send({ kind: 'typing', on: true }),
    await send({ kind: 'typing', on: false }),
    await send({ kind: 'read', message_id: 'm' }, { replyTo: 'MxExample' }),
    await send({ kind: 'read', message_id: 'm' }),
  ];
  expect(outcomes).toEqual(outcomes.map(() => ({ type: 'sent', providerIds: [] })));
  expect(calls().slice(1)).toEqual([
    expect.stringMatching(/^POST \/v1\/phones\/\+33639980001\/agentEvents\?eventId=[\da-f-]{36}&agentId=/),
    expect.stringContaining('/agentEvents?'),
  ]);
  expect(requests.slice(1).map(({ json }) => json)).toEqual([
    { eventType: 'IS_TYPING' },
    { eventType: 'READ', messageId: 'MxExample' },
  ]);
});

it('a message is taken back while it waits', async () => {
  const delivered = 'b0000000-0000-5000-8000-000000000000';
  const { account, context, calls } = platform(({ method, url }) =>
    method === 'DELETE' ? { status: url.includes(delivered) ? 404 : 200, body: {} } : undefined,
  );
  const revoke = (...providerIds: string[]) =>
    connector.revoke!({ messageId: 'm', address: spec.addresses.sample, providerIds }, account, context);
  expect([await revoke(id), await revoke(delivered, id)]).toEqual(['revoked', 'too_late']);
  expect(calls()[1]).toBe(`DELETE /v1/phones/+33639980001/agentMessages/${id}?agentId=bike-shop_agent`);
});

it('credentials are tried by asking what a number can do that is nobody’s', async () => {
  const probe = (status: number) => {
    const { account, context } = platform(({ url }) =>
      url.includes('/capabilities') ? { status, body: {} } : undefined,
    );
    return connector.probe!(account, context);
  };
  expect(await probe(404)).toEqual({ ok: true, detail: 'bike-shop_agent' });
  expect(await probe(200)).toMatchObject({ ok: true });
  expect(await probe(403)).toMatchObject({ ok: false });
  const { account, context } = platform(({ url }) =>
    url.endsWith('/token') ? { status: 400, body: { error: 'invalid_grant' } } : undefined,
  );
  expect(await connector.probe!(account, context)).toMatchObject({
    ok: false,
    fields: ['config.service_account', 'credentials.private_key'],
  });
});

it('whether a number has RCS is asked, each time anew; only NOT_FOUND says that it has not', async () => {
  const ask = async (status: number, body: unknown) => {
    const { account, context, requests } = platform(({ url }) =>
      url.includes('/capabilities') ? { status, body } : undefined,
    );
    const outcome = await connector.reach!('tel:+33639980001', account, context);
    return { outcome, requests: requests.filter(({ url }) => url.includes('/capabilities')) };
  };
  const refused = (code: string) => ({ error: { code: 404, status: code } });
  const { outcome, requests } = await ask(200, { features: ['RICHCARD_STANDALONE'] });
  expect(outcome).toEqual({ type: 'yes' });
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    expect.stringMatching(
      /^GET \S+\/v1\/phones\/\+33639980001\/capabilities\?requestId=[\da-f-]{36}&agentId=bike-shop_agent$/,
    ),
  ]);
  expect((await ask(404, refused('NOT_FOUND'))).outcome).toMatchObject({
    type: 'no',
    failure: { code: 'unreachable', platform_code: 'NOT_FOUND' },
  });
  for (const [status, body] of [
    [404, 'a proxy'],
    [403, refused('PERMISSION_DENIED')],
    [401, refused('UNAUTHENTICATED')],
    [429, refused('RESOURCE_EXHAUSTED')],
    [503, refused('UNAVAILABLE')],
  ] as const)
    expect((await ask(status, body)).outcome).toEqual({ type: 'unknown' });
});

it('a webhook is told its secret only by who knows the token', () => {
  const ask = (body: object) =>
    connector.hook!.handshake!(
      {
        ...spec.request!({ name: 'x', document: 'x', request: { json: {} }, items: [] }),
        body: Buffer.from(JSON.stringify(body)),
      },
      spec.account,
    );
  expect(ask({ clientToken: 'example-client-token', secret: '4711' })).toEqual({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: '4711',
  });
  for (const body of [{ clientToken: 'other', secret: '4711' }, { clientToken: 'example-client-token' }, []])
    expect(ask(body)).toBeUndefined();
});

it('a file of the consumer is fetched without the token', async () => {
  const { account, context, requests } = platform();
  for (const reference of ['https://files.example.com/velo', 'ftp://x/', 'none'])
    await connector.media!.fetch(reference, account, { ...context, maxBytes: 1000 });
  expect(requests.map(({ url, headers }) => [url, headers?.['authorization']])).toEqual([
    ['https://files.example.com/velo', undefined],
  ]);
});

/** What the platform would refuse, by the figures of its documents. */
function refusals(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  const of = value as Record<string, unknown>;
  const must = (good: boolean, what: string): void =>
    void (good || found.push(`${what}: ${JSON.stringify(of).slice(0, 200)}`));
  if ('suggestions' in of) {
    const most = 'text' in of ? 11 : 4;
    must((of['suggestions'] as unknown[]).length <= most, 'suggestions');
  }
  if (typeof of['text'] === 'string') {
    const most = 'postbackData' in of ? 25 : 3072;
    must(of['text'] !== '' && of['text'].length <= most, 'text');
  }
  if (typeof of['title'] === 'string') must(of['title'].length <= 200, 'title');
  if (typeof of['description'] === 'string') must(of['description'].length <= 2000, 'description');
  if (Array.isArray(of['cardContents']))
    must(of['cardContents'].length >= 2 && of['cardContents'].length <= 10, 'cards');
  for (const inner of Object.values(of)) refusals(inner, found);
  return found;
}
it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of RCS', async () => {
  const check = (part: Part) => {
    const message = render({ part }, (media) => (media ? { fileName: 'files/7' } : undefined));
    expect(message, part.content.kind).toBeDefined();
    expect(refusals(message)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(250_000);
  };
  await everyPart(connector, check, { contents: notBlank, except: ['native', 'typing', 'read'] });
});
