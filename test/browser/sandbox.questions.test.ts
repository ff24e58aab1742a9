import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestMerchant } from '../gateway/gateway.ts';
import { bill, dishes, evening, goods, table } from './asked.ts';
import { violations } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { openPhoneSite } from './phone-site.ts';
import type { PhoneSite } from './phone-site.ts';
import { startTown } from './town.ts';
import type { Town } from './town.ts';

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

const alice = 'sandbox:alice';
const answered = (type: string): number =>
  merchant.receiver.events.filter((event) => event.type === type).length;
const log = (page: Page) => page.getByRole('log');

async function fill(page: Page): Promise<void> {
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

describe('a form on the phone', () => {
  it('is refused while something is wrong, comes back as one answer, and is done, also after a reload', async () => {
    const page = await site.phone();
    const id = await merchant.send(alice, table);
    const form = page.getByRole('form', { name: table.title });
    const send = form.getByRole('button', { name: 'Send' });
    await fill(page);
    await form.getByLabel('Mobile').fill('06 39 98 00 01');
    await send.click();
    expect(await form.getByLabel('Mobile').evaluate((input) => input.matches(':focus:invalid'))).toBe(true);
    await form.getByLabel('Mobile').fill('+33 6 39 98 00 01');
    await form.getByLabel('Salad').check();
    await send.click();
    expect(await form.getByLabel('Bread').evaluate((input) => input.matches(':focus:invalid'))).toBe(true);
    await form.getByLabel('Salad').uncheck();
    // what comes meanwhile leaves what was typed, and where one was typing
    await form.getByLabel('Your name').focus();
    await merchant.send(alice, { kind: 'text', text: 'Take your time.' });
    await log(page).getByText('Take your time.').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.type(' Two');
    await form.getByRole('button', { name: 'Use my location' }).click();
    await send.click();
    const { data } = await merchant.receiver.event('form.answered');
    expect(data).toMatchObject({ message_id: id });
    expect(data.values).toEqual({
      ...filled,
      name: 'Ada Example Two',
      where: { latitude: 48.8675, longitude: 2.3637, name: 'Place de la République' },
    });
    await log(page).getByText('✓ Filled in').waitFor();
    expect(await form.count()).toBe(0);
    expect(site.received().map(({ content }) => content.text?.split('\n')[0])).toEqual([
      'Your name: Ada Example Two',
    ]);
    await page.reload();
    await log(page).getByText('✓ Filled in').waitFor();
    expect(await form.count()).toBe(0);
    expect(answered('form.answered')).toBe(1);
  });
});

it('several options come back as one answer, "none of these" as one without options', async () => {
  const page = await site.phone();
  const id = await merchant.send(alice, dishes);
  await log(page).getByLabel('Soup').check();
  await log(page).getByRole('button', { name: 'Send' }).click();
  await log(page).locator('.wrong', { hasText: 'Choose 2.' }).waitFor();
  await log(page).getByLabel('Bread').check();
  await log(page).getByRole('button', { name: 'Send' }).click();
  const first = await merchant.receiver.event('choice.answered');
  expect(first.data).toMatchObject({ message_id: id, via: 'payload' });
  expect(first.data.options.map((option) => option.id)).toEqual(['bread', 'soup']);
  const done = log(page).getByText('✓ Bread, Soup');
  await done.waitFor();
  const again = await merchant.send(alice, dishes);
  await log(page).getByLabel('None of these').check();
  await log(page).getByRole('button', { name: 'Send' }).click();
  const { data } = await merchant.receiver.event(
    'choice.answered',
    ({ data: { message_id: of } }) => of === again,
  );
  expect(data.options).toEqual([]);
  await page.reload();
  await done.waitFor();
  await log(page).getByText('✓ None of these').waitFor();
  expect(answered('choice.answered')).toBe(2);
});

it('a step of a survey is pressed, and stays so', async () => {
  const page = await site.phone();
  const id = await merchant.send(alice, evening);
  await log(page).getByRole('button', { name: '5, Great' }).press('Enter');
  const { data } = await merchant.receiver.event('survey.answered');
  expect(data).toMatchObject({ message_id: id, value: 5, via: 'payload' });
  await page.reload();
  await log(page).getByRole('button', { name: '5, Great', pressed: true }).waitFor();
});

it('a payment is declined, then made: the merchant hears of both, tied to what was asked', async () => {
  const page = await site.phone();
  const id = await merchant.send(alice, bill);
  await log(page).getByRole('button', { name: 'Decline' }).click();
  const { data: declined } = await merchant.receiver.event('payment.updated');
  expect(declined).toMatchObject({
    message_id: id,
    reference: 'ORDER-42',
    state: 'failed',
    amount: bill.amount,
  });
  await log(page).getByRole('button', { name: 'Pay after all' }).click();
  const { data: paid } = await merchant.receiver.event(
    'payment.updated',
    ({ data }) => data.state === 'paid',
  );
  expect(paid).toMatchObject({ message_id: id, previous: 'failed', payment_id: declined.payment_id });
  await log(page).getByText('✓ Paid').waitFor();
  await page.reload();
  await log(page).getByText('✓ Paid').waitFor();
  expect(await log(page).getByRole('button', { name: 'Pay' }).count()).toBe(0);
});

it('goods are ordered from the message that showed them, and a place is shared', async () => {
  const page = await site.phone();
  const id = await merchant.send(alice, goods);
  await log(page).getByRole('button', { name: 'Order' }).click();
  await log(page).getByText('How many of which?').waitFor();
  await log(page).getByLabel('How many: Dune cup').fill('2');
  await log(page).getByLabel('How many: Tide bowl').fill('1');
  await log(page).getByText('€86.50').waitFor();
  await log(page).getByRole('button', { name: 'Order' }).click();
  const { data } = await merchant.receiver.event('order.placed');
  expect(data).toMatchObject({
    message_id: id,
    items: [
      { id: 'dune', quantity: 2 },
      { id: 'tide', quantity: 1 },
    ],
    total: { amount: 8650, currency: 'EUR' },
  });
  await log(page).getByText('Total €86.50').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Location', exact: true }).click();
  const shared = await merchant.receiver.event('location.shared');
  expect(shared.data).toMatchObject({ latitude: 48.8675, longitude: 2.3637 });
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('axe finds nothing, %s, %i px wide, and nothing scrolls sideways', async (colorScheme, width) => {
  const viewport = { width, height: 900 };
  const page = await site.phone({ colorScheme, viewport, reducedMotion: 'reduce', bypassCSP: true });
  for (const content of [table, dishes, evening, goods, bill]) await merchant.send(alice, content);
  await log(page).getByRole('button', { name: 'Decline' }).click();
  await log(page).getByText('Declined').waitFor();
  await log(page).getByRole('button', { name: '1, Poor' }).click();
  await log(page).getByRole('button', { name: '1, Poor', pressed: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  expect(
    await log(page).evaluate((node) => {
      const { scrollWidth, clientWidth } = node as unknown as { scrollWidth: number; clientWidth: number };
      return scrollWidth - clientWidth;
    }),
  ).toBe(0);
});
