import { describe, expect, it } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { mailAccount } from '../../test/mail/mail-host.ts';
import { accountFor } from './address.ts';
import { spec } from './email.conformance.ts';
import { readMail } from './inbound.ts';
import { visibleReply } from '../kit/mail/quoted.ts';
import { createMailReader } from './reader.ts';
import { permanentFailure } from '../kit/mail/status.ts';
import { outcomeOfReply, readReply } from './status.ts';

conformance(spec);

const mail = (...lines: string[]): Uint8Array =>
  new TextEncoder().encode(['From: ada@example.com', 'Message-ID: <m@example.com>', ...lines].join('\r\n'));
const textOf = async (raw: Uint8Array): Promise<string> => {
  const reading = await readMail(raw);
  const [item] = reading.ok ? reading.items : [];
  return item?.type === 'message' && item.content.kind === 'text'
    ? item.content.text
    : JSON.stringify(reading);
};

describe('which account a recipient belongs to', () => {
  const shop = mailAccount('acc_01', { address: 'support@shop.test', aliases: ['Help@Shop.test'] });
  const other = mailAccount('acc_02', { address: 'sales@shop.test', aliases: ['@shop.test'] });
  const thief = mailAccount('acc_03', {
    address: 'support@shop.test',
    aliases: ['sales@shop.test', '@shop.test'],
  });
  const accounts = [thief, other, shop];
  it.each([
    ['support@shop.test', 'acc_01'],
    ['SUPPORT@SHOP.TEST', 'acc_01'],
    ['help+case7@shop.test', 'acc_01'],
    ['sales@shop.test', 'acc_02'],
    ['anyone@shop.test', 'acc_02'],
    ['anyone@else.test', undefined],
    ['support@shop.test@else.test', undefined],
  ])('%s → %s', (recipient, id) => expect(accountFor(recipient, accounts)?.id).toBe(id));
});

describe('quoted history', () => {
  it.each([
    ['a quote with its attribution', 'New.\n\nOn Monday, Ada wrote:\n> old\n> older', 'New.'],
    [
      'an attribution over two lines',
      'New.\n\nOn Mon, 16 Nov 2026 at 10:00, Ada Lovelace\n<ada@example.com> wrote:\n\n> old',
      'New.',
    ],
    ['French', 'Merci\n\nLe lun. 16 nov. 2026 à 10:00, Ada <ada@example.com> a écrit :\n\n> ancien', 'Merci'],
    ['German', 'Danke\n\nAm 16.11.2026 um 10:00 schrieb Ada:\n> alt', 'Danke'],
    ['Outlook', 'New.\n\n-----Original Message-----\nFrom: Ada\nSubject: x\n\nold', 'New.'],
    [
      'Outlook with a rule',
      'New.\n\n________________________________\nFrom: Ada\nSent: Monday\n\nold',
      'New.',
    ],
    ['a quote without attribution', 'New.\n> old', 'New.'],
    ['answers between the lines', '> a?\nyes\n> b?\nno', '> a?\nyes\n> b?\nno'],
    [
      'words after the quote',
      'New.\nOn Monday, Ada wrote:\n> old\nand more',
      'New.\nOn Monday, Ada wrote:\n> old\nand more',
    ],
    ['nothing but a quote', '> old', '> old'],
    ['no quote', 'On Monday, Ada wrote:\nnothing', 'On Monday, Ada wrote:\nnothing'],
  ])('%s', (_name, text, visible) => expect(visibleReply(text)).toBe(visible));

  it('stays in a mail that is no reply', async () => {
    expect(await textOf(mail('', 'See:', '> kept'))).toBe('See:\n> kept');
    expect(await textOf(mail('In-Reply-To: <x@shop.test>', '', 'See:', '> gone'))).toBe('See:');
  });
});

describe('bad mail', () => {
  const multipart = (count: number): Uint8Array =>
    mail(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...Array.from({ length: count }, () => '--b\r\n\r\nx'),
      '--b--',
    );
  it('too many parts, or too deep, or endless headers are refused', async () => {
    expect(await readMail(multipart(100))).toMatchObject({ ok: true });
    expect(await readMail(multipart(10_000))).toEqual({ ok: false, refusal: 'too_many_parts' });
    const deep = Array.from(
      { length: 60 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`,
    );
    expect(await readMail(mail(...deep, '', 'x'))).toEqual({ ok: false, refusal: 'malformed' });
    expect(await readMail(mail(`X-Long: ${'a'.repeat(400_000)}`, '', 'x'))).toEqual({
      ok: false,
      refusal: 'malformed',
    });
    expect(
      await readMail(mail(...Array.from({ length: 101 }, () => 'Received: by a.example'), '', 'x')),
    ).toEqual({ ok: false, refusal: 'loop' });
  });
  it('HTML of a hundred thousand levels is read within bounds', async () => {
    const html = '<div>'.repeat(100_000);
    expect(
      (await textOf(mail('Content-Type: text/html', '', `<p>seen</p>${html}deep`))).startsWith('seen'),
    ).toBe(true);
  });
  it('a text too long for one message comes whole as a file too', async () => {
    const reading = await readMail(mail('', 'wörter '.repeat(20_000)));
    const [text, file] = reading.ok ? reading.items : [];
    expect(text).toMatchObject({ content: { kind: 'text' } });
    expect(text?.type === 'message' && text.content.text?.length).toBe(65_536);
    expect(file).toMatchObject({ providerId: '<m@example.com>#1', media: { file: { name: 'message.txt' } } });
  });
  it('the same mail by another way has the same hashed id, another mail another', async () => {
    const id = async (...lines: string[]) => {
      const reading = await readMail(
        new TextEncoder().encode(['From: ada@example.com', ...lines].join('\r\n')),
      );
      return reading.ok && reading.items[0]?.type === 'message' ? reading.items[0].providerId : '';
    };
    const one = await id('Date: Fri, 20 Nov 2026 10:00:00 +0000', '', 'same');
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await id('Received: by b.example', 'Date: Fri, 20 Nov 2026 10:00:00 +0000', '', 'same')).toBe(one);
    expect(await id('Date: Fri, 20 Nov 2026 10:00:00 +0000', '', 'other')).not.toBe(one);
  });
});

describe('the reader’s threads', () => {
  const script = (code: string): URL =>
    new URL(
      `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; ${code}`)}`,
    );
  const some = new Uint8Array(10);
  it('a mail that takes for ever is given up, and the next one is read', async () => {
    const reader = createMailReader({
      threads: 1,
      timeoutMs: 500,
      script: script(
        `parentPort.on('message', ({ envelopeFrom }) => { if (envelopeFrom === 'bomb') for (;;); parentPort.postMessage({ ok: true, items: [] }); });`,
      ),
    });
    const [bomb, next] = await Promise.all([reader.read(some, 'bomb'), reader.read(some, '')]);
    expect(bomb).toEqual({ ok: false, refusal: 'too_slow' });
    expect(next).toEqual({ ok: true, items: [] });
    await reader.close();
  });
  it('a mail that takes all memory ends its thread, not the process', async () => {
    const reader = createMailReader({
      maxHeapMebibytes: 16,
      script: script(
        `parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(10000).fill({})); });`,
      ),
    });
    expect(await reader.read(some, '')).toEqual({ ok: false, refusal: 'too_slow' });
    await reader.close();
  });
  it('reads the same as the main loop would', async () => {
    const reader = createMailReader();
    const raw = mail('Subject: S', '', 'text');
    const expected = await readMail(raw, '');
    // more mails than threads, so that threads are used again
    expect(await Promise.all(Array.from({ length: 7 }, () => reader.read(raw, '')))).toEqual(
      Array.from({ length: 7 }, () => expected),
    );
    expect(await reader.read(raw, '')).toEqual(expected);
    await reader.close();
  });
});

describe('replies of a relay', () => {
  it.each([
    ['250 2.0.0 ok', { code: 250, enhanced: '2.0.0' }],
    ['550-5.1.1 two\n550 5.1.1 lines', { code: 550, enhanced: '5.1.1' }],
    ['550 no such user 5.1.1', { code: 550, enhanced: undefined }],
    ['nonsense', undefined],
  ])('%s', (response, reply) => expect(readReply(response)).toEqual(reply));
  it('no permanent reply becomes a temporary failure, and no temporary one a permanent', () => {
    for (let subject = 0; subject <= 7; subject++) {
      for (let detail = 0; detail <= 30; detail++) {
        expect(permanentFailure({ code: 550, enhanced: `5.${subject}.${detail}` }).permanent).toBe(true);
        const outcome = outcomeOfReply({ code: 450, enhanced: `4.${subject}.${detail}` });
        expect(
          outcome.type === 'throttled' || (outcome.type === 'rejected' && !outcome.failure.permanent),
        ).toBe(true);
      }
    }
  });
});
