import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { scriptedRelay } from './relays.ts';
import type { ScriptedRelay } from './relays.ts';

/** A promotional mail's way back, through a whole gateway that stands behind a proxy with HTTPS. */
const publicUrl = 'https://gateway.example';
const content = { kind: 'text', text: 'New cups are here.', subject: 'New cups' };
let gateway: TestGateway;
let relay: ScriptedRelay;
let shop: TestMerchant;
const mailbox = 'desk@cups.example';

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_PUBLIC_URL: publicUrl });
  relay = await scriptedRelay();
  shop = await gateway.merchant('Cups & Co');
  await shop.account(
    'email',
    { address: mailbox, name: 'Cups', relay: { host: '127.0.0.1', port: relay.port, security: 'none' } },
    {},
  );
});
afterAll(async () => {
  await shop?.receiver.close();
  await relay?.close();
  await gateway?.stop();
});

/** Sends, and gives the headers of the mail that went out. */
async function sent(to: string, more: object): Promise<string> {
  await shop.state(await shop.send(`mailto:${to}`, content, more), 'sent');
  const mail = relay.mails.findLast(
    (one) => one.includes(`\r\nTo: ${to}\r\n`) || one.startsWith(`To: ${to}`),
  )!;
  return mail.slice(0, mail.indexOf('\r\n\r\n'));
}

/** The link in `List-Unsubscribe`, at the gateway itself. */
async function linkFor(to: string): Promise<string> {
  const headers = await sent(to, { purpose: 'promotional' });
  expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  const link = /List-Unsubscribe: <(https:\/\/[^>]+)>, <mailto:desk@cups\.example\?subject=unsubscribe>/.exec(
    headers,
  )?.[1];
  expect(link).toMatch(/^https:\/\/gateway\.example\/unsubscribe\/[\w-]+$/);
  return link!.replace(publicUrl, gateway.url);
}

const optedOut = (to: string) =>
  shop.receiver.event('consumer.opted_out', ({ data }) => data.address === `mailto:${to}`);

const nothingMoreGoesTo = async (to: string): Promise<void> =>
  void (await shop.state(await shop.send(`mailto:${to}`, content), 'suppressed'));

describe('unsubscribing from a promotional mail', () => {
  it('other mail offers nothing of the kind', async () => {
    expect(await sent('eve@example.com', {})).not.toContain('List-Unsubscribe');
  });

  it('one click of a mail program, after a restart of the gateway too', async () => {
    const link = await linkFor('ada@example.com');
    await gateway.end('SIGTERM');
    await gateway.start();
    const answer = await fetch(link, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
      redirect: 'error',
    });
    expect(answer.status).toBe(200);
    const event = await optedOut('ada@example.com');
    expect(event.data).toMatchObject({ via: 'link' });
    expect(event.data).not.toHaveProperty('message_id');
    await nothingMoreGoesTo('ada@example.com');
  });

  it('a person who opens the link is asked, and presses the button', async () => {
    const link = await linkFor('bob@example.com');
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ locale: 'fr-FR' });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(link);
      expect(await page.locator('h1').textContent()).toBe('Ne plus recevoir de messages de Cups & Co ?');
      await shop.state(await shop.send('mailto:bob@example.com', content), 'sent');
      await page.getByRole('button', { name: 'Se désabonner' }).click();
      await page.getByRole('heading', { name: 'Vous êtes désabonné' }).waitFor();
      // nothing but the page and the click: nothing is loaded, and the policy forbids nothing that it needs
      expect(new Set(asked)).toEqual(new Set([link]));
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
    expect((await optedOut('bob@example.com')).data).toMatchObject({ via: 'link' });
    await nothingMoreGoesTo('bob@example.com');
  });

  it('a mail to the other address of the header', async () => {
    await linkFor('cleo@example.com');
    const mailer = createTransport({ host: '127.0.0.1', port: gateway.smtpPort, ignoreTLS: true });
    await mailer.sendMail({
      from: 'cleo@example.com',
      to: mailbox,
      subject: 'unsubscribe',
      text: 'Written by a mail program.',
    });
    expect((await optedOut('cleo@example.com')).data).toMatchObject({ via: 'message' });
    await nothingMoreGoesTo('cleo@example.com');
  });

  it('takes effect on what is queued already', async () => {
    const link = await linkFor('dora@example.com');
    const attempts = () => relay.commands.filter((command) => command.startsWith('MAIL')).length;
    const before = attempts();
    relay.script.mail = '451 4.3.0 later';
    const waiting = await shop.send('mailto:dora@example.com', content);
    await until('an attempt', () => attempts() > before);
    await fetch(link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
    delete relay.script.mail;
    await shop.state(waiting, 'suppressed');
  });
});
