import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { magicRecipients } from '../../connectors/sandbox/magic.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { launchChromium } from './chromium.ts';
import { openPhoneSite, say } from './phone-site.ts';
import type { PhoneSite } from './phone-site.ts';
import { startTown } from './town.ts';
import type { Town } from './town.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let town: Town;
let site: PhoneSite;
let merchant: TestMerchant;

beforeAll(async () => {
  [browser, town] = await Promise.all([launchChromium(), startTown()]);
});
afterAll(async () => {
  await browser?.close();
  await town?.close();
});
beforeEach(async () => {
  site = await openPhoneSite(browser, town);
  ({ merchant } = site);
});
afterEach(() => site.close());

/** How each magic recipient ends, as the connector's README says. */
const endings: Record<string, [state: string, code?: string]> = {
  delivered: ['delivered'],
  read: ['read'],
  delayed: ['delivered'],
  undelivered: ['failed', 'undelivered'],
  failed: ['failed', 'platform_refused'],
  throttled: ['delivered'],
  unavailable: ['delivered'],
  'opted-out': ['suppressed', 'opted_out'],
  blocked: ['failed', 'blocked'],
  'window-closed': ['failed', 'window_closed'],
  uncertain: ['uncertain'],
  unreachable: ['failed', 'unreachable'],
  invalid: ['failed', 'address_invalid'],
  unauthorized: ['failed', 'account_unauthorized'],
};

it('every magic recipient ends as documented, and the phone shows those that arrived', async () => {
  expect(Object.keys(endings).toSorted()).toEqual(Object.keys(magicRecipients).toSorted());
  const ids = new Map<string, string>();
  for (const name of Object.keys(endings))
    ids.set(name, await merchant.send(`sandbox:${name}`, { kind: 'text', text: `To ${name}` }));
  for (const [name, [state, code]] of Object.entries(endings)) {
    await merchant.state(ids.get(name)!, state);
    const { body } = await merchant.call('GET', `/v1/messages/${ids.get(name)!}`);
    expect({ name, code: (body['failure'] as { code?: string } | undefined)?.code }).toEqual({ name, code });
  }
  const page = await site.phone();
  for (const [name, [state]] of Object.entries(endings)) {
    await page.goto(`${site.link}&as=${name}`);
    await page
      .getByRole('log')
      .getByText(/To |Nothing here yet/)
      .waitFor();
    const arrived = state === 'delivered' || state === 'read';
    const bubble = page.getByRole('log').getByText(`To ${name}`, { exact: true });
    if (arrived) await bubble.waitFor();
    const shown = await bubble.count();
    expect({ name, shown }).toEqual({ name, shown: arrived ? 1 : 0 });
    if (arrived) await merchant.state(ids.get(name)!, 'read');
  }
}, 60_000);

describe('when the gateway comes back', () => {
  it('what it sent before, seen only now, is read as far as the page shows', async () => {
    const first = await merchant.send('sandbox:zoe', { kind: 'text', text: 'one' });
    const second = await merchant.send('sandbox:zoe', { kind: 'text', text: 'two' });
    await merchant.state(second, 'delivered');
    await town.gateway.end('SIGTERM');
    await town.gateway.start();
    expect((await merchant.call('GET', `/v1/messages/${second}`)).body['state']).toBe('delivered');
    const page = await site.phone({}, '&as=zoe');
    await page.getByRole('log').getByText('two').waitFor();
    for (const id of [first, second]) await merchant.state(id, 'read');
  });

  it('an open phone goes on where it was: what was written meanwhile comes in once', async () => {
    const page = await site.phone();
    await say(page, 'before');
    await page.getByRole('img', { name: 'received by the gateway' }).waitFor();
    await town.gateway.end('SIGKILL');
    await page.getByText('reconnecting…').waitFor();
    await say(page, 'meanwhile');
    await page.getByRole('img', { name: 'on its way' }).waitFor();
    await town.gateway.start();
    await merchant.receiver.event(
      'message.received',
      ({ data }) => data.content.text === 'meanwhile',
      20_000,
    );
    await merchant.send('sandbox:alice', { kind: 'text', text: 'welcome back' });
    await page.getByRole('log').getByText('welcome back').waitFor();
    for (const text of ['before', 'meanwhile', 'welcome back'])
      expect(await page.getByRole('log').getByText(text, { exact: true }).count()).toBe(1);
    expect(site.received().map(({ content }) => content.text)).toEqual(['before', 'meanwhile']);
  });
});

it.each(['light', 'dark'] as const)('is accessible and does not scroll sideways, %s', async (colorScheme) => {
  for (const viewport of [
    { width: 1280, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const page = await site.phone({ colorScheme, viewport, reducedMotion: 'reduce', bypassCSP: true });
    await merchant.send('sandbox:alice', {
      kind: 'text',
      text: 'Hello **you**, see https://example.com',
      format: 'markdown',
    });
    await merchant.send('sandbox:alice', {
      kind: 'choice',
      text: 'When?',
      options: [{ id: 'a', title: 'Today' }],
      footer: 'Free of charge',
    });
    await merchant.send('sandbox:alice', {
      kind: 'location',
      latitude: 48.86,
      longitude: 2.35,
      name: 'Here',
    });
    await page.getByRole('log').getByText('Here').last().waitFor();
    await page.getByRole('button', { name: 'Today' }).last().click();
    await page.getByRole('img', { name: 'received by the gateway' }).last().waitFor();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { axe: runner } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await runner.run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      );
    });
    expect(found).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await page.context().close();
  }
});
