import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { openPages } from './hooks.ts';
import { raw } from './raw.ts';
import type { RawAnswer } from './raw.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let pages: Awaited<ReturnType<typeof openPages>>;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('pages', 'test');
  pages = await openPages(merchant);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

const get = (url: string, headers: Record<string, string> = {}) => raw(url, { method: 'GET', headers });
const directives = (answer: RawAnswer): Map<string, string> =>
  new Map(
    String(answer.headers['content-security-policy'] ?? '')
      .split(';')
      .map((part) => part.trim().split(/\s+/))
      .map(([name, ...values]) => [name!, values.join(' ')]),
  );

describe('a page for people', () => {
  test.each<[string, () => string]>([
    ['the API reference', () => `${gateway.url}/docs`],
    ['the list of problems', () => `${gateway.url}/docs/problems`],
    ['the web chat’s demo', () => `${pages.webchat}/demo`],
    ['the phone', () => `${pages.sandbox}/phone?key=${pages.phoneKey}`],
  ])('%s: a policy without inline scripts, no frame around it, no sniffing', async (_, url) => {
    const answer = await get(url());
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/html; charset=utf-8$/i);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const policy = directives(answer);
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect(policy.get('base-uri')).toBe("'none'");
    expect(policy.get('script-src')).toBeDefined();
    expect(policy.get('script-src')).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
    expect(policy.get('connect-src') ?? '').not.toMatch(/\*|https:(\s|$)/);
    // nothing that the policy would have to forbid: no script in the page, no handler in an attribute
    expect(answer.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>(?!\s*<)|\son\w+\s*=|javascript:/i);
  });

  test('what a query says is never in a page as markup', async () => {
    const attack = encodeURIComponent('"><script>alert(1)</script>');
    for (const url of [
      `${gateway.url}/docs?x=${attack}`,
      `${pages.webchat}/demo?name=${attack}&lang=${attack}&visitor=${attack}`,
      `${pages.sandbox}/phone?key=${pages.phoneKey}&as=${attack}`,
    ])
      expect((await get(url)).text).not.toContain('<script>alert');
  });

  test('what a merchant calls itself is never in a page as markup', async () => {
    const name = '</title><script>alert(1)</script><img src=x onerror=alert(1)>'.slice(0, 78);
    const webchat = await merchant.account('webchat', { name, greeting: name }, { secret: 'w'.repeat(32) });
    const demo = await get(`${webchat.hookUrl}/demo`);
    expect(demo.text).not.toMatch(/<script>alert|<img src=x/);
  });
});

describe('an answer that is no page', () => {
  test.each<[string, () => Promise<RawAnswer>]>([
    ['a problem', () => get(`${gateway.url}/nothing/<script>alert(1)</script>`)],
    ['JSON of the API', () => get(`${gateway.url}/v1/messages`, { authorization: `Bearer ${merchant.key}` })],
    [
      'JSON of an operator',
      () => get(`${gateway.url}/admin/audit`, { authorization: 'Bearer admin-key-of-the-tests' }),
    ],
    ['the document', () => get(`${gateway.url}/openapi.json`)],
    [
      'a hook’s answer',
      () =>
        raw(`${pages.webchat}/session`, {
          body: '{}',
          headers: { origin: gateway.url, 'content-type': 'text/plain' },
        }),
    ],
    ['an asset', () => get(`${gateway.url}/assets/webchat/widget.js`)],
    ['metrics', () => get(`${gateway.url}/metrics`)],
  ])('%s is never sniffed into one', async (_, ask) => {
    const answer = await ask();
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-type']).not.toMatch(/html/);
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers['server']).toBeUndefined();
  });
});

describe('media', () => {
  const upload = async (body: string | Uint8Array, name: string): Promise<RawAnswer> => {
    const { text } = await raw(`${gateway.url}/v1/media?name=${encodeURIComponent(name)}`, {
      body,
      headers: { authorization: `Bearer ${merchant.key}` },
    });
    return get((JSON.parse(text) as { url: string }).url);
  };
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

  test.each<[string, string | Uint8Array, string]>([
    ['HTML', '<!doctype html><script>alert(1)</script>', 'page.html'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'picture.svg'],
    [
      'SVG with a head',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      'picture.png',
    ],
    ['XML', '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', 'a.xml'],
    ['a PDF', '%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>', 'a.pdf'],
    ['JavaScript', 'alert(1)', 'a.js'],
    [
      'a picture that is also HTML',
      Buffer.concat([Buffer.from('GIF89a/*'), Buffer.from('*/=1;alert(1)//<script>')]),
      'a.gif',
    ],
    ['a picture', png, 'a.png'],
  ])(
    '%s is served in a sandbox, never sniffed, and shown in place only if it is a picture, sound or film',
    async (_, body, name) => {
      const answer = await upload(body, name);
      expect(answer.status).toBe(200);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
      const type = String(answer.headers['content-type']);
      expect(type).not.toMatch(/html|svg|javascript/);
      const inline = String(answer.headers['content-disposition']).startsWith('inline');
      expect(inline).toBe(/^(image\/(png|jpeg|gif|webp|avif)|audio\/|video\/)/.test(type));
      if (name !== 'a.png' && name !== 'a.gif') expect(inline).toBe(false);
    },
  );

  test.each([
    'x"; filename="y.html',
    'x\r\nSet-Cookie: a=b',
    '../../etc/passwd',
    "x'y",
    'é 🚲.txt',
    '\u202egpj.exe',
    'x'.repeat(240),
  ])('a name %j stays within its header', async (name) => {
    const answer = await upload('bytes', name);
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(String(answer.headers['content-disposition'])).toMatch(
      /^attachment; filename\*=UTF-8''[\w!#$%&+^`{}|~.()*-]+$/,
    );
  });

  test('32 MB and a byte is too much', async () => {
    const answer = await raw(`${gateway.url}/v1/media`, {
      body: Buffer.alloc((32 << 20) + 1),
      headers: { authorization: `Bearer ${merchant.key}` },
    });
    expect(answer.status).toBe(413);
  });
});
