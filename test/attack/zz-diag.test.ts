import { test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import { launchChromium } from '../browser/chromium.ts';
test('diag', { timeout: 90000 }, async () => {
  const g = await TestGateway.start();
  const b = await launchChromium();
  const p = await b.newPage({ viewport: { width: 1280, height: 900 } });
  p.on('console', (m) => console.log('CONSOLE', m.type(), m.text().slice(0, 400)));
  p.on('pageerror', (e) => console.log('PAGEERR', e.message.slice(0, 400), e.stack?.slice(0, 600)));
  p.on('request', (r) => console.log('REQ', r.url().slice(0, 120)));
  p.on('requestfailed', (r) => console.log('FAILED', r.url().slice(0, 120), r.failure()?.errorText));
  await p.goto(g.url + '/docs');
  await p.waitForTimeout(12000);
  console.log('BODY', (await p.locator('body').innerText()).slice(0, 500));
  console.log('HTML', (await p.content()).length, (await p.content()).slice(0, 800));
  await p.screenshot({ path: '/tmp/shots-docs/docs.png' });
  await b.close();
  await g.stop();
});
