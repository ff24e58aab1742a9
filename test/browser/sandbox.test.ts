import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { phoneUrl } from '../../connectors/sandbox/access.ts';
import type { SandboxAccount } from '../../connectors/sandbox/access.ts';
import { connector } from '../../connectors/sandbox/index.ts';
import { launchChromium } from './chromium.ts';
import { startMemoryGateway } from './memory-gateway.ts';
import type { MemoryGateway } from './memory-gateway.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let gateway: MemoryGateway;
let accounts = 0;
/** What the page complained of: each test ends with none. */
let complaints: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  complaints = [];
  const id = `acc_01KAP00000000000000000${String(++accounts).padStart(4, '0')}`;
  gateway = await startMemoryGateway(connector, {
    id,
    merchantId: 'mer_01KAP0000000000000000000TE',
    test: true,
    config: { name: 'Café Lumière' },
    credentials: { secret: 'a-secret-of-the-sandbox' },
  });
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await gateway.close();
  if (complaints.length) throw new Error(`the page complained: ${complaints.join('; ')}`);
});

async function phone(options: BrowserContextOptions = {}, query = ''): Promise<Page> {
  const page = await (
    await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  ).newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('WebSocket')) complaints.push(message.text());
  });
  await page.goto(phoneUrl(gateway.account as SandboxAccount) + query);
  await page.waitForSelector('[data-line="online"]');
  return page;
}

const messages = () => gateway.items.filter((item) => item.type === 'message');
const receipts = () => gateway.items.filter((item) => item.type === 'receipt');

describe('the sandbox phone', () => {
  it('shows what is sent and reports it read; what is written arrives and gets its tick', async () => {
    const page = await phone();
    await gateway.send('sandbox:alice', {
      kind: 'text',
      text: 'Your order **42** is ready',
      format: 'markdown',
    });
    await page.getByRole('log').getByText('Your order 42 is ready').waitFor();
    expect(await page.locator('.bubble strong').textContent()).toBe('42');
    await expect.poll(receipts).toMatchObject([{ state: 'read', address: 'sandbox:alice' }]);
    await page.getByRole('textbox', { name: 'Message' }).fill('Thank you é 💥');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'received by the gateway' }).waitFor();
    expect(messages()).toMatchObject([
      { sender: { address: 'sandbox:alice' }, content: { kind: 'text', text: 'Thank you é 💥' } },
    ]);
    expect(gateway.items.filter(({ type }) => type === 'signal')).not.toEqual([]);
    await gateway.send('sandbox:alice', { kind: 'read', message_id: 'msg_01KAP0000000000000000000TE' });
    await page.getByRole('img', { name: 'read' }).waitFor();
  });

  it('sends back the payload of an option, from buttons, a list and a card', async () => {
    const page = await phone();
    const { messageId: question } = await gateway.send('sandbox:alice', {
      kind: 'choice',
      text: 'When?',
      options: [
        { id: 'a', title: 'Today' },
        { id: 'b', title: 'Tomorrow' },
      ],
    });
    await page.getByRole('button', { name: 'Tomorrow' }).click();
    await expect.poll(messages).toHaveLength(1);
    const drinks = ['Water', 'Wine', 'Cider', 'Milk', 'Coffee'].map((title) => ({ id: title, title }));
    const { messageId: list } = await gateway.send('sandbox:alice', {
      kind: 'choice',
      text: 'What to drink?',
      options: drinks,
      button: 'See drinks',
    });
    await page.getByRole('button', { name: 'See drinks' }).click();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').isHidden()).toBe(true);
    await page.getByRole('button', { name: 'See drinks' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Coffee' }).click();
    await expect.poll(messages).toHaveLength(2);
    const { messageId: card } = await gateway.send('sandbox:alice', {
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
    await expect.poll(messages).toHaveLength(3);
    expect(messages().map((item) => item.type === 'message' && [item.payload, item.content.text])).toEqual([
      [`${question}.1`, 'Tomorrow'],
      [`${list}.4`, 'Coffee'],
      [`${card}.0`, 'Keep it'],
    ]);
    await page.reload();
    await page.getByRole('button', { name: 'Tomorrow', pressed: true }).waitFor();
  });

  it('plays several consumers, and counts what the others have not read', async () => {
    const page = await phone();
    await gateway.send('sandbox:bob', { kind: 'text', text: 'For Bob' });
    await gateway.send('sandbox:dora', { kind: 'text', text: 'For Dora' });
    const people = page.getByLabel('Consumers');
    await people.getByRole('button', { name: /dora.*For Dora.*1/s }).waitFor();
    expect(await page.getByRole('log').getByText('For Bob').count()).toBe(0);
    expect(receipts()).toEqual([]);
    await people.getByRole('button', { name: /bob/ }).click();
    await page.getByRole('log').getByText('For Bob').waitFor();
    await expect.poll(receipts).toMatchObject([{ address: 'sandbox:bob' }]);
    await page.getByLabel('Be somebody else').fill('Eve');
    await page.getByRole('button', { name: 'Go' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Hi');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(messages).toMatchObject([{ sender: { address: 'sandbox:eve' } }]);
  });

  it('keeps the thread over a reload, and what was written during a cut comes in once', async () => {
    const page = await phone({}, '&as=bob');
    await gateway.send('sandbox:bob', { kind: 'text', text: 'before' });
    await page.getByRole('log').getByText('before').waitFor();
    gateway.cut();
    await page.getByRole('textbox', { name: 'Message' }).fill('in the tunnel');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'received by the gateway' }).waitFor();
    await page.reload();
    await page.getByRole('log').getByText('in the tunnel').waitFor();
    expect(await page.getByRole('log').getByText('before').count()).toBe(1);
    expect(await page.getByRole('log').getByText('in the tunnel').count()).toBe(1);
    expect(messages()).toHaveLength(1);
  });

  it('says when the gateway could not take a message', async () => {
    const page = await phone();
    gateway.breakLedger(true);
    await page.getByRole('textbox', { name: 'Message' }).fill('lost?');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: /^not sent/ }).waitFor();
    expect(messages()).toEqual([]);
  });

  it('sends files, places and contacts', async () => {
    const page = await phone();
    await page.setInputFiles('[data-file]', {
      name: 'dot.png',
      mimeType: 'image/png',
      buffer: Buffer.from('not really a picture'),
    });
    for (const name of ['Location', 'Contact']) {
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('button', { name, exact: true }).click();
    }
    await expect
      .poll(() =>
        messages()
          .map((item) => item.type === 'message' && item.content.kind)
          .toSorted(),
      )
      .toEqual(['contact', 'location', 'media']);
    const file = messages().find((item) => item.type === 'message' && item.content.kind === 'media');
    expect(file).toMatchObject({ media: { attachment: { mediaType: 'image/png', name: 'dot.png' } } });
    expect(await page.locator('img[alt="dot.png"]').count()).toBe(1);
  });

  it('changes what an edit, a reaction and a removal are about', async () => {
    const page = await phone();
    const { messageId } = await gateway.send('sandbox:alice', { kind: 'text', text: 'At 7' });
    await gateway.send('sandbox:alice', { kind: 'edit', message_id: messageId, text: 'At 8' });
    await gateway.send('sandbox:alice', { kind: 'reaction', message_id: messageId, emoji: '🎉' });
    await page.getByText('🎉').waitFor();
    expect(await page.getByRole('log').getByText('At 8').count()).toBe(1);
    expect(await page.getByRole('log').getByText('At 7').count()).toBe(0);
    await gateway.send('sandbox:alice', { kind: 'removal', message_id: messageId });
    await page.getByText('Message removed').waitFor();
  });

  it('runs nothing that stands in a message', async () => {
    const page = await phone();
    const attack =
      '<img src=x onerror="document.title=1"> [x](javascript:document.title=2) **<script>document.title=3</script>**';
    await gateway.send('sandbox:alice', { kind: 'text', text: attack, format: 'markdown' });
    await gateway.send('sandbox:alice', {
      kind: 'card',
      card: { title: '<b>x</b>', actions: [{ type: 'url', title: 'go', url: 'https://example.com' }] },
    });
    await page.getByText('<b>x</b>').first().waitFor();
    expect(await page.title()).toBe('Sandbox phone · Café Lumière');
    expect(await page.locator('.bubble img, .bubble script, .bubble b, a[href^="javascript"]').count()).toBe(
      0,
    );
  });

  it.each(['light', 'dark'] as const)(
    'is accessible and does not scroll sideways, %s',
    async (colorScheme) => {
      for (const viewport of [
        { width: 1280, height: 900 },
        { width: 390, height: 844 },
      ]) {
        const page = await phone({ colorScheme, viewport, reducedMotion: 'reduce', bypassCSP: true });
        await gateway.send('sandbox:alice', {
          kind: 'text',
          text: 'Hello **you**, see https://example.com',
          format: 'markdown',
        });
        await gateway.send('sandbox:alice', {
          kind: 'choice',
          text: 'When?',
          options: [{ id: 'a', title: 'Today' }],
          footer: 'Free of charge',
        });
        await gateway.send('sandbox:alice', {
          kind: 'location',
          latitude: 48.86,
          longitude: 2.35,
          name: 'Here',
        });
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
    },
  );
});
