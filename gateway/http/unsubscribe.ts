import { Hono } from 'hono';
import type { Context } from 'hono';
import { optOut } from '../directory/opt-out.ts';
import { readBody } from './middleware.ts';
import { problem } from './problem.ts';
import type { Env, Services } from './services.ts';
import { pageHeaders, unsubscribePage } from './unsubscribe-page.ts';
import type { UnsubscribePage } from './unsubscribe-page.ts';

const maxBodyBytes = 16 * 1024;

/**
 * `/unsubscribe/{token}`: where promotional messages let people opt out. GET only asks, for programs fetch the links of a mail before a
 * person sees it; POST with `List-Unsubscribe=One-Click` does it at once, without a cookie, a login or a redirect (RFC 8058).
 */
export function unsubscribeRoutes({
  store,
  clock,
  emit,
  links,
}: Pick<Services, 'store' | 'clock' | 'emit' | 'links'>): Hono<Env> {
  const app = new Hono<Env>();

  const show = (c: Context<Env>, page: UnsubscribePage, status: 200 | 404 = 200) =>
    c.html(unsubscribePage(page, c.req.header('accept-language')), status, pageHeaders);

  /** The merchant whose messages these are, and the address; undefined for a link that is none. */
  async function subscription(token: string) {
    const found = links.unsubscribeOf(token, clock.now());
    const merchant = found && (await store.read.merchants.byId(found.merchantId));
    return found && merchant ? { ...found, merchantName: merchant.name } : undefined;
  }

  app.get('/:token', async (c) => {
    const found = await subscription(c.req.param('token'));
    if (!found) return show(c, { state: 'gone' }, 404);
    const address = await store.read.directory.address(found.merchantId, found.address);
    const state = address && address.optedOutAt === null ? 'ask' : 'done';
    return show(c, { state, merchantName: found.merchantName });
  });

  app.post('/:token', async (c) => {
    const body = await readBody(c.req.raw, maxBodyBytes);
    if (!body) return problem(c, 'body_too_large', { detail: `At most ${maxBodyBytes} bytes.` });
    const found = await subscription(c.req.param('token'));
    if (!found) return show(c, { state: 'gone' }, 404);
    if (!(await isOneClick(body, c.req.header('content-type'))))
      return problem(c, 'invalid_request', {
        detail: 'Post List-Unsubscribe=One-Click as a form (RFC 8058).',
      });
    await store.write((tx) => optOut(tx, { clock, emit }, found));
    return show(c, { state: 'done', merchantName: found.merchantName });
  });
  return app;
}

/** RFC 8058, section 3.1: a form in either of its two encodings. A body without a type is read as the common one. */
async function isOneClick(body: Uint8Array, type: string | undefined): Promise<boolean> {
  const isValue = (value: unknown): boolean => value === 'One-Click';
  if (!/^multipart\/form-data\b/i.test(type ?? ''))
    return isValue(new URLSearchParams(new TextDecoder().decode(body)).get('List-Unsubscribe'));
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type! } }).formData();
    return isValue(form.get('List-Unsubscribe'));
  } catch {
    // not the form that its type says
    return false;
  }
}
