import { describe, expect, it } from 'vitest';
import { useSmsc } from './lab.testing.ts';
import { createSessions } from './session.ts';
import { testHost } from './testing.ts';

const consumer = 'tel:+33639980001';
const euro = '€';
const phone = '📱';
const lab = useSmsc();

describe('receipts', () => {
  const bases = ['dec', 'hex', 'HEX'] as const;
  for (const receipts of ['text', 'tlv', 'both'] as const)
    for (const submitBase of bases)
      for (const receiptBase of bases)
        it(`match in ${receipts}: ${submitBase} at the submit, ${receiptBase} in the receipt, with and without leading zeros`, async () => {
          const session = await lab.connect();
          for (const [submitPad, receiptPad] of [
            [0, 0],
            [0, 12],
            [12, 0],
          ] as const) {
            await lab.smsc.set({
              receipts,
              submitId: { base: submitBase, pad: submitPad },
              receiptId: { base: receiptBase, pad: receiptPad },
            });
            const outcome = await lab.send(session, 'hello');
            await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
            const receipt = lab.host.receipts().at(-1)!;
            expect(receipt.state).toBe('delivered');
            expect(outcome.type === 'sent' && receipt.providerIds).toContain(
              outcome.type === 'sent' && outcome.providerIds[0],
            );
          }
        });

  it('are handed on at once when they come before the answer to the submit', async () => {
    const session = await lab.connect();
    await lab.smsc.set({ receiptTime: 'early', hold: true });
    const outcome = lab.send(session, 'early');
    await lab.smsc.until(({ unacknowledged, delivered }) => delivered === 1 && unacknowledged === 0);
    expect(lab.host.receipts()).toHaveLength(1);
    await lab.smsc.set({ hold: false });
    const sent = await outcome;
    expect(sent.type === 'sent' && lab.host.receipts()[0]!.providerIds).toContain(
      sent.type === 'sent' && sent.providerIds[0],
    );
  });

  it('are asked for only where the account wants them', async () => {
    const session = await lab.connect({ registered_delivery: 2 });
    await lab.send(session, 'arrives');
    await lab.smsc.set({ stat: 'UNDELIV' });
    await lab.send(session, 'does not');
    await lab.smsc.until(({ delivered, unacknowledged }) => delivered === 1 && unacknowledged === 0);
    expect(lab.host.receipts()).toMatchObject([
      { state: 'failed', failure: { code: 'undelivered', platform_code: 'UNDELIV:027' } },
    ]);
  });

  it('that the ledger could not take come again', async () => {
    const session = await lab.connect();
    lab.host.broken = true;
    await lab.send(session, 'hello');
    await lab.smsc.until(({ acknowledgements }) => acknowledgements.includes(0x64));
    lab.host.broken = false;
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(lab.host.receipts()).toHaveLength(1);
  });
});

describe('receiving', () => {
  const say = { from: '+33639980001', to: '+33639980100' };
  const texts = () => lab.host.messages().map(({ content }) => content.text);
  const long = `${'début '.repeat(60)}${euro}`;
  const longUcs2 = `${'à bientôt ✨ '.repeat(30)}${phone}`;

  it('takes messages in every coding', async () => {
    await lab.connect();
    await lab.smsc.say({ ...say, text: `5 ${euro} [ok]` });
    await lab.smsc.say({ ...say, text: 'ascii {ok}', dataCoding: 1 });
    await lab.smsc.say({ ...say, text: 'café ç', dataCoding: 3 });
    await lab.smsc.say({ ...say, text: `пицца ${phone}` });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(texts()).toEqual([`5 ${euro} [ok]`, 'ascii {ok}', 'café ç', `пицца ${phone}`]);
    expect(lab.host.messages()[0]).toMatchObject({ type: 'message', sender: { address: consumer } });
  });

  for (const form of ['udh8', 'udh16', 'sar', 'payload'] as const) {
    it(`joins long messages: ${form}, reference 0, in any order, torn pairs included`, async () => {
      await lab.connect();
      await lab.smsc.say({
        ...say,
        text: long,
        form,
        reference: 0,
        ...(form === 'payload' ? {} : { pieces: [3, 1, 2] }),
      });
      await lab.smsc.say({ ...say, text: longUcs2, form, reference: 0, pieceLength: 61 });
      await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
      expect(texts()).toEqual([long, longUcs2]);
    });
  }

  it('keeps pieces of different consumers, references and totals apart', async () => {
    await lab.connect();
    const pieces = { form: 'udh8' as const, pieceLength: 6 };
    await lab.smsc.say({ ...say, text: 'first-first!', ...pieces, reference: 0, pieces: [1] });
    await lab.smsc.say({
      ...say,
      from: '+33639980002',
      text: 'other-other!',
      ...pieces,
      reference: 0,
      pieces: [1, 2],
    });
    await lab.smsc.say({ ...say, text: 'second-second', ...pieces, reference: 0, pieces: [1, 2, 3] });
    await lab.smsc.say({ ...say, text: 'third-third!', ...pieces, reference: 1, pieces: [1, 2] });
    await lab.smsc.say({ ...say, text: 'first-first!', ...pieces, reference: 0, pieces: [2] });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(texts()).toEqual(['other-other!', 'second-second', 'third-third!', 'first-first!']);
  });

  it('acknowledges no piece before the whole is in the ledger', async () => {
    await lab.connect();
    await lab.smsc.say({ ...say, text: long, reference: 7, pieces: [1, 2] });
    await lab.smsc.say({ ...say, from: '+33639980009', text: 'marker' });
    await lab.smsc.until(({ acknowledgements }) => acknowledgements.length === 1);
    expect(await lab.smsc.state()).toMatchObject({ delivered: 3, unacknowledged: 2 });
    await lab.smsc.say({ ...say, text: long, reference: 7, pieces: [3] });
    expect((await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0)).acknowledgements).toEqual([
      0, 0, 0, 0,
    ]);
    expect(texts()).toEqual(['marker', long]);
  });

  it('loses no piece when the process ends in the middle', async () => {
    const first = await lab.connect();
    await lab.smsc.say({ ...say, text: long, reference: 7, pieces: [1, 2] });
    await lab.smsc.until(({ delivered }) => delivered === 2);
    await lab.smsc.command({ do: 'drop' });
    await first.closed;
    const fresh = testHost();
    await lab.connect({}, { on: fresh });
    await lab.smsc.say({ ...say, text: long, reference: 7, pieces: [3] });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(fresh.messages().map(({ content }) => content.text)).toEqual([long]);
  });

  it('joins long messages of an SMSC that waits for each answer', async () => {
    await lab.smsc.set({ deliverWindow: 1, retryMs: 300 });
    await lab.connect({}, { timing: { holdMs: 30 } });
    await lab.smsc.say({ ...say, text: long });
    const { acknowledgements } = await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(acknowledgements).toContain(0x64);
    expect(texts()).toEqual([long]);
  });

  it('passes on what came of a message that never gets whole, and says where something is missing', async () => {
    await lab.connect({}, { timing: { incompleteMs: 60 } });
    await lab.smsc.say({ ...say, text: 'one,two,three,four', pieceLength: 4, pieces: [2, 4] });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(texts()).toEqual(['[…]two,[…]e,fo[…]']);
  });

  it('refuses for the moment what the ledger cannot take, and gets it again', async () => {
    await lab.connect();
    lab.host.broken = true;
    await lab.smsc.say({ ...say, text: 'important' });
    await lab.smsc.until(({ acknowledgements }) => acknowledgements.includes(0x64));
    lab.host.broken = false;
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(texts()).toEqual(['important']);
  });

  it('takes the same words twice when they are written twice', async () => {
    await lab.connect();
    for (let i = 0; i < 3; i++) {
      await lab.smsc.say({ ...say, text: '2' });
      await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    }
    expect(texts()).toEqual(['2', '2', '2']);
  });

  it('takes once what the SMSC repeats while it is not answered', async () => {
    await lab.connect();
    await lab.smsc.set({ repeatMs: 40 });
    const gate = Promise.withResolvers<void>();
    lab.host.gate = gate.promise;
    await lab.smsc.say({ ...say, text: 'once' });
    await lab.smsc.until(({ delivered }) => delivered >= 3);
    lab.host.gate = undefined;
    gate.resolve();
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(texts()).toEqual(['once']);
  });

  it('takes once what the SMSC repeats after a reconnection, because the acknowledgement was lost', async () => {
    const sessions = createSessions();
    const session = await lab.connect({}, { sessions });
    const gate = Promise.withResolvers<void>();
    lab.host.gate = gate.promise;
    await lab.smsc.say({ ...say, text: 'once' });
    await lab.smsc.until(() => lab.host.messages().length === 1);
    await lab.smsc.command({ do: 'drop' });
    await session.closed;
    lab.host.gate = undefined;
    gate.resolve();
    await lab.connect({}, { sessions });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(lab.host.items).toHaveLength(2);
    expect(texts()).toEqual(['once']);
  });

  it('takes once what the SMSC repeats after a restart, and the same words anew afterwards', async () => {
    const session = await lab.connect();
    const gate = Promise.withResolvers<void>();
    lab.host.gate = gate.promise;
    await lab.smsc.say({ ...say, text: 'once' });
    await lab.smsc.until(() => lab.host.messages().length === 1);
    await lab.smsc.command({ do: 'drop' });
    await session.closed;
    const ledger = new Map(
      lab.host.messages().map((item) => [item.providerId, { item, atMs: Date.now() - 5 }]),
    );
    const restarted = testHost(ledger);
    await lab.connect({}, { on: restarted });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(restarted.items).toHaveLength(1);
    expect(restarted.messages()).toHaveLength(1);
    await lab.smsc.say({ ...say, text: 'once' });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(restarted.messages()).toHaveLength(2);
    gate.resolve();
  });

  it('keeps the order of one consumer', async () => {
    await lab.connect();
    const words = Array.from({ length: 30 }, (_, index) => `word ${index}`);
    for (const text of words) await lab.smsc.say({ ...say, text });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(texts()).toEqual(words);
  });

  it('reads the sender: international, national, a short code, a name', async () => {
    await lab.connect();
    for (const [from, ton] of [
      ['0639980001', 2],
      ['33639980001', 0],
      ['38064', 3],
      ['ACME Bank', 5],
    ] as const)
      await lab.smsc.say({ ...say, from, ton, text: `I am ${from}` });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(lab.host.messages().map(({ sender }) => sender.address)).toEqual([
      consumer,
      consumer,
      'tel:38064',
      'tel:alpha:ACME%20Bank',
    ]);
  });

  it('refuses for good what cannot be read, and lives on', async () => {
    await lab.connect();
    // a deliver_sm that ends in its second field
    await lab.smsc.command({ do: 'raw', hex: '00000013000000050000000000000063000101' });
    await lab.smsc.say({ ...say, text: 'still here' });
    await lab.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    expect(texts()).toEqual(['still here']);
  });

  it('logs neither content nor addresses nor secrets', async () => {
    const session = await lab.connect();
    lab.host.broken = true;
    await lab.smsc.say({ ...say, text: 'very private' });
    await lab.smsc.until(({ acknowledgements }) => acknowledgements.includes(0x64));
    await lab.send(session, 'as private');
    expect(lab.host.logs.length).toBeGreaterThan(0);
    expect(lab.host.logs.join('\n')).not.toMatch(/private|639980|secret-pw/);
  });
});
