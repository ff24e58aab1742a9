import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bill, dishes, evening, goods, table } from './asked.ts';
import { violations } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { openSite } from './chat-site.ts';
import type { ChatSite } from './chat-site.ts';
import { openTab } from './tab.ts';
import type { Tab } from './tab.ts';
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
  site = await openSite(town);
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  await site.close();
});

/** A visitor who has said hello, and where to write to them. */
async function visitor(options: BrowserContextOptions = {}): Promise<Tab & { address: string }> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  contexts.push(context);
  const tab = await openTab(context, site.demoUrl);
  await tab.open();
  await tab.hello('Hello');
  const { address } = await site.received('Hello');
  return Object.assign(tab, { address });
}

const focusedLabel = (tab: Tab): Promise<unknown> =>
  tab.page.evaluate(
    `(() => { const on = document.activeElement.shadowRoot?.activeElement; return on?.labels?.[0]?.innerText ?? on?.getAttribute('aria-label'); })()`,
  );

/** How often each kind of answer was stated. */
const answered = (type: string): number =>
  site.merchant.receiver.events.filter((event) => event.type === type).length;

async function fill({ page }: Tab): Promise<void> {
  const form = page.getByRole('form', { name: table.title });
  await form.getByLabel('Your name').fill('Ada Example');
  await form.getByLabel('How many of you?').fill('3');
  await form.getByLabel('Which day').fill('2026-12-24');
  await form.getByLabel('Mobile').fill('+33 6 39 98 00 01');
  await form.getByLabel('Terrace').check();
  await form.getByLabel('Bread').check();
  await form.getByLabel('Soup').check();
}

const filled = {
  name: 'Ada Example',
  guests: 3,
  day: '2026-12-24',
  phone: '+33639980001',
  seat: 'terrace',
  sides: ['bread', 'soup'],
};
const told = [
  'Your name: Ada Example',
  'How many of you? 3',
  'Which day: 24 December 2026',
  'Mobile: +33639980001',
  'Seat: Terrace',
  'Sides: Bread, Soup',
].join('\n');

describe('a form', () => {
  it('comes back whole as one answer, readable for everyone, and shows as done, also after a reload', async () => {
    const tab = await visitor({
      permissions: ['geolocation'],
      geolocation: { latitude: 48.390123, longitude: -4.486 },
    });
    const id = await site.merchant.send(tab.address, table);
    await tab.page.getByRole('form', { name: table.title }).waitFor();
    await fill(tab);
    await tab.page.getByRole('button', { name: 'Use my location' }).click();
    await tab.page.getByText('Your location is added.').waitFor();
    await tab.page.getByRole('button', { name: 'Send', exact: true }).first().click();
    const { data } = await site.merchant.receiver.event('form.answered');
    expect(data).toMatchObject({ message_id: id });
    expect(data.values).toEqual({ ...filled, where: { latitude: 48.39012, longitude: -4.486 } });
    const message = await site.received(`${told}\nWhere do we fetch you: 48.39012, -4.486`);
    expect(message.answer).toMatchObject({ type: 'form', message_id: id, complete: true, via: 'payload' });
    await tab.bubble(table.title).getByText('Filled in').waitFor();
    expect(await tab.page.locator('.ask input').count()).toBe(0);
    await tab.page.reload();
    await tab.launcher.click();
    await tab.bubble(table.title).getByText('Filled in').waitFor();
    expect(await tab.page.locator('.ask input').count()).toBe(0);
    expect(answered('form.answered')).toBe(1);
  });

  it('is not sent while something in it is wrong: each field says what, the first has the focus', async () => {
    const tab = await visitor();
    await site.merchant.send(tab.address, table);
    await fill(tab);
    const form = tab.page.getByRole('form', { name: table.title });
    await form.getByLabel('Your name').fill(' ');
    await form.getByLabel('Email').fill('ada@example');
    await form.getByLabel('Mobile').fill('06 39 98 00 01');
    await form.getByLabel('Salad').check();
    await form.getByRole('button', { name: 'Send' }).click();
    const hints = async (): Promise<Record<string, string>> =>
      (await tab.page.evaluate(
        `Object.fromEntries([...document.querySelector('passerelle-chat').shadowRoot.querySelectorAll('[aria-invalid=true]')].map((one) => [(one.closest('fieldset')?.querySelector('legend') ?? one.labels[0]).innerText, one.getRootNode().getElementById(one.getAttribute('aria-describedby'))?.innerText]))`,
      )) as never;
    expect(await hints()).toEqual({
      'Your name *': 'This is needed.',
      'Email (optional)': 'Write an address such as ada@example.com.',
      'Mobile *': 'Begin with + and the country code: +33 6 39 98 00 01.',
      'Sides (optional)': 'Choose up to 2.',
    });
    expect(await focusedLabel(tab)).toBe('Your name *');
    expect(await violations(tab.page)).toEqual([]);
    await form.getByLabel('Your name').fill('Ada Example');
    expect(Object.keys(await hints())).not.toContain('Your name *');
    await form.getByLabel('Email').fill('');
    await form.getByLabel('Mobile').fill('0033 639 98 00 01');
    await form.getByLabel('Salad').uncheck();
    await form.getByLabel('Where do we fetch you').fill('the old harbour');
    await form.getByRole('button', { name: 'Send' }).click();
    const { data } = await site.merchant.receiver.event('form.answered');
    expect(data.values).toEqual({ ...filled, where: 'the old harbour' });
    expect(site.written()).toEqual(['Hello', `${told}\nWhere do we fetch you: the old harbour`]);
  });

  it('filled in without a network waits as done, and is answered once, when the line is back', async () => {
    const tab = await visitor();
    await site.merchant.send(tab.address, table);
    await fill(tab);
    await tab.page.context().setOffline(true);
    await tab.page.locator('.line.offline').waitFor();
    await tab.page.getByRole('form').getByRole('button', { name: 'Send' }).click();
    await tab.bubble(table.title).getByText('Filled in').waitFor();
    await tab.page.locator('[data-tick=waiting]').waitFor();
    expect(answered('form.answered')).toBe(0);
    await tab.page.context().setOffline(false);
    const { data } = await site.merchant.receiver.event('form.answered');
    expect(data.values).toEqual(filled);
    await tab.page.locator('[data-tick=waiting]').waitFor({ state: 'detached' });
    await tab.bubble(table.title).getByText('Filled in').waitFor();
    expect(answered('form.answered')).toBe(1);
  });

  it('keeps what is typed while messages come, and stays open after a message of the visitor’s', async () => {
    const tab = await visitor();
    await site.merchant.send(tab.address, table);
    await fill(tab);
    await site.merchant.send(tab.address, { kind: 'text', text: 'Take your time.' });
    await tab.bubble('Take your time.').waitFor();
    await tab.say('Is there parking?');
    await site.received('Is there parking?');
    await tab.page.getByRole('form').getByRole('button', { name: 'Send' }).click();
    const { data } = await site.merchant.receiver.event('form.answered');
    expect(data.values).toEqual(filled);
  });

  it('is filled in by keyboard alone', async () => {
    const tab = await visitor();
    await site.merchant.send(tab.address, {
      kind: 'form',
      title: 'One question',
      fields: [
        { id: 'name', label: 'Name', type: 'text', required: true },
        { id: 'seat', label: 'Seat', type: 'choice', options: table.fields[5]!.options! },
      ],
    });
    await tab.page.getByRole('form').waitFor();
    for (let i = 0; i < 9 && (await focusedLabel(tab)) !== 'Name *'; i++)
      await tab.page.keyboard.press('Shift+Tab');
    await tab.page.keyboard.type('Ada');
    await tab.page.keyboard.press('Tab');
    // which of the two Tab comes to is the browser's business; the arrows go around
    const seat = tab.page.getByLabel('Terrace');
    for (let i = 0; i < 2 && !(await seat.isChecked()); i++) await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('Enter');
    const { data } = await site.merchant.receiver.event('form.answered');
    expect(data.values).toEqual({ name: 'Ada', seat: 'terrace' });
    expect(await focusedLabel(tab)).toBe('Write a message…');
  });
});

describe('a choice of several', () => {
  it('comes back as one answer, as many as asked for', async () => {
    const tab = await visitor();
    const id = await site.merchant.send(tab.address, dishes);
    const send = tab.page.getByRole('button', { name: 'Send', exact: true }).first();
    await tab.page.getByLabel('Soup').check();
    await send.click();
    await tab.page.locator('.wrong', { hasText: 'Choose 2.' }).waitFor();
    await tab.page.getByLabel('None of these').check();
    expect(await tab.page.getByLabel('Soup').isChecked()).toBe(false);
    await tab.page.getByLabel('Bread').check();
    expect(await tab.page.getByLabel('None of these').isChecked()).toBe(false);
    await tab.page.getByLabel('Soup').check();
    await send.click();
    const { data } = await site.merchant.receiver.event('choice.answered');
    expect(data).toMatchObject({ message_id: id, via: 'payload' });
    expect(data.options.map((option) => option.id)).toEqual(['bread', 'soup']);
    await site.received('Bread, Soup');
    await tab.page.locator('.ticks').waitFor({ state: 'detached' });
    await tab.page.reload();
    await tab.launcher.click();
    await tab.bubble('Bread, Soup').waitFor();
    expect(await tab.page.locator('.ticks').count()).toBe(0);
    expect(answered('choice.answered')).toBe(1);
  });

  it('"none of these" alone is an answer with no options', async () => {
    const tab = await visitor();
    await site.merchant.send(tab.address, dishes);
    await tab.page.getByLabel('None of these').check();
    await tab.page.getByRole('button', { name: 'Send', exact: true }).first().click();
    expect((await site.merchant.receiver.event('choice.answered')).data.options).toEqual([]);
  });
});

it('a survey is a row of steps, pressed by keyboard', async () => {
  const tab = await visitor();
  const id = await site.merchant.send(tab.address, evening);
  await tab.page.getByRole('group', { name: evening.text }).waitFor();
  expect(await tab.page.locator('.steps button').allInnerTexts()).toEqual(['1', '2', '3', '4', '5']);
  for (let i = 0; i < 9 && (await focusedLabel(tab)) !== '5, Great'; i++)
    await tab.page.keyboard.press('Shift+Tab');
  await tab.page.keyboard.press('Shift+Tab');
  await tab.page.keyboard.press('Enter');
  const { data } = await site.merchant.receiver.event('survey.answered');
  expect(data).toMatchObject({ message_id: id, value: 4, via: 'payload' });
  await tab.page.locator('.steps').waitFor({ state: 'detached' });
});

it('a thread without any of these never asks for the script that draws them', async () => {
  const context = await browser.newContext();
  contexts.push(context);
  const asked: string[] = [];
  context.on('request', (request) => asked.push(new URL(request.url()).pathname.split('/').at(-1)!));
  const tab = await openTab(context, site.demoUrl);
  await tab.open();
  await tab.hello('Hello');
  const { address } = await site.received('Hello');
  await site.merchant.send(address, {
    kind: 'choice',
    text: 'How?',
    options: [{ id: 'a', title: 'By post' }],
  });
  await tab.page.locator('.option').waitFor();
  expect(asked).not.toContain('more.js');
  await site.merchant.send(address, evening);
  await tab.page.locator('.steps').waitFor();
  expect(asked).toContain('more.js');
});

it.each([
  ['light', 1280, 'ltr'],
  ['dark', 1280, 'ltr'],
  ['light', 390, 'ltr'],
  ['dark', 390, 'rtl'],
] as const)('axe finds nothing, %s, %i px wide, %s', async (colorScheme, width, dir) => {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 844 } });
  contexts.push(context);
  const tab = await openTab(context, `${site.demoUrl}?dir=${dir}`);
  await tab.open();
  await tab.hello('Hello');
  const { address } = await site.received('Hello');
  for (const content of [table, dishes, evening, goods, bill]) await site.merchant.send(address, content);
  await tab.page.getByText('ORDER-42').waitFor();
  expect(await violations(tab.page)).toEqual([]);
  const small = await tab.page.evaluate(
    `[...document.querySelector('passerelle-chat').shadowRoot.querySelectorAll('.log :is(button, select, label.tickable, .blank > input)')].map((one) => [one.className, one.offsetWidth, one.offsetHeight]).filter(([, width, height]) => width < 44 || height < 44)`,
  );
  expect(small).toEqual([]);
  expect(
    await tab.page.evaluate(
      `(() => { const log = document.querySelector('passerelle-chat').shadowRoot.querySelector('.log'); return log.scrollWidth - log.clientWidth; })()`,
    ),
  ).toBe(0);
});
