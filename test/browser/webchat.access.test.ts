import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { openSite, signal, uploaded } from './chat-site.ts';
import type { ChatSite } from './chat-site.ts';
import { openTab } from './tab.ts';
import { startTown } from './town.ts';
import type { Town } from './town.ts';

let browser: Browser;
let town: Town;
let site: ChatSite;

beforeAll(async () => {
  [browser, town] = await Promise.all([launchChromium(), startTown()]);
  site = await openSite(town);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await town?.close();
});

const looks = (['light', 'dark'] as const).flatMap((scheme) => [
  { scheme, lang: 'en', dir: 'ltr', width: 1280 },
  { scheme, lang: 'fr', dir: 'ltr', width: 390 },
  { scheme, lang: 'en', dir: 'rtl', width: 1280 },
]);

describe('axe finds nothing', () => {
  it.each(looks)('$scheme, $lang, $dir, $width px wide', async ({ scheme, lang, dir, width }) => {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 844 } });
    const tab = await openTab(context, `${site.demoUrl}?lang=${lang}&dir=${dir}`);
    expect(await violations(tab.page)).toEqual([]);
    await tab.open();
    expect(await violations(tab.page)).toEqual([]);
    const everything = `Show me everything (${scheme} ${lang} ${dir}), see https://shop.example/cup`;
    await tab.hello(everything);
    const { conversation_id: conversation } = await site.received(everything);
    const cup = new Uint8Array(await tab.page.screenshot({ clip: { x: 0, y: 0, width: 80, height: 60 } }));
    const image = { type: 'image', id: await uploaded(site.merchant, cup, 'cup.png'), alt: 'A cup' } as const;
    const card = {
      title: 'Dune cup',
      subtitle: '24 €',
      actions: [
        { type: 'reply', id: 'a', title: 'This one' },
        { type: 'url', title: 'More', url: 'https://shop.example/' },
      ],
    } as const;
    await site.merchant.send(conversation, {
      kind: 'text',
      text: '**Hello** `code`, [a link](https://shop.example/)\n\n- one\n- two',
      format: 'markdown',
    });
    await site.merchant.send(conversation, { kind: 'media', media: image, caption: 'A cup' });
    await site.merchant.send(conversation, {
      kind: 'carousel',
      cards: [
        { ...card, actions: [...card.actions] },
        { ...card, actions: [...card.actions] },
      ],
    });
    await site.merchant.send(conversation, {
      kind: 'contact',
      contacts: [{ name: 'Ada', phones: ['+33639980001'] }],
    });
    await site.merchant.send(conversation, {
      kind: 'choice',
      text: 'How?',
      options: [
        { id: 'a', title: 'By post', description: 'Two days' },
        { id: 'b', title: 'By bike' },
      ],
      footer: 'Free of charge',
    });
    await tab.page.locator('.option').first().waitFor();
    await signal(site.merchant, conversation, 'typing');
    await tab.page.locator('.typing').waitFor();
    expect(await violations(tab.page)).toEqual([]);
    expect(await tab.page.locator('.chat').getAttribute('dir')).toBe(dir);
    expect(await tab.page.locator('.chat').getAttribute('lang')).toBe(lang);
    await context.close();
  });

  it('on merchants’ colours, dark and bright', async () => {
    for (const color of ['#ffd400', '#7a7a7a', '#111111', '#ff5a5f']) {
      const context = await browser.newContext();
      const tab = await openTab(context, site.shopUrl({ color }));
      await tab.open();
      await tab.hello('hello https://shop.example/');
      expect({ color, found: await violations(tab.page) }).toEqual({ color, found: [] });
      await context.close();
    }
  });

  it('and would find a planted violation in the panel', async () => {
    const context = await browser.newContext();
    const tab = await openTab(context, site.demoUrl);
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
    const tab = await openTab(context, site.shopUrl());
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
    await tab.page.keyboard.type('by keyboard');
    await tab.page.keyboard.press('Enter');
    const { address } = await site.received('by keyboard');
    await site.merchant.send(address, {
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
    const tab = await openTab(context, site.demoUrl);
    const sizes = async (): Promise<[string, number, number][]> =>
      (await tab.page.evaluate(
        `[...document.querySelector('passerelle-chat').shadowRoot.querySelectorAll('button, .action')].filter((one) => one.offsetParent || one.className === 'launcher').map((one) => [one.className, one.offsetWidth, one.offsetHeight])`,
      )) as never;
    const seen = await sizes();
    await tab.open();
    await tab.hello('44 by 44');
    const { address } = await site.received('44 by 44');
    await site.merchant.send(address, {
      kind: 'card',
      card: {
        title: 'Cup',
        actions: [
          { type: 'reply', id: 'a', title: 'A' },
          { type: 'call', title: 'Call', phone: '+33639980001' },
        ],
      },
    });
    await site.merchant.send(address, {
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
    const tab = await openTab(context, site.demoUrl);
    await tab.open();
    await tab.hello('calmly');
    const { conversation_id: conversation } = await site.received('calmly');
    await signal(site.merchant, conversation, 'typing');
    await tab.page.locator('.typing').waitFor();
    expect(
      await tab.page.evaluate(`document.querySelector('passerelle-chat').shadowRoot.getAnimations().length`),
    ).toBe(0);
    await context.close();
  });
});
