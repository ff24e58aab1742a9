import type { BrowserContext, Locator, Page } from 'playwright-core';

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
  /** Says something and waits until the gateway has it. */
  hello(text: string): Promise<void>;
}

export async function openTab(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
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
    hello: async (text) => {
      await tab.say(text);
      await page.locator('[data-tick=delivered]').waitFor();
    },
  };
  return tab;
}

/** The width of a picture as it was loaded; 0 where it was not. */
export const widthOf = (image: Locator): Promise<number> =>
  image.evaluate((node) => (node as unknown as { naturalWidth: number }).naturalWidth);
