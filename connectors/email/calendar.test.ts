import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { mailOf } from './letter.testing.ts';

describe('an appointment', () => {
  const appointment: Content = {
    kind: 'appointment',
    title: 'Table; for four, and\\or five',
    start: '2026-11-27T19:30:00+01:00',
    end: '2026-11-27T21:30:00+01:00',
    place: `${'Très loin, '.repeat(20)}là`,
    url: 'https://shop.test/t',
    text: 'See you there,\nAda',
  };
  const calendarIn = async (content: Content) => {
    const { attachments, raw } = await mailOf(content);
    // as it stands on the line: the parser makes its line ends its own
    const file = raw.slice(raw.indexOf('Content-Type: application/ics'));
    const base64 = file.slice(file.indexOf('\r\n\r\n') + 4).split('--', 1)[0]!;
    return { raw, ics: Buffer.from(base64, 'base64').toString(), attachments };
  };

  it('can be put into a calendar: published, in UTC, escaped, folded between characters', async () => {
    const { raw, ics, attachments } = await calendarIn(appointment);
    expect(raw).toMatch(/Content-Type: text\/calendar; charset=utf-8;\s+method=PUBLISH/);
    expect(attachments.map(({ filename }) => filename)).toContain('appointment.ics');
    for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const lines = ics.replaceAll('\r\n ', '').split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'METHOD:PUBLISH',
        'UID:msg_01JD0000000000000000000000@shop.test',
        'DTSTAMP:20261120T000000Z',
        'DTSTART:20261127T183000Z',
        'DTEND:20261127T203000Z',
        'ORGANIZER;CN="Shop":mailto:support@shop.test',
        String.raw`SUMMARY:Table\; for four\, and\\or five`,
        String.raw`DESCRIPTION:See you there\,\nAda`,
        `LOCATION:${String.raw`Très loin\, `.repeat(20)}là`,
        'URL:https://shop.test/t',
      ]),
    );
    expect(lines.some((line) => line.startsWith('ATTENDEE'))).toBe(false);
  });

  it('has lines of its own only, whatever it is called', async () => {
    const { ics } = await calendarIn({
      kind: 'appointment',
      title: 'x\r\nATTENDEE:mailto:eve@example.com\u0000\rEND:VEVENT',
      start: '2026-11-27T10:00:00Z',
      end: '2026-11-27T09:00:00Z',
    });
    expect(ics).not.toMatch(/^(?:ATTENDEE|DTEND|DESCRIPTION)/m);
    expect(ics.match(/^END:VEVENT/gm)).toHaveLength(1);
  });
});
