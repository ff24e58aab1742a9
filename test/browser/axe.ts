import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 A and AA and its best practices, after every animation is over. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate(`(async () => {
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap((one) => one.shadowRoot ?? [])];
    await Promise.all(roots.flatMap((root) => root.getAnimations()).filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => {})));
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ' ' + node.target.flat().join(' ') + ' ' + node.any.map((one) => one.message).join(' ')));
  })()`)) as string[];
  return found;
}
