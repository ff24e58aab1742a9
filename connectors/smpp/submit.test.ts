import { describe, expect, it } from 'vitest';
import { useSmsc } from './lab.testing.ts';
import { createSessions } from './session.ts';
import { contextOf, textRequest } from './testing.ts';

const euro = '€';
const phone = '📱';
const lab = useSmsc();

describe('sending', () => {
  it('sends GSM text with data_coding 0 and other scripts as UCS-2', async () => {
    const session = await lab.connect();
    await expect(
      lab.send(session, `Ça coûte 5 ${euro}`.replace('û', 'u').replace('Ç', 'C')),
    ).resolves.toMatchObject({ type: 'sent' });
    await lab.send(session, `où ça ${phone} ?`);
    const { segments } = await lab.smsc.state();
    expect(segments.map(({ text, dataCoding }) => ({ text, dataCoding }))).toEqual([
      { text: `Ca coute 5 ${euro}`, dataCoding: 0 },
      { text: `où ça ${phone} ?`, dataCoding: 8 },
    ]);
    expect(segments[0]).toMatchObject({ from: '+33639980100', to: '+33639980001', esmClass: 0 });
  });

  for (const form of ['udh8', 'udh16', 'sar', 'payload'] as const) {
    it(`sends long texts so that the phone shows them whole: ${form}`, async () => {
      const session = await lab.connect({ long_messages: form });
      const texts = [
        `${'a'.repeat(152)}${euro}${'b'.repeat(400)}`,
        `${'x'.repeat(66)}${phone}${'y'.repeat(200)}`,
      ];
      for (const text of texts) {
        const outcome = await lab.send(session, text);
        const { shown } = await lab.smsc.state();
        expect(shown.at(-1)!.text).toBe(text);
        expect(outcome).toMatchObject({ type: 'sent', providerIds: shown.at(-1)!.messageIds });
      }
      const { segments } = await lab.smsc.state();
      expect(segments.every(({ broken }) => !broken)).toBe(true);
      expect(segments).toHaveLength(form === 'payload' ? 2 : 9);
    });
  }

  it('says how long it is worth delivering, and what sender it has', async () => {
    const session = await lab.connect({ sender: 'ACME Taxi' });
    await lab.send(session, 'soon', { validForSeconds: 90_061 });
    expect((await lab.smsc.state()).segments[0]).toMatchObject({
      from: 'ACME Taxi',
      validityPeriod: '000001010101000R',
    });
  });

  it('keeps to its window', async () => {
    const session = await lab.connect({ window: 3 });
    await lab.smsc.set({ hold: true });
    const sends = Array.from({ length: 12 }, (_, index) => lab.send(session, `text ${index}`));
    await lab.smsc.until(({ submits }) => submits === 3);
    await lab.smsc.set({ hold: false });
    const outcomes = await Promise.all(sends);
    expect(outcomes.every(({ type }) => type === 'sent')).toBe(true);
    expect(await lab.smsc.state()).toMatchObject({ submits: 12, maxUnanswered: 3 });
  });

  it('an answer that never comes keeps its place in the window; when all are lost, so is the connection', async () => {
    const session = await lab.connect({ window: 2, response_seconds: 1 });
    await lab.smsc.set({ swallow: 2 });
    const lost = await Promise.all([lab.send(session, 'one'), lab.send(session, 'two')]);
    expect(lost).toEqual([1, 2].map(() => ({ type: 'uncertain', reason: 'submit_sm_unanswered_timeout' })));
    await expect(session.closed).resolves.toBe('submits_unanswered');
    expect(await lab.smsc.state()).toMatchObject({ submits: 2, maxUnanswered: 2 });
  });

  for (const [name, status] of [
    ['ESME_RTHROTTLED', 0x58],
    ['ESME_RMSGQFUL', 0x14],
  ] as const) {
    it(`slows down on ${name} and submits again`, async () => {
      const session = await lab.connect();
      lab.host.clockMs = 1_000_000;
      await lab.smsc.set({ statuses: [status, status] });
      const request = textRequest('again');
      const submit = () => session.send(request, contextOf(lab.host));
      expect(await submit()).toEqual({ type: 'throttled', platformCode: name, retryAfterMs: 1000 });
      // nothing of this account goes out meanwhile
      expect(await lab.send(session, 'another')).toMatchObject({ type: 'throttled', retryAfterMs: 1000 });
      expect((await lab.smsc.state()).submits).toBe(1);
      lab.host.clockMs += 1000;
      expect(await submit()).toMatchObject({ type: 'throttled', retryAfterMs: 2000 });
      lab.host.clockMs += 2000;
      expect(await submit()).toMatchObject({ type: 'sent' });
      expect((await lab.smsc.state()).shown.map(({ text }) => text)).toEqual(['again']);
    });
  }

  it('goes on where a long message was throttled, and shows it once', async () => {
    const session = await lab.connect();
    lab.host.clockMs = 1_000_000;
    await lab.smsc.set({ statuses: [0, 0, 0x58] });
    const request = textRequest('long '.repeat(120));
    expect(await session.send(request, contextOf(lab.host))).toMatchObject({ type: 'throttled' });
    lab.host.clockMs += 1000;
    const outcome = await session.send(request, contextOf(lab.host));
    const { shown, segments } = await lab.smsc.state();
    expect(segments).toHaveLength(4);
    expect(shown).toHaveLength(1);
    expect(outcome).toEqual({ type: 'sent', providerIds: shown[0]!.messageIds.map((id) => id) });
    expect(shown[0]!.text).toBe('long '.repeat(120));
  });

  it('goes on with the next connection where the link was lost between two segments', async () => {
    const sessions = createSessions();
    const session = await lab.connect({ window: 1 }, { sessions });
    await lab.smsc.set({ hold: true });
    const request = textRequest('word '.repeat(70));
    const first = session.send(request, contextOf(lab.host));
    await lab.smsc.until(({ submits }) => submits === 1);
    // the window is full: the second message never goes out
    const waiting = lab.send(session, 'waits');
    void session.close();
    await expect(waiting).resolves.toMatchObject({
      type: 'rejected',
      failure: { code: 'account_disconnected' },
    });
    await lab.smsc.set({ hold: false });
    await expect(first).resolves.toMatchObject({
      type: 'rejected',
      failure: { code: 'account_disconnected', permanent: false },
    });
    const again = await lab.connect({}, { sessions });
    await expect(again.send(request, contextOf(lab.host))).resolves.toMatchObject({ type: 'sent' });
    const { shown, segments } = await lab.smsc.state();
    expect(segments).toHaveLength(3);
    expect(shown.map(({ text }) => text)).toEqual(['word '.repeat(70)]);
  });

  it('is uncertain when the connection breaks after a submit went out', async () => {
    const session = await lab.connect();
    await lab.smsc.set({ swallow: 1 });
    const outcome = lab.send(session, 'perhaps');
    await lab.smsc.until(({ submits }) => submits === 1);
    await lab.smsc.command({ do: 'drop' });
    await expect(outcome).resolves.toEqual({ type: 'uncertain', reason: 'submit_sm_unanswered_closed' });
  });

  it('is uncertain when the gateway gives up waiting', async () => {
    const session = await lab.connect();
    await lab.smsc.set({ swallow: 1 });
    const controller = new AbortController();
    const outcome = session.send(textRequest('perhaps'), contextOf(lab.host, controller.signal));
    await lab.smsc.until(({ submits }) => submits === 1);
    controller.abort();
    await expect(outcome).resolves.toEqual({ type: 'uncertain', reason: 'submit_sm_unanswered_aborted' });
  });

  it('tells refusals by their code', async () => {
    const session = await lab.connect();
    await lab.smsc.set({ statuses: [0x0b, 0x08, 0x0400] });
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push(await lab.send(session, 'refused'));
    expect(codes).toMatchObject([
      {
        type: 'rejected',
        failure: { code: 'address_invalid', permanent: true, platform_code: 'ESME_RINVDSTADR' },
      },
      { type: 'rejected', failure: { code: 'platform_unavailable', permanent: false } },
      { type: 'rejected', failure: { code: 'platform_refused', platform_code: '0x00000400' } },
    ]);
  });

  it('sends nothing to a name, and nothing but text', async () => {
    const session = await lab.connect();
    expect(await lab.send(session, 'hello', { address: 'tel:alpha:ACME' })).toMatchObject({
      failure: { code: 'address_invalid' },
    });
    expect(await lab.send(session, '', { part: { content: { kind: 'typing' } } })).toMatchObject({
      failure: { code: 'content_unsupported' },
    });
    expect(await lab.send(session, 'x'.repeat(153 * 256))).toMatchObject({
      failure: { code: 'content_too_large' },
    });
    expect((await lab.smsc.state()).submits).toBe(0);
  });
});
