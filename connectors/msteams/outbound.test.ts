import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { OutgoingRequest, Part } from '../contract/index.ts';
import { anyMedia, everyPart, notBlank } from '../kit/adapted.testing.ts';
import { requestOf } from '../kit/request.testing.ts';
import { connector } from './index.ts';
import type { TeamsAccount } from './manifest.ts';
import { spec } from './msteams.conformance.ts';
import { isTooLarge, render } from './render.ts';

const held = anyMedia.get('med_1')!;
let secrets = 0;
/** An account of its own for each test, so that no token and no conversation of another is there. */
const fresh = (): TeamsAccount => ({
  ...(spec.account as TeamsAccount),
  credentials: { client_secret: `client-secret-${secrets++}` },
});

function platform(
  answer: (request: OutgoingRequest) => { status: number; body: unknown } | undefined = () => undefined,
) {
  const account = fresh();
  let nowMs = 0;
  const { context, requests } = recording((of) => {
    const own = answer(of);
    if (own) return answered(own);
    if (of.url.endsWith('/token'))
      return answered({ status: 200, body: { access_token: 'access', expires_in: 3600 } });
    return answered({ status: 201, body: { id: of.url.endsWith('/conversations') ? 'a:1/x' : '17' } });
  });
  const calls = () =>
    requests.map(({ method, url }) => `${method} ${url.replace('http://platform.test/teams', '')}`);
  return {
    account,
    requests,
    calls,
    later: (ms: number) => (nowMs += ms),
    send: (content: Content, replyTo?: string) =>
      connector.sender!.send(requestOf(spec, content, { replyTo, held }), account, {
        ...context,
        now: () => nowMs,
      }),
  };
}
const tokenUrl = 'http://login.test/b0b0b0b0-0000-4000-8000-000000000002/oauth2/v2.0/token';
const text: Content = { kind: 'text', text: 'x' };

describe('a send', () => {
  it('asks for a token and the conversation once', async () => {
    const { send, calls, requests } = platform();
    expect(await send(text)).toEqual({ type: 'sent', providerIds: ['a:1/x|17'] });
    await send(text);
    expect(calls()).toEqual([
      `POST ${tokenUrl}`,
      'POST /v3/conversations',
      'POST /v3/conversations/a%3A1%2Fx/activities',
      'POST /v3/conversations/a%3A1%2Fx/activities',
    ]);
    expect(Object.fromEntries(new URLSearchParams(requests[0]!.body as string))).toMatchObject({
      grant_type: 'client_credentials',
      scope: 'https://api.botframework.com/.default',
    });
    expect(requests[1]!.json).toMatchObject({
      members: [{ id: 'c0c0c0c0-0000-4000-8000-000000000003' }],
      isGroup: false,
    });
    expect(requests[2]!.headers!['authorization']).toBe('Bearer access');
  });
  it('renews the token before it ends, and after a 401', async () => {
    let refuse = false;
    const { send, later, calls } = platform(({ url }) =>
      refuse && url.endsWith('/activities') ? { status: 401, body: {} } : undefined,
    );
    const asked = () => calls().filter((call) => call.endsWith('/token')).length;
    await send(text);
    later(3_479_000);
    await send(text);
    expect(asked()).toBe(1);
    later(2000);
    await send(text);
    expect(asked()).toBe(2);
    refuse = true;
    expect(await send(text)).toMatchObject({ failure: { code: 'account_unauthorized' } });
    refuse = false;
    await send(text);
    expect(asked()).toBe(3);
  });
  it('says of a refused secret that it is one, and of a failing login that it may mend', async () => {
    const login = (status: number, body: unknown) =>
      platform(({ url }) => (url.endsWith('/token') ? { status, body } : undefined));
    expect(await login(401, { error: 'invalid_client' }).send(text)).toMatchObject({
      failure: { code: 'account_unauthorized' },
    });
    expect(await login(502, '').send(text)).toMatchObject({
      type: 'rejected',
      failure: { permanent: false },
    });
    expect(await login(200, 'x').send(text)).toMatchObject({
      type: 'rejected',
      failure: { permanent: false },
    });
  });
  it('whose conversation could not be opened may be repeated', async () => {
    const { send } = platform(({ url }) =>
      url.endsWith('/conversations') ? { status: 504, body: '' } : undefined,
    );
    expect(await send(text)).toMatchObject({ type: 'rejected', failure: { permanent: false } });
  });
  it('of a native payload is a message, whatever it says', async () => {
    const { send, requests } = platform();
    await send({
      kind: 'native',
      connector: 'msteams',
      payload: { type: 'endOfConversation', text: 'y' },
      text: 'x',
    });
    expect(requests.at(-1)!.json).toEqual({ type: 'message', text: 'y' });
  });
  it('of a picture is its address, of what the gateway lost none', async () => {
    const { send, requests } = platform();
    await send({ kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Ici' });
    expect(requests.at(-1)!.json).toMatchObject({ text: 'Ici', attachments: [{ contentUrl: held.url }] });
    expect(await send({ kind: 'media', media: { type: 'image', id: 'other' } })).toMatchObject({
      failure: { code: 'media_unavailable' },
    });
  });
  it('that is too large is not tried', async () => {
    const { send, calls } = platform();
    const payload = { text: 'é'.repeat(50_001) };
    expect(await send({ kind: 'native', connector: 'msteams', payload, text: 'x' })).toMatchObject({
      failure: { code: 'content_too_large' },
    });
    expect(calls()).toEqual([]);
  });
});

it('an edit and a removal are of the activity', async () => {
  const { send, calls } = platform();
  await send({ kind: 'edit', text: 'y', message_id: 'm' }, 'a:1/x|17|reaction|👍|5');
  await send({ kind: 'removal', message_id: 'm' }, 'a:1/x|17');
  expect(calls().slice(1)).toEqual([
    'PUT /v3/conversations/a%3A1%2Fx/activities/17',
    'DELETE /v3/conversations/a%3A1%2Fx/activities/17',
  ]);
  for (const replyTo of [undefined, 'nonsense', '|', 'a:1|'])
    expect(await send({ kind: 'removal', message_id: 'm' }, replyTo)).toMatchObject({
      failure: { code: 'content_refused' },
    });
});

it('the token goes to the Bot Connector alone', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: { access_token: 'access', expires_in: 3600 } }),
  );
  const account = fresh();
  for (const url of [
    'http://platform.test/teams/v3/attachments/1',
    'https://example.sharepoint.com/x',
    'ftp://x/',
    'none',
  ])
    await connector.media!.fetch(url, account, { ...context, maxBytes: 1000 });
  expect(requests.map(({ url, headers }) => [url, headers?.['authorization'] !== undefined])).toEqual([
    [tokenUrl, false],
    ['http://platform.test/teams/v3/attachments/1', true],
    ['https://example.sharepoint.com/x', false],
  ]);
});

/** What Teams would refuse, by the figures of its documents and of Adaptive Cards. */
function refusals(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  const of = value as Record<string, unknown>;
  const must = (good: boolean, what: string): void =>
    void (good || found.push(`${what}: ${JSON.stringify(of).slice(0, 200)}`));
  if (of['type'] === 'AdaptiveCard')
    must(((of['actions'] as unknown[] | undefined) ?? []).length <= 6, 'actions');
  if (of['type'] === 'TextRun') must(String(of['text']).length > 0, 'text');
  if (String(of['type']).startsWith('Action.'))
    must(String(of['title']).length > 0 && String(of['title']).length <= 60, 'title');
  if ('attachmentLayout' in of) must((of['attachments'] as unknown[]).length <= 10, 'carousel');
  for (const inner of Object.values(of)) refusals(inner, found);
  return found;
}

it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of Teams', async () => {
  const check = (part: Part) => {
    const activity = render({ part, media: anyMedia });
    expect(activity, part.content.kind).toBeDefined();
    expect([refusals(activity), isTooLarge(activity!)]).toEqual([[], false]);
  };
  await everyPart(connector, check, { contents: notBlank, except: ['native', 'removal', 'typing'] });
});
