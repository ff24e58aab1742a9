import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestMerchant } from '../gateway/gateway.ts';
import { signal } from './chat-site.ts';
import { launchChromium } from './chromium.ts';
import { ledgerOf } from './ledger.ts';
import { openPhoneSite, say } from './phone-site.ts';
import type { PhoneSite } from './phone-site.ts';
import { widthOf } from './tab.ts';
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

describe('the sandbox phone', () => {
  it('shows what is sent and reports it read; what is written arrives and gets its ticks', async () => {
    const page = await site.phone();
    const order = await merchant.send('sandbox:alice', {
      kind: 'text',
      text: 'Your order **42** is ready',
      format: 'markdown',
    });
    await page.getByRole('log').getByText('Your order 42 is ready').waitFor();
    expect(await page.locator('.bubble strong').textContent()).toBe('42');
    await merchant.state(order, 'read');
    await page.getByRole('textbox', { name: 'Message' }).pressSequentially('Thank you é 💥');
    await merchant.receiver.event('consumer.typing', ({ data }) => data.on);
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'received by the gateway' }).waitFor();
    const { data } = await merchant.receiver.event('message.received');
    expect(data).toMatchObject({
      address: 'sandbox:alice',
      channel: 'sandbox',
      test: true,
      content: { kind: 'text', text: 'Thank you é 💥' },
    });
    expect(await signal(merchant, data.conversation_id, 'typing')).toBe(true);
    await page.getByText('typing…').waitFor();
    expect(await signal(merchant, data.conversation_id, 'read')).toBe(true);
    await page.getByRole('img', { name: 'read' }).waitFor();
  });

  it('answers a question by an option of buttons, of a list and of a card', async () => {
    const page = await site.phone();
    const answer = (asked: string) =>
      merchant.receiver.event('choice.answered', ({ data }) => data.message_id === asked);
    const question = await merchant.send('sandbox:alice', {
      kind: 'choice',
      text: 'When?',
      options: [
        { id: 'a', title: 'Today' },
        { id: 'b', title: 'Tomorrow' },
      ],
    });
    await page.getByRole('button', { name: 'Tomorrow' }).click();
    expect((await answer(question)).data).toMatchObject({
      options: [{ id: 'b', title: 'Tomorrow' }],
      via: 'payload',
    });
    const drinks = ['Water', 'Wine', 'Cider', 'Milk', 'Coffee'].map((title) => ({ id: title, title }));
    const list = await merchant.send('sandbox:alice', {
      kind: 'choice',
      text: 'What to drink?',
      options: drinks,
      style: 'list',
      button: 'See drinks',
    });
    await page.getByRole('button', { name: 'See drinks' }).click();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').isHidden()).toBe(true);
    await page.getByRole('button', { name: 'See drinks' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Coffee' }).click();
    expect((await answer(list)).data).toMatchObject({
      options: [{ id: 'Coffee', title: 'Coffee' }],
      via: 'payload',
    });
    const card = await merchant.send('sandbox:alice', {
      kind: 'card',
      card: {
        title: 'Table for two',
        actions: [
          { type: 'url', title: 'Menu', url: 'https://example.com' },
          { type: 'reply', id: 'keep', title: 'Keep it' },
        ],
      },
    });
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect((await answer(card)).data).toMatchObject({
      options: [{ id: 'keep', title: 'Keep it' }],
      via: 'payload',
    });
    expect(site.received().map(({ content }) => content.text)).toEqual(['Tomorrow', 'Coffee', 'Keep it']);
    const untimed = async () => (await page.getByRole('log').innerText()).replaceAll(/\d\d:\d\d/g, '');
    const drawn = await untimed();
    await page.reload();
    await page.getByRole('button', { name: 'Tomorrow', pressed: true }).waitFor();
    expect(await untimed()).toBe(drawn);
  });

  it('plays several consumers, and counts what the others have not read', async () => {
    const page = await site.phone();
    const forBob = await merchant.send('sandbox:bob', { kind: 'text', text: 'For Bob' });
    const forDora = await merchant.send('sandbox:dora', { kind: 'text', text: 'For Dora' });
    const people = page.getByLabel('Consumers');
    await people.getByRole('button', { name: /dora.*For Dora.*1/s }).waitFor();
    expect(await page.getByRole('log').getByText('For Bob').count()).toBe(0);
    await people.getByRole('button', { name: /bob/ }).click();
    await page.getByRole('log').getByText('For Bob').waitFor();
    await merchant.state(forBob, 'read');
    expect(await merchant.state(forDora, 'delivered', 'read')).toBe('delivered');
    await page.getByLabel('Be somebody else').fill('Eve');
    await page.getByRole('button', { name: 'Go' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Hi');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await merchant.receiver.event('message.received', ({ data }) => data.address === 'sandbox:eve');
  });

  it('keeps the thread over a reload, and what was written during a cut comes in once', async () => {
    const page = await site.phone({}, '&as=bob');
    await merchant.send('sandbox:bob', { kind: 'text', text: 'before' });
    await page.getByRole('log').getByText('before').waitFor();
    town.line.cutSockets();
    await say(page, 'in the tunnel');
    await page.getByRole('img', { name: 'received by the gateway' }).waitFor();
    await page.reload();
    await page.getByRole('log').getByText('in the tunnel').waitFor();
    expect(await page.getByRole('log').getByText('before').count()).toBe(1);
    expect(await page.getByRole('log').getByText('in the tunnel').count()).toBe(1);
    await merchant.receiver.event('message.received');
    expect(site.received()).toHaveLength(1);
  });

  it('says when the gateway could not take a message', async () => {
    const page = await site.phone();
    const ledger = ledgerOf(town.gateway);
    ledger.refuse(true);
    try {
      await say(page, 'lost?');
      await page.getByRole('img', { name: /^not sent/ }).waitFor();
    } finally {
      ledger.refuse(false);
    }
    const { body } = await merchant.call('GET', '/v1/messages');
    expect(body['data']).toEqual([]);
  });

  it('sends files, places and contacts, and shows the pictures that the merchant sends', async () => {
    const page = await site.phone();
    const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 80, height: 60 } });
    await page.setInputFiles('[data-file]', { name: 'dot.png', mimeType: 'image/png', buffer: picture });
    const { data: ready } = await merchant.receiver.event('media.ready');
    for (const name of ['Location', 'Contact']) {
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('button', { name, exact: true }).click();
    }
    await expect
      .poll(() => site.received().map(({ content }) => content.kind))
      .toEqual(['media', 'location', 'contact']);
    const { content } = site.received()[0]!;
    if (content.kind !== 'media') throw new Error('no picture came');
    expect(content.media).toMatchObject({
      type: 'image',
      id: ready.media_id,
      name: 'dot.png',
      bytes: picture.length,
    });
    const served = await fetch(content.media.url!);
    expect(Buffer.from(await served.arrayBuffer()).equals(picture)).toBe(true);
    await merchant.send('sandbox:alice', {
      kind: 'media',
      media: { type: 'image', url: content.media.url, alt: 'The same back' },
    });
    for (const name of ['The same back', 'dot.png'])
      await expect.poll(() => widthOf(page.getByRole('img', { name }))).toBe(80);
    await page.reload();
    for (const name of ['The same back', 'dot.png'])
      await expect.poll(() => widthOf(page.getByRole('img', { name }))).toBe(80);
  });

  it('draws what it has no form for as its channel adapts it, the same after a reload', async () => {
    const page = await site.phone();
    const template = await merchant.send('sandbox:alice', {
      kind: 'template',
      name: 'ready',
      language: 'en',
      text: 'It is ready.',
    });
    const long = Array.from({ length: 900 }, (_, i) => `word${i}`).join(' ');
    const parts = await merchant.send('sandbox:alice', { kind: 'text', text: long });
    await merchant.state(parts, 'read');
    const drawn = await page.getByRole('log').locator('.bubble').allInnerTexts();
    expect(drawn).toHaveLength(3);
    await page.reload();
    await page.getByRole('log').getByText('word899').waitFor();
    expect(await page.getByRole('log').locator('.bubble').allInnerTexts()).toEqual(drawn);
    await merchant.state(template, 'read');
  });

  it('changes what an edit, a reaction and a removal are about', async () => {
    const page = await site.phone();
    const id = await merchant.send('sandbox:alice', { kind: 'text', text: 'At 7' });
    await merchant.send('sandbox:alice', { kind: 'edit', message_id: id, text: 'At 8' });
    await merchant.send('sandbox:alice', { kind: 'reaction', message_id: id, emoji: '🎉' });
    await page.getByRole('log').getByText('🎉').waitFor();
    expect(await page.getByRole('log').getByText('At 8').count()).toBe(1);
    expect(await page.getByRole('log').getByText('At 7').count()).toBe(0);
    await merchant.send('sandbox:alice', { kind: 'removal', message_id: id });
    await page.getByRole('log').getByText('Message removed').waitFor();
  });

  it('runs nothing that stands in a message', async () => {
    const page = await site.phone();
    const attack =
      '<img src=x onerror="document.title=1"> [x](javascript:document.title=2) **<script>document.title=3</script>**';
    await merchant.send('sandbox:alice', { kind: 'text', text: attack, format: 'markdown' });
    await merchant.send('sandbox:alice', {
      kind: 'card',
      card: { title: '<b>x</b>', actions: [{ type: 'url', title: 'go', url: 'https://example.com' }] },
    });
    await page.getByText('<b>x</b>').first().waitFor();
    expect(await page.title()).toBe('Sandbox phone · Café Lumière');
    expect(await page.locator('.bubble img, .bubble script, .bubble b, a[href^="javascript"]').count()).toBe(
      0,
    );
  });

  it('opens with its own key only', async () => {
    const page = await (await browser.newContext()).newPage();
    for (const wrong of [
      site.link.replace(/.{4}$/, 'AAAA'),
      site.link.replace(/\?.*/, ''),
      site.link.replace('acc_', 'acc_1'),
    ]) {
      expect((await page.goto(wrong))?.status()).toBe(404);
      expect(await page.locator('[data-thread]').count()).toBe(0);
    }
  });
});
