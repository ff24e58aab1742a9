import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smsSegments } from '../../protocol/text/gsm.ts';
import { readSegment, shownOf } from '../../test/providers/smsc/handset.ts';
import { readPdu } from '../../test/providers/smsc/pdu.ts';
import { relativeTime } from './outbound.ts';
import { segmentText } from './segments.ts';
import type { LongMessages } from './segments.ts';
import { commands, encodePdu, encodeShortMessage } from './wire.ts';

const cut = (text: string, longMessages: LongMessages = 'udh8') =>
  segmentText(text, { longMessages, defaultAlphabet: 'gsm7', reference: 0x1234 });
const counts = (text: string, longMessages?: LongMessages) => cut(text, longMessages)?.length;

/** What a phone shows of the segments, read by another implementation of SMPP. */
function onPhone(text: string, longMessages: LongMessages) {
  const address = { ton: 1, npi: 1, value: '33639980001' };
  const received = cut(text, longMessages)!.map((segment, index) =>
    readSegment(
      readPdu(
        encodePdu({
          commandId: commands.submitSm,
          status: 0,
          sequence: 1,
          body: encodeShortMessage({ source: address, destination: address, ...segment }),
        }),
      ),
      String(index),
    ),
  );
  return { shown: shownOf(received), broken: received.filter((segment) => segment.broken).length };
}

describe('segments', () => {
  it('are as many as the standard says', () => {
    expect(counts('a'.repeat(160))).toBe(1);
    expect(counts('a'.repeat(161))).toBe(2);
    expect(counts('a'.repeat(306))).toBe(2);
    expect(counts('a'.repeat(307))).toBe(3);
    expect(counts('ç'.repeat(70))).toBe(1);
    expect(counts('ç'.repeat(71))).toBe(2);
    expect(counts('ç'.repeat(134))).toBe(2);
    expect(counts('ç'.repeat(135))).toBe(3);
    expect(counts(`${'a'.repeat(158)}€`)).toBe(1);
    expect(counts(`${'a'.repeat(159)}€`)).toBe(2);
  });

  it('with a 16 bit reference have an octet less', () => {
    expect(counts('a'.repeat(304), 'udh16')).toBe(2);
    expect(counts('a'.repeat(305), 'udh16')).toBe(3);
    expect(counts('ç'.repeat(132), 'udh16')).toBe(2);
    expect(counts('ç'.repeat(133), 'udh16')).toBe(3);
  });

  it('are at most 255', () => {
    expect(counts('a'.repeat(153 * 255))).toBe(255);
    expect(counts('a'.repeat(153 * 255 + 1))).toBeUndefined();
  });

  it('are cut where the protocol counts them', () => {
    for (const text of [`${'a'.repeat(152)}€${'b'.repeat(300)}`, `${'ç'.repeat(66)}📱${'x'.repeat(99)}`])
      expect(counts(text)).toBe(smsSegments(text).segments);
  });

  it('show any text whole on the phone, and tear no pair', () => {
    const letter = fc.constantFrom('a', '€', '[', '\\', 'ç', '📱', 'é', '\n', '漢');
    const plain = fc.constantFrom('a', '€', '[', '\\', 'é', '\n');
    const text = fc
      .oneof(
        fc.array(letter, { minLength: 1, maxLength: 400, size: 'max' }),
        fc.array(plain, { minLength: 1, maxLength: 800, size: 'max' }),
      )
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom<LongMessages>('udh8', 'udh16', 'sar', 'payload'), (of, form) => {
        const { shown, broken } = onPhone(of, form);
        expect(broken).toBe(0);
        expect(shown.map((message) => message.text)).toEqual([of]);
      }),
      { seed: 20_261_122, numRuns: 150 },
    );
  });
});

describe('validity period', () => {
  it('is a span of days, hours, minutes and seconds', () => {
    expect(relativeTime(90_061)).toBe('000001010101000R');
    expect(relativeTime(0)).toBe('000000000001000R');
    expect(relativeTime(86_400 * 400)).toBe('000028000000000R');
  });
});
