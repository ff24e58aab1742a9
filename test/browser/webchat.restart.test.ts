import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openSite } from './chat-site.ts';
import type { ChatSite } from './chat-site.ts';
import { launchChromium } from './chromium.ts';
import { openTab } from './tab.ts';
import { startTown } from './town.ts';
import type { Town } from './town.ts';

let browser: Browser;
let town: Town;
let site: ChatSite;

beforeAll(async () => {
  [browser, town] = await Promise.all([launchChromium(), startTown()]);
});
afterAll(async () => {
  await browser?.close();
  await town?.close();
});
beforeEach(async () => {
  site = await openSite(town);
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await site.close();
});

const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 20_000, interval: 50 });
const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i}`);

/** Sends with one key until it is accepted, as a merchant's client does. */
async function sendSafely(to: string, text: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const body = { to, content: { kind: 'text', text } };
    const headers = { 'idempotency-key': `${to} ${text}` };
    const answer = await site.merchant.call('POST', '/v1/messages', body, headers).catch(() => undefined);
    if (answer?.status === 202) return String(answer.body['id']);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${text} was never accepted`);
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'the gateway goes by %s and comes back while the panel is open and both write: nothing is lost or doubled',
  async (how) => {
    const tab = await openTab(await browser.newContext(), site.demoUrl);
    await tab.open();
    await tab.hello('m0');
    const { conversation_id: conversation } = await site.received('m0');
    const answers = [await sendSafely(conversation, 'r0')];

    const saying = (async () => {
      for (const text of numbered('m', 10).slice(1)) {
        await tab.say(text);
        await tab.page.waitForTimeout(80);
      }
    })();
    const answering = (async () => {
      for (const text of numbered('r', 10).slice(1)) answers.push(await sendSafely(conversation, text));
    })();
    await site.received('m2');
    const code = await town.gateway.end(how);
    expect(code).toBe(how === 'SIGTERM' ? 0 : null);
    await saying;
    await tab.page.locator('.line.online').waitFor({ state: 'detached' });
    await tab.page.locator('[data-tick=waiting]').first().waitFor();
    await town.gateway.start();
    await answering;
    await tab.page.locator('.line.online').waitFor({ timeout: 20_000 });

    await eventually(() => expect(site.written()).toEqual(numbered('m', 10)));
    await eventually(async () => {
      const bubbles = await tab.bubbles();
      expect(bubbles.filter((text) => text.startsWith('m'))).toEqual(numbered('m', 10));
      expect(bubbles.filter((text) => text.startsWith('r'))).toEqual(numbered('r', 10));
    });
    for (const answer of answers) await site.merchant.state(answer, 'read');
    expect(await tab.page.locator('[data-tick=waiting], [data-tick=sent]').count()).toBe(0);
    const { body } = await site.merchant.call('GET', `/v1/conversations/${conversation}/messages?limit=100`);
    expect(body['data']).toHaveLength(20);
  },
  60_000,
);

it('a question asked before a restart is answered after it', async () => {
  const context = await browser.newContext();
  const tab = await openTab(context, site.demoUrl);
  await tab.open();
  await tab.hello('hello');
  const { address } = await site.received('hello');
  const options = ['By post', 'By bike'].map((title, i) => ({ id: `way-${i}`, title }));
  const question = await site.merchant.send(address, { kind: 'choice', text: 'How?', options });
  await tab.page.getByRole('button', { name: 'By bike' }).waitFor();
  await town.gateway.end('SIGKILL');
  await tab.page.locator('.line.offline').waitFor();
  await tab.page.getByRole('button', { name: 'By bike' }).click();
  await tab.page.locator('[data-tick=waiting]').waitFor();
  await town.gateway.start();
  const { data } = await site.merchant.receiver.event('choice.answered', undefined, 20_000);
  expect(data).toMatchObject({ message_id: question, options: [options[1]], via: 'payload' });
  await eventually(async () => expect(await tab.bubbles()).toEqual(['hello', 'How?', 'By bike']));
});
