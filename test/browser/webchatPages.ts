import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { WebchatHarness } from './webchatHarness.ts';

/** A visitor's tab, in the words of these tests. */
export interface Tab {
  page: Page;
  launcher: Locator;
  dialog: Locator;
  field: Locator;
  /** Texts of the bubbles, oldest first. */
  bubbles(): Promise<string[]>;
  bubble(text: string): Locator;
  say(text: string): Promise<void>;
  open(): Promise<void>;
}

/** The demo page as the harness (or a gateway) serves it. */
export const demoUrl = ({ baseUrl, accountId }: { baseUrl: string; accountId: string }, query = ''): string =>
  `${baseUrl}/hooks/webchat/${accountId}/demo${query}`;

export async function openTab(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage();
  await page.goto(url);
  const launcher = page.locator('.launcher');
  await launcher.waitFor();
  const tab: Tab = {
    page,
    launcher,
    dialog: page.locator('section[role=dialog]'),
    field: page.locator('textarea'),
    bubbles: async () => (await page.locator('.message .bubble').allInnerTexts()).map((text) => text.trim()),
    bubble: (text) => page.locator('.message', { has: page.locator('.bubble', { hasText: text }) }),
    say: async (text) => {
      await tab.field.fill(text);
      await tab.field.press('Enter');
    },
    open: async () => {
      await launcher.click();
      await page.locator('.line.online').waitFor();
    },
  };
  return tab;
}

/** The address of whoever spoke last. */
export function lastSpeaker({ inbox }: WebchatHarness): string {
  const item = inbox.findLast((one) => one.type === 'message');
  if (item?.type !== 'message') throw new Error('nobody spoke yet');
  return item.sender.address;
}

/** What visitors wrote, in the order of the commits. */
export const written = ({ inbox }: WebchatHarness): string[] =>
  inbox.flatMap((item) =>
    item.type === 'message' && item.content.kind === 'text' ? [item.content.text] : [],
  );
