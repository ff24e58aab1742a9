import type { HookRequest, HookResponse, Pages } from '../contract/index.ts';
import { mayPlay } from './access.ts';
import type { SandboxAccount, SandboxHost } from './access.ts';
import { consumerName } from './address.ts';
import { isClientId, itemsOfAttachment } from './inbound.ts';
import type { Config, Credentials } from './manifest.ts';
import { phoneHtml } from './page.html.ts';
import type { Rooms } from './rooms.ts';

const maxAttachmentBytes = 10 << 20;

const asset = (file: string, type: string) => ({ file: new URL(`assets/${file}`, import.meta.url), type });
const script = 'text/javascript; charset=utf-8';

export const assets = {
  'phone.css': asset('phone.css', 'text/css; charset=utf-8'),
  'bubbles.css': asset('bubbles.css', 'text/css; charset=utf-8'),
  'phone.js': asset('phone.js', script),
  'people.js': asset('people.js', script),
  'composer.js': asset('composer.js', script),
  'line.js': asset('line.js', script),
  'bubbles.js': asset('bubbles.js', script),
  'questions.js': asset('questions.js', script),
  'form.js': asset('form.js', script),
  'goods.js': asset('goods.js', script),
  'asks.css': asset('asks.css', 'text/css; charset=utf-8'),
  'markdown.js': asset('markdown.js', script),
  'element.js': asset('element.js', script),
  'icon.svg': asset('icon.svg', 'image/svg+xml'),
};

/** Scripts only from here and none inline; pictures also from the gateway's public address, which may be another name. */
function headers(account: SandboxAccount): Record<string, string> {
  const own = new URL(account.hookUrl).origin;
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src 'self' ${own} https: data: blob:`,
      `media-src 'self' ${own} https: blob:`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

const plainHeaders = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

export function createPages(rooms: Rooms): Pages<Config, Credentials, undefined> {
  return {
    assets,
    async handle(request, account, host) {
      if (!account.test) return undefined;
      const reads = request.method === 'GET' || request.method === 'HEAD';
      const page = request.path === '/phone' && reads;
      if (!page && !(request.path === '/attach' && request.method === 'POST')) return undefined;
      if (!mayPlay(account, request.query))
        return {
          // as if there were no such account: who has no link learns nothing
          status: 404,
          headers: plainHeaders,
          body: 'This link does not open the phone. Take the whole address that the gateway prints.\n',
        };
      return page
        ? { status: 200, headers: headers(account), body: phoneHtml(account) }
        : attach({ request, account, host, rooms });
    },
  };
}

interface Attach {
  request: HookRequest;
  account: SandboxAccount;
  host: SandboxHost;
  rooms: Rooms;
}

const json = (status: number, body: unknown): HookResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** A file of the consumer's: bytes as they are, who and what in the query. */
async function attach({ request, account, host, rooms }: Attach): Promise<HookResponse> {
  const as = request.query.get('as') ?? '';
  const id = request.query.get('id');
  if (!consumerName.test(as)) return json(422, { detail: 'as is no name of a consumer' });
  if (!isClientId(id)) return json(422, { detail: 'id is not 8 to 64 letters, digits or hyphens' });
  if (request.body.length === 0) return json(422, { detail: 'The file is empty.' });
  if (request.body.length > maxAttachmentBytes)
    return json(413, { detail: 'The file is larger than 10 MB.' });
  const items = itemsOfAttachment({
    as,
    id,
    bytes: request.body,
    mediaType: request.headers['content-type'],
    name: request.query.get('name') ?? undefined,
  });
  const [accepted] = await host.accept(account, items);
  host.log.info('sandbox.attached', { account_id: account.id });
  rooms.tellItems(account.id, items, { messageId: accepted?.messageId, nowMs: host.now() });
  return json(202, { message_id: accepted?.messageId });
}
