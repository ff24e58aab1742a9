import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import { launchChromium } from './chromium.ts';

let gateway: TestGateway;
let browser: Browser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await gateway.stop();
});

interface Visit {
  page: Page;
  /** Requests that went elsewhere, and what the console or a script complained of. */
  foreign: string[];
  complaints: string[];
}

async function visit(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(gateway.url) && !url.startsWith('data:') && !url.startsWith('blob:'))
      foreign.push(url);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(gateway.url + path);
  return { page, foreign, complaints };
}

const shot = process.env['PASSERELLE_SHOTS'];

describe('the reference page', () => {
  test(
    'shows every operation, asks nobody else for anything, and nothing complains',
    { timeout: 60_000 },
    async () => {
      const { page, foreign, complaints } = await visit('/docs');
      await page
        .getByRole('heading', { name: 'Send a message', exact: true })
        .first()
        .waitFor({ timeout: 30_000 });
      await page.waitForLoadState('networkidle');
      expect(await page.title()).toBe('Passerelle API reference');
      await page.mouse.wheel(0, 3000);
      await page.waitForTimeout(1000);
      if (shot) await page.screenshot({ path: `${shot}/docs.png` });
      expect(foreign).toEqual([]);
      expect(complaints).toEqual([]);
      // nor does it offer what would send the document, or a question, to somebody else's service
      expect(await page.getByText(/Ask AI|Generate MCP|Developer Tools|Deploy/).count()).toBe(0);
      await page.context().close();
    },
  );

  test('fits a phone', { timeout: 60_000 }, async () => {
    const { page } = await visit('/docs', { viewport: { width: 390, height: 800 } });
    await page.getByRole('heading', { name: 'Passerelle', exact: true }).first().waitFor({ timeout: 30_000 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    if (shot) await page.screenshot({ path: `${shot}/docs-phone.png` });
    await page.context().close();
  });
});

describe('the page of problems', () => {
  test('has a place for every code, and the one that was asked for is marked', async () => {
    const { page, foreign, complaints } = await visit('/docs/problems#rate_limited');
    expect(await page.locator(':target').innerText()).toContain('rate_limited');
    for (const code of [
      'invalid_request',
      'idempotency_mismatch',
      'no_route',
      'failure-window_closed',
      'failure-outcome_unknown',
    ])
      expect(await page.locator(`#${code}`).count()).toBe(1);
    if (shot) {
      await page.screenshot({ path: `${shot}/problems.png` });
      await page.evaluate('scrollTo(0, 0)');
      await page.screenshot({ path: `${shot}/problems-top.png` });
    }
    expect([foreign, complaints]).toEqual([[], []]);
    await page.context().close();
  });

  test('is read in the dark and on a phone too', async () => {
    const { page } = await visit('/docs/problems', {
      viewport: { width: 390, height: 800 },
      colorScheme: 'dark',
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    if (shot) await page.screenshot({ path: `${shot}/problems-dark.png` });
    await page.context().close();
  });
});
