import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { startWebchatHarness } from './webchatHarness.ts';
import type { WebchatHarness } from './webchatHarness.ts';
import { demoUrl, lastSpeaker, openTab } from './webchatPages.ts';

let browser: Browser;
let harness: WebchatHarness;
let axe: string;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  harness = await startWebchatHarness();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await harness?.close();
});

/** What axe finds against WCAG 2.2 A and AA and its best practices, after every animation is over. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate(`(async () => {
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap((one) => one.shadowRoot ?? [])];
    await Promise.all(roots.flatMap((root) => root.getAnimations()).filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => {})));
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ' ' + node.target.flat().join(' ') + ' ' + node.any.map((one) => one.message).join(' ')));
  })()`)) as string[];
  return found;
}

const looks = (['light', 'dark'] as const).flatMap((scheme) => [
  { scheme, lang: 'en', dir: 'ltr', width: 1280 },
  { scheme, lang: 'fr', dir: 'ltr', width: 390 },
  { scheme, lang: 'en', dir: 'rtl', width: 1280 },
]);

describe('axe finds nothing', () => {
  it.each(looks)('$scheme, $lang, $dir, $width px wide', async ({ scheme, lang, dir, width }) => {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 844 } });
    const tab = await openTab(context, demoUrl(harness, `?lang=${lang}&dir=${dir}`));
    expect(await violations(tab.page)).toEqual([]);
    await tab.open();
    expect(await violations(tab.page)).toEqual([]);
    await tab.say('Show me everything, see https://shop.example/cup');
    await tab.page.locator('[data-tick=delivered]').waitFor();
    const address = lastSpeaker(harness);
    const image = { type: 'image', url: `${harness.baseUrl}/none.png`, alt: 'A cup' } as const;
    const card = {
      title: 'Dune cup',
      subtitle: '24 €',
      actions: [
        { type: 'reply', id: 'a', title: 'This one' },
        { type: 'url', title: 'More', url: 'https://shop.example/' },
      ],
    } as const;
    await harness.reply(address, {
      kind: 'text',
      text: '**Hello** `code`, [a link](https://shop.example/)\n\n- one\n- two',
      format: 'markdown',
    });
    await harness.reply(address, { kind: 'media', media: image, caption: 'A cup' });
    await harness.reply(address, {
      kind: 'carousel',
      cards: [
        { ...card, actions: [...card.actions] },
        { ...card, actions: [...card.actions] },
      ],
    });
    await harness.reply(address, { kind: 'contact', contacts: [{ name: 'Ada', phones: ['+33639980001'] }] });
    await harness.reply(address, {
      kind: 'choice',
      text: 'How?',
      options: [
        { id: 'a', title: 'By post', description: 'Two days' },
        { id: 'b', title: 'By bike' },
      ],
      footer: 'Free of charge',
    });
    await harness.reply(address, { kind: 'typing', on: true });
    await tab.page.locator('.typing').waitFor();
    expect(await violations(tab.page)).toEqual([]);
    expect(await tab.page.locator('.chat').getAttribute('dir')).toBe(dir);
    expect(await tab.page.locator('.chat').getAttribute('lang')).toBe(lang);
    await context.close();
  });

  it('on merchants’ colours, dark and bright', async () => {
    for (const color of ['%23ffd400', '%237a7a7a', '%23111111', '%23ff5a5f']) {
      const context = await browser.newContext();
      const tab = await openTab(context, `${harness.shopUrl}/?color=${color}`);
      await tab.open();
      await tab.say('hello https://shop.example/');
      await tab.page.locator('[data-tick=delivered]').waitFor();
      expect({ color, found: await violations(tab.page) }).toEqual({ color, found: [] });
      await context.close();
    }
  });

  it('and would find a planted violation in the panel', async () => {
    const context = await browser.newContext();
    const tab = await openTab(context, demoUrl(harness));
    await tab.open();
    await tab.page.evaluate(
      `document.querySelector('passerelle-chat').shadowRoot.querySelector('textarea').removeAttribute('aria-label'); document.querySelector('passerelle-chat').shadowRoot.querySelector('textarea').placeholder = ''`,
    );
    expect((await violations(tab.page)).join()).toContain('label');
    await context.close();
  });
});

describe('by keyboard alone', () => {
  it('opens, writes, presses a quick reply, closes by Escape, and the focus returns to the launcher', async () => {
    const context = await browser.newContext();
    const tab = await openTab(context, harness.shopUrl);
    const focused = (): Promise<unknown> =>
      tab.page.evaluate(`document.activeElement.shadowRoot?.activeElement?.className ?? ''`);
    expect(await tab.launcher.getAttribute('aria-expanded')).toBe('false');
    await tab.page.keyboard.press('Tab');
    expect(await focused()).toBe('launcher');
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('.line.online').waitFor();
    expect(await tab.launcher.getAttribute('aria-expanded')).toBe('true');
    expect(await tab.dialog.getAttribute('aria-modal')).toBe('false');
    expect(await tab.page.locator('[role=log]').getAttribute('aria-live')).toBe('polite');
    await tab.page.keyboard.type('hello');
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('[data-tick=delivered]').waitFor();
    await harness.reply(lastSpeaker(harness), {
      kind: 'choice',
      text: 'How?',
      options: [{ id: 'a', title: 'By post' }],
    });
    await tab.page.locator('.option').waitFor();
    for (let i = 0; i < 6 && (await focused()) !== 'option'; i++) await tab.page.keyboard.press('Shift+Tab');
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('.own', { hasText: 'By post' }).waitFor();
    await tab.page.keyboard.press('Escape');
    await tab.dialog.waitFor({ state: 'hidden' });
    expect(await focused()).toBe('launcher');
    expect(await tab.launcher.getAttribute('aria-expanded')).toBe('false');
    await context.close();
  });

  it('every target is at least 44 by 44 pixels', async () => {
    const context = await browser.newContext();
    const tab = await openTab(context, demoUrl(harness));
    const sizes = async (): Promise<[string, number, number][]> =>
      (await tab.page.evaluate(
        `[...document.querySelector('passerelle-chat').shadowRoot.querySelectorAll('button, .action')].filter((one) => one.offsetParent || one.className === 'launcher').map((one) => [one.className, one.offsetWidth, one.offsetHeight])`,
      )) as never;
    const seen = await sizes();
    await tab.open();
    await tab.say('hello');
    await tab.page.locator('[data-tick=delivered]').waitFor();
    await harness.reply(lastSpeaker(harness), {
      kind: 'card',
      card: {
        title: 'Cup',
        actions: [
          { type: 'reply', id: 'a', title: 'A' },
          { type: 'call', title: 'Call', phone: '+33639980001' },
        ],
      },
    });
    await harness.reply(lastSpeaker(harness), {
      kind: 'choice',
      text: '?',
      options: [{ id: 'a', title: 'A' }],
    });
    await tab.page.locator('.option').waitFor();
    seen.push(...(await sizes()));
    expect(seen.length).toBeGreaterThanOrEqual(7);
    expect(seen.filter(([, width, height]) => width < 44 || height < 44)).toEqual([]);
    await context.close();
  });

  it('nothing moves for those who asked for less motion', async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const tab = await openTab(context, demoUrl(harness));
    await tab.open();
    await tab.say('hello');
    await tab.page.locator('[data-tick=delivered]').waitFor();
    await harness.reply(lastSpeaker(harness), { kind: 'typing', on: true });
    await tab.page.locator('.typing').waitFor();
    expect(
      await tab.page.evaluate(`document.querySelector('passerelle-chat').shadowRoot.getAnimations().length`),
    ).toBe(0);
    await context.close();
  });
});
