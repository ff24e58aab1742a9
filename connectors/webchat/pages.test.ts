import { beforeEach, describe, expect, it } from 'vitest';
import { memoryHost } from '../../test/memory-host.ts';
import type { MemoryHost } from '../../test/memory-host.ts';
import type { HookResponse } from '../contract/index.ts';
import { connector } from './index.ts';
import type { WebchatAccount, WebchatConfig, WebchatCredentials } from './manifest.ts';
import { newVisitor, signVisitor, visitorAddress } from './token.ts';

const origin = 'https://shop.example';
const secret = 's'.repeat(32);
let account: WebchatAccount;
let host: MemoryHost<WebchatConfig, WebchatCredentials, undefined>;

beforeEach(() => {
  account = {
    id: 'acc_pages',
    merchantId: 'mer_1',
    test: true,
    config: { name: 'Shop', origins: [origin] },
    credentials: { secret, identity_secret: 'i'.repeat(32) },
    hookUrl: 'https://chat.example/hooks/webchat/acc_pages',
  };
  host = memoryHost({ accounts: [account as never], settings: undefined });
});

const someone = (fill: number) => {
  const visitor = newVisitor(new Uint8Array(16).fill(fill), host.now());
  return {
    token: signVisitor(visitor, { accountId: account.id, secret }),
    address: visitorAddress(visitor.id),
  };
};

const text = (clientId: string) => ({
  type: 'message',
  client_id: clientId,
  content: { kind: 'text', text: 'hello' },
});

const ask = (
  path: string,
  body: string | Uint8Array = '',
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<HookResponse | undefined> =>
  connector.pages!.handle!(
    {
      method,
      path,
      url: `${account.hookUrl}${path}`,
      query: new URLSearchParams(),
      headers: { origin, ...headers },
      body: Buffer.from(body),
    },
    account as never,
    host as never,
  );
const json = (answer: HookResponse | undefined) => JSON.parse(String(answer?.body)) as Record<string, never>;

async function form(fields: Record<string, string | File>): Promise<[Uint8Array, Record<string, string>]> {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value as string);
  const response = new Response(data);
  return [
    new Uint8Array(await response.arrayBuffer()),
    { 'content-type': response.headers.get('content-type')! },
  ];
}

describe('the pages', () => {
  it.each([['/session'], ['/poll'], ['/upload']])(
    '%s refuses an origin that is not on the list',
    async (path) => {
      expect((await ask(path, '{}', { origin: 'https://evil.example' }))?.status).toBe(403);
      expect((await ask(path, '{}', { origin: '' }))?.status).toBe(403);
    },
  );

  it('an empty list means the gateway itself and localhost', async () => {
    account.config.origins.length = 0;
    for (const good of ['https://chat.example', 'http://localhost:5173', 'http://127.0.0.1:8080'])
      expect({ good, status: (await ask('/session', '{}', { origin: good }))?.status }).toEqual({
        good,
        status: 200,
      });
    expect((await ask('/session', '{}', { origin }))?.status).toBe(403);
  });

  it('a session is new, renewed, or refused', async () => {
    const first = json(await ask('/session', '{}'));
    expect(first).toMatchObject({ name: 'Shop' });
    expect((await ask('/session', JSON.stringify({ token: first.token })))?.status).toBe(200);
    for (const body of ['{"token":"v.AAECAwQFBgcICQoLDA0ODw"}', '{"identity":"a.b.c"}'])
      expect((await ask('/session', body))?.status).toBe(401);
    for (const body of ['', '[]', '{"visitor":"v.1"}', '\u0000'])
      expect((await ask('/session', body))?.status).toBe(422);
  });

  it('an upload is a message, once', async () => {
    const ada = someone(1);
    const upload = {
      token: ada.token,
      client_id: 'client-0001',
      file: new File(['GIF89a'], '../../etc/cup.gif', { type: 'image/gif' }),
    };
    for (let i = 0; i < 2; i++) expect((await ask('/upload', ...(await form(upload))))?.status).toBe(200);
    expect(host.items).toMatchObject([
      {
        type: 'message',
        sender: { address: ada.address },
        content: { kind: 'media', media: { type: 'image', name: 'cup.gif' } },
      },
    ]);
  });

  it.each([
    ['a forged token', { token: 'x.y' }, 401],
    ['SVG', { file: new File(['<svg/>'], 'a.svg', { type: 'image/svg+xml' }) }, 415],
    ['HTML', { file: new File(['<p>'], 'a.html', { type: 'text/html' }) }, 415],
    ['an empty file', { file: new File([], 'a.gif', { type: 'image/gif' }) }, 422],
    ['a bad client id', { client_id: '../x' }, 422],
    ['a text for a file', { file: 'x' }, 422],
    ['too much', { file: new File([new Uint8Array(11 * 1024 * 1024)], 'a.gif', { type: 'image/gif' }) }, 413],
  ])('an upload is refused: %s', async (_, wrong, status) => {
    const good = {
      token: someone(1).token,
      client_id: 'client-0001',
      file: new File(['GIF89a'], 'a.gif', { type: 'image/gif' }),
    };
    expect(
      (await ask('/upload', ...(await form({ ...good, ...(wrong as Record<string, string | File>) }))))
        ?.status,
    ).toBe(status);
    expect(host.items).toEqual([]);
  });

  it('a long poll speaks the same frames, and its id opens nothing on another account', async () => {
    const ada = someone(1);
    const first = json(
      await ask('/poll', JSON.stringify({ frames: [{ type: 'resume', token: ada.token, after: 0 }] })),
    );
    expect(first.frames).toMatchObject([{ type: 'history', complete: true }]);
    const second = json(
      await ask('/poll', JSON.stringify({ poll: first.poll, frames: [text('client-0001')] })),
    );
    expect(JSON.stringify(second.frames)).toContain('client-0001');
    account = { ...account, id: 'acc_other' };
    expect((await ask('/poll', JSON.stringify({ poll: first.poll, frames: [] })))?.status).toBe(410);
  });

  it('the demo page escapes, and allows no inline script', async () => {
    account = { ...account, id: 'acc_"><script>' };
    const page = await ask('/demo', '', {}, 'GET');
    expect(page?.status).toBe(200);
    expect(page?.headers?.['content-security-policy']).toMatch(/script-src 'self';/);
    expect(String(page?.body)).not.toContain('"><script>');
  });

  it('knows no other page', async () => {
    expect(await ask('/admin')).toBeUndefined();
    expect((await ask('/session', '', {}, 'GET'))?.status).toBe(405);
  });
});
