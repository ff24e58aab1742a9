import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { createLinkSigner } from '../security/links.ts';
import { openThread } from '../directory/resolve.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

let engine: Engine;
let app: ReturnType<typeof unsubscribeRoutes>;
let accountId: string;
const merchantId = 'mer_01JD0000000000000000000000';
const ada = 'probe:ada';

beforeEach(async () => {
  engine = await startEngine();
  const { store, clock, emit, view } = engine;
  app = unsubscribeRoutes({ store, clock, emit, links: view.links });
  accountId = (await engine.account({ merchantId })).row.id;
  await store.write(async (tx) => {
    await tx.merchants.insert({ id: merchantId, name: '<b>Cups</b> & "Co"', createdAt: 0 });
    const thread = { merchantId, address: ada, channel: 'probe', accountId };
    await openThread(tx, clock, { ...thread, aliases: ['probe:ada-too'] });
    await openThread(tx, clock, { ...thread, address: 'probe:bob' });
  });
});
afterEach(() => engine.close());

const day = 86_400_000;
const linkTo = (address: string, merchant = merchantId): string =>
  engine.view.links
    .unsubscribePath({ merchantId: merchant, address }, engine.clock.now() + 90 * day)
    .slice('/unsubscribe'.length);
const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) };
const optedOut = async (address: string): Promise<boolean> =>
  (await engine.store.read.directory.address(merchantId, address))?.optedOutAt !== null;
const events = () =>
  engine.emitted.map(({ envelope }) => JSON.parse(envelope) as { type: string; data: object });

describe('GET', () => {
  test('asks, and does nothing: programs fetch the links of a mail', async () => {
    const answer = await app.request(linkTo(ada));
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain('Stop messages from &#60;b&#62;Cups&#60;/b&#62; &#38; &#34;Co&#34;?');
    expect(html).toContain('<form method="post"><button name="List-Unsubscribe" value="One-Click">');
    expect(html).not.toContain(ada);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT']) await app.request(linkTo(ada), { method });
    expect(await optedOut(ada)).toBe(false);
    expect(events()).toEqual([]);
  });

  test('a page that loads nothing, runs nothing, is framed, kept and told of nowhere', async () => {
    const { headers } = await app.request(linkTo(ada));
    const policy = headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'none'; style-src 'sha256-[\w+/=]+';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('set-cookie')).toBeNull();
  });

  test.each([
    ['fr-CH, fr;q=0.9, en;q=0.8', 'Se désabonner'],
    ['ja, de;q=0.5', 'Abmelden'],
    ['constructor, *', 'Unsubscribe'],
    ['', 'Unsubscribe'],
  ])('speaks the language of the browser: %j', async (accepted, word) => {
    const answer = await app.request(linkTo(ada), { headers: { 'accept-language': accepted } });
    expect(await answer.text()).toContain(`value="One-Click">${word}</button>`);
  });
});

describe('POST', () => {
  test('one click opts out at once, on the whole channel, and is told once', async () => {
    const answer = await app.request(linkTo(ada), oneClick);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('You are unsubscribed');
    expect([await optedOut(ada), await optedOut('probe:ada-too'), await optedOut('probe:bob')]).toEqual([
      true,
      true,
      false,
    ]);
    const at = (await engine.store.read.directory.address(merchantId, ada))!.optedOutAt;
    engine.clock.advance(day);
    expect((await app.request(linkTo(ada), oneClick)).status).toBe(200);
    expect((await engine.store.read.directory.address(merchantId, ada))!.optedOutAt).toBe(at);
    const consumer = (await engine.store.read.directory.address(merchantId, ada))!.consumerId;
    expect(events()).toMatchObject([
      { type: 'consumer.opted_out', data: { consumer_id: consumer, address: ada, via: 'link' } },
    ]);
    expect(await (await app.request(linkTo(ada))).text()).toContain('You are unsubscribed');
  });

  test('at the same time, too, it is told once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => app.request(linkTo(ada), oneClick)));
    expect(events()).toHaveLength(1);
  });

  test('also as multipart/form-data', async () => {
    const body = new FormData();
    body.set('List-Unsubscribe', 'One-Click');
    expect((await app.request(linkTo(ada), { method: 'POST', body })).status).toBe(200);
    expect(await optedOut(ada)).toBe(true);
  });

  test.each<[string, RequestInit]>([
    ['nothing', {}],
    ['another word', { body: new URLSearchParams({ 'List-Unsubscribe': 'Maybe' }) }],
    ['JSON', { body: '{"List-Unsubscribe":"One-Click"}', headers: { 'content-type': 'application/json' } }],
    ['a broken form', { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=y' } }],
  ])('%s is no click', async (_, init) => {
    expect((await app.request(linkTo(ada), { method: 'POST', ...init })).status).toBe(422);
    expect(await optedOut(ada)).toBe(false);
  });

  test('a body without end is refused', async () => {
    const body = new URLSearchParams({ x: 'y'.repeat(20_000), 'List-Unsubscribe': 'One-Click' });
    expect((await app.request(linkTo(ada), { method: 'POST', body })).status).toBe(413);
    expect(await optedOut(ada)).toBe(false);
  });

  test('an address that is not there any more: the click is taken, nothing is told', async () => {
    expect((await app.request(linkTo('probe:gone'), oneClick)).status).toBe(200);
    expect(events()).toEqual([]);
  });
});

describe('attack', () => {
  test('a link that is changed, made up, expired, or another gateway’s does nothing and says nothing', async () => {
    const good = linkTo(ada);
    const foreign = createLinkSigner(new Uint8Array(32).fill(9));
    const expired = linkTo(ada);
    const links = [
      `${good.slice(0, 20)}${good[20] === 'A' ? 'B' : 'A'}${good.slice(21)}`,
      good.slice(0, -2),
      `${good}AA`,
      '/x',
      '/..%2f..%2fetc',
      `/${merchantId}.${ada}`,
      foreign
        .unsubscribePath({ merchantId, address: ada }, engine.clock.now() + day)
        .slice('/unsubscribe'.length),
      // a merchant that is no more
      linkTo(ada, 'mer_01JD0000000000000000000009'),
    ];
    for (const link of links) {
      for (const init of [{}, oneClick]) {
        const answer = await app.request(link, init);
        expect(answer.status, link).toBe(404);
        expect(await answer.text()).not.toMatch(/Cups|ada/);
      }
    }
    engine.clock.advance(60 * day);
    expect((await app.request(expired)).status).toBe(200);
    engine.clock.advance(31 * day);
    expect((await app.request(expired, oneClick)).status).toBe(404);
    expect(await optedOut(ada)).toBe(false);
    expect(events()).toEqual([]);
  });

  test('invariant 8: a link of one merchant leaves the same address of another alone', async () => {
    const otherId = 'mer_01JD0000000000000000000001';
    await engine.store.write(async (tx) => {
      await tx.merchants.insert({ id: otherId, name: 'Other', createdAt: 0 });
      await openThread(tx, engine.clock, { merchantId: otherId, address: ada, channel: 'probe', accountId });
    });
    await app.request(linkTo(ada, otherId), oneClick);
    expect(await optedOut(ada)).toBe(false);
    expect((await engine.store.read.directory.address(otherId, ada))!.optedOutAt).not.toBeNull();
  });
});
