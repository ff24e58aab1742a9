import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { phoneUrl } from '../../connectors/sandbox/access.ts';
import type { SandboxAccount } from '../../connectors/sandbox/access.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import type { Received } from './chat-site.ts';
import type { Town } from './town.ts';

/** One merchant with one sandbox account. */
export interface PhoneSite {
  merchant: TestMerchant;
  /** The phone page, with its key. */
  link: string;
  /** Opens the page in a browser of its own and waits until it is on the line. */
  phone(options?: BrowserContextOptions, query?: string): Promise<Page>;
  /** What the merchant was told that consumers wrote. */
  received(): Received[];
  /** Closes every page; fails if one of them complained. */
  close(): Promise<void>;
}

export async function openPhoneSite(browser: Browser, { gateway }: Town): Promise<PhoneSite> {
  const complaints: string[] = [];
  const merchant = await gateway.merchant('Café Lumière', 'test');
  const credentials = { secret: 'a-secret-of-the-sandbox' };
  const { id, hookUrl } = await merchant.account('sandbox', { name: 'Café Lumière' }, credentials);
  const link = phoneUrl({ id, hookUrl, credentials } as SandboxAccount);
  return {
    merchant,
    link,
    phone: async (options = {}, query = '') => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('WebSocket'))
          complaints.push(message.text());
      });
      await page.goto(link + query);
      await page.waitForSelector('[data-line="online"]');
      return page;
    },
    received: () =>
      merchant.receiver.events.flatMap((event) => (event.type === 'message.received' ? [event.data] : [])),
    close: async () => {
      for (const context of browser.contexts()) await context.close();
      await merchant.receiver.close();
      if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('; ')}`);
    },
  };
}

/** Writes in the phone that is open. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
}
