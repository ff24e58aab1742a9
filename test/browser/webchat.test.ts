import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { launchChromium } from './chromium.ts';
import { identitySecret, startWebchatHarness } from './webchatHarness.ts';
import type { WebchatHarness } from './webchatHarness.ts';
import { demoUrl, lastSpeaker, openTab, written } from './webchatPages.ts';
import { hmac } from '../../connectors/kit/signature.ts';

let browser: Browser;
let harness: WebchatHarness;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  harness = await startWebchatHarness();
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  await harness.close();
});

const person = async (): Promise<BrowserContext> => {
  const context = await browser.newContext({ locale: 'en-GB' });
  contexts.push(context);
  return context;
};
const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 25 });

it('a new visitor loads the panel on click only, writes, and gets an answer', async () => {
  const context = await person();
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  const tab = await openTab(context, demoUrl(harness));
  expect(asked.filter((url) => url.includes('panel.js') || url.includes('session'))).toEqual([]);
  await tab.open();
  await tab.say('Is the Dune cup back?');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  expect(written(harness)).toEqual(['Is the Dune cup back?']);
  const messageId = await harness.reply(lastSpeaker(harness), {
    kind: 'text',
    text: 'Yes, **since Tuesday**. <img src=x onerror=alert(1)>',
    format: 'markdown',
  });
  await tab.bubble('Yes,').waitFor();
  expect(await tab.page.locator('.bubble strong').innerText()).toBe('since Tuesday');
  expect(await tab.page.locator('.bubble img').count()).toBe(0);
  await eventually(() => expect(harness.host.state(messageId)).toBe('read'));
});

it('two browsers are two visitors: neither sees the other', async () => {
  const [ada, bo] = [
    await openTab(await person(), demoUrl(harness)),
    await openTab(await person(), demoUrl(harness)),
  ];
  await ada.open();
  await bo.open();
  await ada.say('I am Ada');
  await ada.page.locator('[data-tick=delivered]').waitFor();
  const adaAddress = lastSpeaker(harness);
  await bo.say('I am Bo');
  await bo.page.locator('[data-tick=delivered]').waitFor();
  await harness.reply(adaAddress, { kind: 'text', text: 'Hello Ada' });
  await ada.bubble('Hello Ada').waitFor();
  expect(await ada.bubbles()).toEqual(['I am Ada', 'Hello Ada']);
  expect(await bo.bubbles()).toEqual(['I am Bo']);
});

it('two tabs of one visitor are in step: messages, typing, the unread badge', async () => {
  const context = await person();
  const one = await openTab(context, demoUrl(harness));
  await one.open();
  await one.say('from the first tab');
  await one.page.locator('[data-tick=delivered]').waitFor();
  const two = await openTab(context, demoUrl(harness));
  await two.open();
  await two.bubble('from the first tab').waitFor();
  await two.say('from the second tab');
  await one.bubble('from the second tab').waitFor();
  await harness.reply(lastSpeaker(harness), { kind: 'typing', on: true });
  for (const tab of [one, two]) await tab.page.locator('.typing').waitFor();
  await one.page.keyboard.press('Escape');
  await two.page.keyboard.press('Escape');
  await one.dialog.waitFor({ state: 'hidden' });
  await two.dialog.waitFor({ state: 'hidden' });
  await harness.reply(lastSpeaker(harness), { kind: 'text', text: 'to both' });
  for (const tab of [one, two])
    await eventually(async () => expect(await tab.page.locator('.count').innerText()).toBe('1'));
  expect(await one.launcher.getAttribute('aria-label')).toBe('Open chat, 1 new message');
  await one.page.bringToFront();
  await one.launcher.click();
  for (const tab of [one, two]) await tab.page.locator('.count').waitFor({ state: 'hidden' });
  expect(await one.bubbles()).toEqual(await two.page.locator('.message .bubble').allTextContents());
});

it('what is written without a network waits, and arrives once and in order', async () => {
  const context = await person();
  const tab = await openTab(context, demoUrl(harness));
  await tab.open();
  await tab.say('one');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  const address = lastSpeaker(harness);
  await context.setOffline(true);
  await tab.page.locator('.line.offline').waitFor();
  for (const text of ['two', 'three', 'four']) await tab.say(text);
  expect(await tab.page.locator('[data-tick=waiting]').count()).toBe(1); // one mark for the group of three
  await harness.reply(address, { kind: 'text', text: 'meanwhile' });
  expect(written(harness)).toEqual(['one']);
  await context.setOffline(false);
  await tab.bubble('meanwhile').waitFor();
  await eventually(() => expect(written(harness)).toEqual(['one', 'two', 'three', 'four']));
  await eventually(async () =>
    expect(await tab.bubbles()).toEqual(['one', 'meanwhile', 'two', 'three', 'four']),
  );
});

it('a reload with messages in the outbox sends them, and finds the thread', async () => {
  const context = await person();
  const tab = await openTab(context, demoUrl(harness));
  await tab.open();
  await tab.say('before');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  harness.host.broken = true;
  await tab.say('while the ledger is down');
  await tab.page.locator('[data-tick=sent]').waitFor();
  await tab.page.reload();
  harness.host.broken = false;
  await tab.open();
  await eventually(() => expect(written(harness)).toEqual(['before', 'while the ledger is down']));
  await tab.page.locator('[data-tick=delivered]').waitFor();
  expect(await tab.bubbles()).toEqual(['before', 'while the ledger is down']);
  expect(
    new Set(harness.inbox.flatMap((item) => (item.type === 'message' ? [item.sender.address] : []))).size,
  ).toBe(1);
});

it('a line that is cut in mid-flow loses and doubles nothing, either way', async () => {
  const tab = await openTab(await person(), demoUrl(harness));
  await tab.open();
  await tab.say('m0');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  const address = lastSpeaker(harness);
  for (let i = 1; i <= 8; i++) {
    await tab.say(`m${i}`);
    if (i % 2 === 0) harness.cutSockets();
    await harness.reply(address, { kind: 'text', text: `r${i}` });
  }
  const expected = Array.from({ length: 9 }, (_, i) => `m${i}`);
  await eventually(() => expect(written(harness)).toEqual(expected));
  await eventually(async () => {
    const bubbles = await tab.bubbles();
    expect(bubbles.filter((text) => text.startsWith('m'))).toEqual(expected);
    expect(bubbles.filter((text) => text.startsWith('r'))).toEqual(
      expected.slice(1).map((text) => text.replace('m', 'r')),
    );
  });
});

it('a quick reply sends its title and its payload, and the focus goes back to the field', async () => {
  const tab = await openTab(await person(), demoUrl(harness));
  await tab.open();
  await tab.say('hello');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  const messageId = await harness.reply(lastSpeaker(harness), {
    kind: 'choice',
    text: 'How?',
    options: [
      { id: 'post', title: 'By post' },
      { id: 'shop', title: 'I’ll come by' },
    ],
  });
  await tab.page.getByRole('button', { name: 'I’ll come by' }).click();
  await eventually(() =>
    expect(harness.inbox.findLast((item) => item.type === 'message')).toMatchObject({
      content: { text: 'I’ll come by' },
      payload: `${messageId}.1`,
    }),
  );
  await tab.page.locator('.option').first().waitFor({ state: 'detached' });
  expect(await tab.page.evaluate('document.activeElement.shadowRoot.activeElement.tagName')).toBe('TEXTAREA');
});

it('cards, carousels, pictures and places are drawn; a card action brings its payload', async () => {
  const tab = await openTab(await person(), demoUrl(harness));
  await tab.open();
  await tab.say('show me');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  const address = lastSpeaker(harness);
  const card = (id: string) => ({
    title: `Cup ${id}`,
    actions: [
      { type: 'reply' as const, id, title: `Take ${id}` },
      { type: 'url' as const, title: 'More', url: 'https://shop.example/cup' },
    ],
  });
  const messageId = await harness.reply(address, { kind: 'carousel', cards: [card('ash'), card('tide')] });
  await harness.reply(address, { kind: 'location', latitude: 48.39, longitude: -4.48, name: 'Our shop' });
  await harness.reply(address, { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5 } });
  await tab.bubble('Our shop').waitFor();
  await tab.bubble('How was it?').waitFor();
  expect(await tab.page.getByRole('link', { name: 'More' }).first().getAttribute('rel')).toContain(
    'noopener',
  );
  await tab.page.getByRole('button', { name: 'Take tide' }).click();
  await eventually(() =>
    expect(harness.inbox.findLast((item) => item.type === 'message')).toMatchObject({
      payload: `${messageId}.1`,
    }),
  );
});

it('typing and ticks go both ways', async () => {
  const tab = await openTab(await person(), demoUrl(harness));
  await tab.open();
  await tab.field.pressSequentially('hel');
  await eventually(() => expect(harness.inbox).toMatchObject([{ type: 'signal', signal: 'typing' }]));
  await tab.field.press('Enter');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  expect(harness.inbox.filter((item) => item.type === 'signal').map((item) => item.signal)).toEqual([
    'typing',
    'typing_stopped',
  ]);
  const own = harness.inbox.findLast((item) => item.type === 'message');
  const account = harness.host.account(harness.accountId)!;
  const [entry] = await harness.host.thread(account, lastSpeaker(harness), 0, 1);
  expect(own).toMatchObject({ content: { text: 'hel' } });
  await harness.reply(lastSpeaker(harness), { kind: 'read', message_id: entry!.messageId });
  await tab.page.locator('[data-tick=read]').waitFor();
  await harness.reply(lastSpeaker(harness), { kind: 'typing', on: true });
  await tab.page.locator('.typing').waitFor();
  await harness.reply(lastSpeaker(harness), { kind: 'text', text: 'there' });
  await tab.page.locator('.typing').waitFor({ state: 'detached' });
  await tab.page.reload();
  await tab.open();
  await tab.page.locator('[data-tick=read]').waitFor();
});

it('a picture goes up and is shown, also when it was chosen without a network', async () => {
  const context = await person();
  const tab = await openTab(context, demoUrl(harness));
  await tab.open();
  const png = await tab.page.screenshot({ clip: { x: 0, y: 0, width: 80, height: 60 } });
  await context.setOffline(true);
  await tab.page.locator('.line.offline').waitFor();
  await tab.page
    .locator('input[type=file]')
    .setInputFiles({ name: 'cup.png', mimeType: 'image/png', buffer: png });
  await tab.page.locator('[data-tick=waiting]').waitFor();
  await context.setOffline(false);
  await tab.page.locator('[data-tick=delivered]').waitFor();
  const [item] = harness.inbox.filter((one) => one.type === 'message');
  expect(item).toMatchObject({ content: { kind: 'media', media: { type: 'image', name: 'cup.png' } } });
  const image = tab.page.locator('.bubble img[src*="/media/"]');
  await image.waitFor();
  await eventually(async () =>
    expect(await image.evaluate((node) => (node as unknown as { naturalWidth: number }).naturalWidth)).toBe(
      80,
    ),
  );
  expect(harness.inbox.filter((one) => one.type === 'message')).toHaveLength(1);
});

it('where no WebSocket gets through, a long poll carries everything', async () => {
  harness.blockSockets(true);
  const tab = await openTab(await person(), demoUrl(harness));
  await tab.open();
  await tab.say('through the poll');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  await harness.reply(lastSpeaker(harness), { kind: 'text', text: 'and back' });
  await tab.bubble('and back').waitFor();
  await tab.say('again');
  await eventually(() => expect(written(harness)).toEqual(['through the poll', 'again']));
  await eventually(async () =>
    expect(await tab.bubbles()).toEqual(['through the poll', 'and back', 'again']),
  );
});

it('works on a page of another origin under a CSP without inline script, and not on one that is not listed', async () => {
  const context = await person();
  const complaints: string[] = [];
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const tab = await openTab(context, harness.shopUrl);
  await tab.open();
  await tab.say('from the shop');
  await tab.page.locator('[data-tick=delivered]').waitFor();
  expect(complaints).toEqual([]);
  const other = await startWebchatHarness({ config: { origins: ['https://elsewhere.example'] } });
  try {
    const stranger = await openTab(context, other.shopUrl);
    await stranger.launcher.click();
    await stranger.page.locator('.line.refused').waitFor();
    expect(other.inbox).toEqual([]);
  } finally {
    await other.close();
  }
});

it('commands queued before the script are run; an identity has its thread on every device', async () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const data = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'customer-7', name: 'Ada', exp: Math.floor(Date.now() / 1000) + 300 })}`;
  const jwt = `${data}.${hmac('sha256', identitySecret, data).toString('base64url')}`;
  const seen: string[][] = [];
  for (const words of ['from the phone', 'from the desk']) {
    const context = await person();
    await context.addInitScript(`window.passerelle = [['identify', '${jwt}'], ['open']]`);
    const tab = await openTab(context, demoUrl(harness));
    await tab.page.locator('.line.online').waitFor();
    await tab.say(words);
    await tab.page.locator('[data-tick=delivered]').waitFor();
    seen.push(await tab.bubbles());
  }
  expect(seen).toEqual([['from the phone'], ['from the phone', 'from the desk']]);
  expect(harness.inbox.find((item) => item.type === 'message')).toMatchObject({
    sender: { address: 'webchat:u.customer-7', name: 'Ada' },
  });
});
