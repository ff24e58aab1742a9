import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { hmac } from '../../connectors/kit/signature.ts';
import { identitySecret, openSite, signal, uploaded } from './chat-site.ts';
import type { ChatSite } from './chat-site.ts';
import { launchChromium } from './chromium.ts';
import { ledgerOf } from './ledger.ts';
import { openTab, widthOf } from './tab.ts';
import { startTown } from './town.ts';
import type { Town } from './town.ts';

let browser: Browser;
let town: Town;
let site: ChatSite;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  [browser, town] = await Promise.all([launchChromium(), startTown()]);
});
afterAll(async () => {
  await browser?.close();
  await town?.close();
});
beforeEach(async () => {
  town.line.blockSockets(false);
  site = await openSite(town);
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  await site.close();
});

const person = async (): Promise<BrowserContext> => {
  const context = await browser.newContext({ locale: 'en-GB' });
  contexts.push(context);
  return context;
};
const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 25 });

it('a new visitor loads the panel on click only, writes, and gets an answer that the merchant sees read', async () => {
  const context = await person();
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  const tab = await openTab(context, site.demoUrl);
  expect(asked.filter((url) => url.includes('panel.js') || url.includes('session'))).toEqual([]);
  await tab.open();
  await tab.hello('Is the Dune cup back?');
  const { conversation_id: conversation, ...received } = await site.received('Is the Dune cup back?');
  expect(received).toMatchObject({ channel: 'webchat', account_id: site.accountId, sequence: 1 });
  const { merchant } = site;
  const answer = await merchant.send(conversation, {
    kind: 'text',
    text: 'Yes, **since Tuesday**. <img src=x onerror=alert(1)>',
    format: 'markdown',
  });
  await tab.bubble('Yes,').waitFor();
  expect(await tab.page.locator('.bubble strong').innerText()).toBe('since Tuesday');
  expect(await tab.page.locator('.bubble img').count()).toBe(0);
  await merchant.state(answer, 'read');
  const { data } = await merchant.receiver.event(
    'delivery.updated',
    ({ data: { state } }) => state === 'read',
  );
  expect(data).toMatchObject({ message_id: answer, conversation_id: conversation, channel: 'webchat' });
});

it('a message to a closed panel is sent, delivered with the next look, and read when it is on the screen', async () => {
  const context = await person();
  const tab = await openTab(context, site.demoUrl);
  await tab.open();
  await tab.hello('back in a minute');
  const { address } = await site.received('back in a minute');
  await tab.page.close();
  const answer = await site.merchant.send(address, { kind: 'text', text: 'while you were away' });
  expect(await site.merchant.state(answer, 'sent', 'delivered', 'read')).toBe('sent');
  const next = await openTab(context, site.demoUrl);
  await eventually(async () => expect(await next.page.locator('.count').innerText()).toBe('1'));
  expect(await site.merchant.state(answer, 'delivered', 'read')).toBe('delivered');
  await next.open();
  await next.bubble('while you were away').waitFor();
  await site.merchant.state(answer, 'read');
});

it('two browsers are two visitors: neither sees the other', async () => {
  const ada = await openTab(await person(), site.demoUrl);
  const bo = await openTab(await person(), site.demoUrl);
  await ada.open();
  await bo.open();
  await ada.hello('I am Ada');
  await bo.hello('I am Bo');
  const [first, second] = [await site.received('I am Ada'), await site.received('I am Bo')];
  expect(second.consumer_id).not.toBe(first.consumer_id);
  await site.merchant.send(first.address, { kind: 'text', text: 'Hello Ada' });
  await ada.bubble('Hello Ada').waitFor();
  expect(await ada.bubbles()).toEqual(['I am Ada', 'Hello Ada']);
  expect(await bo.bubbles()).toEqual(['I am Bo']);
});

it('two tabs of one visitor are in step: messages, typing, the unread badge', async () => {
  const context = await person();
  const one = await openTab(context, site.demoUrl);
  await one.open();
  await one.hello('from the first tab');
  const { conversation_id: conversation } = await site.received('from the first tab');
  const two = await openTab(context, site.demoUrl);
  await two.open();
  await two.bubble('from the first tab').waitFor();
  await two.say('from the second tab');
  await one.bubble('from the second tab').waitFor();
  expect((await site.received('from the second tab')).conversation_id).toBe(conversation);
  expect(await signal(site.merchant, conversation, 'typing')).toBe(true);
  for (const tab of [one, two]) await tab.page.locator('.typing').waitFor();
  await one.page.keyboard.press('Escape');
  await two.page.keyboard.press('Escape');
  await one.dialog.waitFor({ state: 'hidden' });
  await two.dialog.waitFor({ state: 'hidden' });
  const answer = await site.merchant.send(conversation, { kind: 'text', text: 'to both' });
  for (const tab of [one, two])
    await eventually(async () => expect(await tab.page.locator('.count').innerText()).toBe('1'));
  expect(await site.merchant.state(answer, 'delivered', 'read')).toBe('delivered');
  expect(await one.launcher.getAttribute('aria-label')).toBe('Open chat, 1 new message');
  await one.page.bringToFront();
  await one.launcher.click();
  for (const tab of [one, two]) await tab.page.locator('.count').waitFor({ state: 'hidden' });
  expect(await one.bubbles()).toEqual(await two.page.locator('.message .bubble').allTextContents());
  await site.merchant.state(answer, 'read');
});

it('what is written without a network waits, and arrives once and in order', async () => {
  const context = await person();
  const tab = await openTab(context, site.demoUrl);
  await tab.open();
  await tab.hello('one');
  const { address } = await site.received('one');
  await context.setOffline(true);
  await tab.page.locator('.line.offline').waitFor();
  for (const text of ['two', 'three', 'four']) await tab.say(text);
  expect(await tab.page.locator('[data-tick=waiting]').count()).toBe(1); // one mark for the group of three
  const answer = await site.merchant.send(address, { kind: 'text', text: 'meanwhile' });
  await site.merchant.state(answer, 'sent');
  expect(site.written()).toEqual(['one']);
  await context.setOffline(false);
  await tab.bubble('meanwhile').waitFor();
  await eventually(() => expect(site.written()).toEqual(['one', 'two', 'three', 'four']));
  await eventually(async () =>
    expect(await tab.bubbles()).toEqual(['one', 'meanwhile', 'two', 'three', 'four']),
  );
  await site.merchant.state(answer, 'read');
});

it('a reload with messages in the outbox sends them, and finds the thread', async () => {
  const tab = await openTab(await person(), site.demoUrl);
  const ledger = ledgerOf(town.gateway);
  await tab.open();
  await tab.hello('before');
  ledger.refuse(true);
  try {
    await tab.say('while the ledger refuses');
    await tab.page.locator('[data-tick=sent]').waitFor();
    await tab.page.reload();
  } finally {
    ledger.refuse(false);
  }
  await tab.open();
  await eventually(() => expect(site.written()).toEqual(['before', 'while the ledger refuses']));
  await tab.page.locator('[data-tick=delivered]').waitFor();
  expect(await tab.bubbles()).toEqual(['before', 'while the ledger refuses']);
  expect((await site.received('while the ledger refuses')).address).toBe(
    (await site.received('before')).address,
  );
});

it('a line that is cut in mid-flow loses and doubles nothing, either way', async () => {
  const tab = await openTab(await person(), site.demoUrl);
  await tab.open();
  await tab.hello('m0');
  const { conversation_id: conversation } = await site.received('m0');
  for (let i = 1; i <= 8; i++) {
    await tab.say(`m${i}`);
    if (i % 2 === 0) town.line.cutSockets();
    await site.merchant.send(conversation, { kind: 'text', text: `r${i}` });
  }
  const expected = Array.from({ length: 9 }, (_, i) => `m${i}`);
  await eventually(() => expect(site.written()).toEqual(expected));
  await eventually(async () => {
    const bubbles = await tab.bubbles();
    expect(bubbles.filter((text) => text.startsWith('m'))).toEqual(expected);
    expect(bubbles.filter((text) => text.startsWith('r'))).toEqual(
      expected.slice(1).map((text) => text.replace('m', 'r')),
    );
  });
});

it('a quick reply is an answer to its question, and the focus goes back to the field', async () => {
  const tab = await openTab(await person(), site.demoUrl);
  await tab.open();
  await tab.hello('hello');
  const { address } = await site.received('hello');
  const question = await site.merchant.send(address, {
    kind: 'choice',
    text: 'How?',
    options: [
      { id: 'post', title: 'By post' },
      { id: 'shop', title: 'I’ll come by' },
    ],
  });
  await tab.page.getByRole('button', { name: 'I’ll come by' }).click();
  const { data } = await site.merchant.receiver.event('choice.answered');
  expect(data).toMatchObject({
    message_id: question,
    options: [{ id: 'shop', title: 'I’ll come by' }],
    via: 'payload',
    answered_by: (await site.received('I’ll come by')).id,
  });
  await tab.page.locator('.option').first().waitFor({ state: 'detached' });
  expect(await tab.page.evaluate('document.activeElement.shadowRoot.activeElement.tagName')).toBe('TEXTAREA');
});

it('cards, carousels, pictures and places are drawn; a card action is an answer too', async () => {
  const tab = await openTab(await person(), site.demoUrl);
  await tab.open();
  await tab.hello('show me');
  const { address } = await site.received('show me');
  const png = await tab.page.screenshot({ clip: { x: 0, y: 0, width: 80, height: 60 } });
  const id = await uploaded(site.merchant, new Uint8Array(png), 'cup.png');
  const card = (name: string) => ({
    title: `Cup ${name}`,
    image: { type: 'image', id, alt: `The cup ${name}` },
    actions: [
      { type: 'reply', id: name, title: `Take ${name}` },
      { type: 'url', title: 'More', url: 'https://shop.example/cup' },
    ],
  });
  const carousel = await site.merchant.send(address, {
    kind: 'carousel',
    cards: [card('ash'), card('tide')],
  });
  await site.merchant.send(address, {
    kind: 'media',
    media: { type: 'image', id, alt: 'A cup' },
    caption: 'New',
  });
  await site.merchant.send(address, {
    kind: 'location',
    latitude: 48.39,
    longitude: -4.48,
    name: 'Our shop',
  });
  await site.merchant.send(address, { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5 } });
  await tab.bubble('Our shop').waitFor();
  await tab.bubble('How was it?').waitFor();
  for (const name of ['A cup', 'The cup tide']) {
    const image = tab.page.getByRole('img', { name });
    await image.scrollIntoViewIfNeeded();
    await eventually(async () => expect(await widthOf(image)).toBe(80));
  }
  expect(await tab.page.getByRole('link', { name: 'More' }).first().getAttribute('rel')).toContain(
    'noopener',
  );
  await tab.page.getByRole('button', { name: 'Take tide' }).click();
  const { data } = await site.merchant.receiver.event('choice.answered');
  expect(data).toMatchObject({ message_id: carousel, options: [{ id: 'tide', title: 'Take tide' }] });
});

it('typing and ticks go both ways', async () => {
  const tab = await openTab(await person(), site.demoUrl);
  const { merchant } = site;
  await tab.open();
  await tab.hello('first');
  const { conversation_id: conversation } = await site.received('first');
  await tab.field.pressSequentially('hel');
  await merchant.receiver.event(
    'consumer.typing',
    ({ data }) => data.on && data.conversation_id === conversation,
  );
  await tab.field.press('Enter');
  await merchant.receiver.event('consumer.typing', ({ data }) => !data.on);
  await site.received('hel');
  expect(await signal(merchant, conversation, 'read')).toBe(true);
  await tab.page.locator('[data-tick=read]').waitFor();
  expect(await signal(merchant, conversation, 'typing')).toBe(true);
  await tab.page.locator('.typing').waitFor();
  expect(await signal(merchant, conversation, 'typing_stopped')).toBe(true);
  await tab.page.locator('.typing').waitFor({ state: 'detached' });
  await signal(merchant, conversation, 'typing');
  await tab.page.locator('.typing').waitFor();
  await merchant.send(conversation, { kind: 'text', text: 'there' });
  await tab.page.locator('.typing').waitFor({ state: 'detached' });
  await tab.page.reload();
  await tab.open();
  await tab.page.locator('[data-tick=read]').waitFor();
  expect(await tab.bubbles()).toEqual(['first', 'hel', 'there']);
});

it('a picture goes up once, also when it was chosen without a network, and the merchant can fetch its bytes', async () => {
  const context = await person();
  const tab = await openTab(context, site.demoUrl);
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
  const { receiver } = site.merchant;
  const { data: message } = await receiver.event('message.received');
  expect(message.content).toMatchObject({
    kind: 'media',
    media: { type: 'image', name: 'cup.png', media_type: 'image/png', bytes: png.length },
  });
  const { data: ready } = await receiver.event('media.ready', ({ data }) => data.message_id === message.id);
  expect(ready).toMatchObject({ media_type: 'image/png', bytes: png.length });
  const { url } = (message.content as Extract<typeof message.content, { kind: 'media' }>).media;
  expect(url).toMatch(new RegExp(`^${town.line.url}/media/${ready.media_id}\\?`));
  const served = await fetch(url!);
  expect(served.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await served.arrayBuffer()).equals(png)).toBe(true);
  expect((await fetch(url!.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(404);
  const image = tab.page.locator('.bubble img[src*="/media/"]');
  await image.waitFor();
  await eventually(async () => expect(await widthOf(image)).toBe(80));
  expect(receiver.events.filter(({ type }) => type === 'message.received')).toHaveLength(1);
});

it('where no WebSocket gets through, a long poll carries everything', async () => {
  town.line.blockSockets(true);
  const tab = await openTab(await person(), site.demoUrl);
  await tab.open();
  await tab.hello('through the poll');
  const { address } = await site.received('through the poll');
  await site.merchant.send(address, { kind: 'text', text: 'and back' });
  await tab.bubble('and back').waitFor();
  await tab.say('again');
  await eventually(() => expect(site.written()).toEqual(['through the poll', 'again']));
  await eventually(async () =>
    expect(await tab.bubbles()).toEqual(['through the poll', 'and back', 'again']),
  );
});

it('works on a page of another origin under a CSP without inline script, and not on one that is not listed', async () => {
  const context = await person();
  const complaints: string[] = [];
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const tab = await openTab(context, site.shopUrl());
  await tab.open();
  await tab.hello('from the shop');
  expect(complaints).toEqual([]);
  const other = await openSite(town, { origins: ['https://elsewhere.example'] });
  try {
    const stranger = await openTab(context, other.shopUrl());
    await stranger.launcher.click();
    await stranger.page.locator('.line.refused').waitFor();
    expect(other.merchant.receiver.events).toEqual([]);
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
    const tab = await openTab(context, site.demoUrl);
    await tab.page.locator('.line.online').waitFor();
    await tab.hello(words);
    seen.push(await tab.bubbles());
  }
  expect(seen).toEqual([['from the phone'], ['from the phone', 'from the desk']]);
  const { address, consumer_id: consumer } = await site.received('from the desk');
  expect(address).toBe('webchat:u.customer-7');
  expect((await site.merchant.call('GET', `/v1/consumers/${consumer}`)).body).toMatchObject({ name: 'Ada' });
});
