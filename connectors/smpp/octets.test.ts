import { describe, expect, it } from 'vitest';
import { gsm } from '../../test/providers/smsc/pdu.ts';
import { gsmSeptets } from '../../protocol/text/gsm.ts';
import { decodeGsm, decodeText, encodeGsm, encodeUcs2, outboundCoding } from './octets.ts';

describe('GSM octets', () => {
  it('write every character that the protocol counts, in as many septets, and no other; and read it back', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      const letter = String.fromCharCode(unit);
      const septets = gsmSeptets(unit);
      if (septets === 0) continue;
      const octets = encodeGsm(letter);
      expect([letter, octets.length]).toEqual([letter, septets]);
      expect(decodeGsm(octets)).toBe(letter);
    }
  });

  it('are those of another implementation', () => {
    const all = Array.from({ length: 0x10000 }, (_, unit) => unit)
      .filter((unit) => gsmSeptets(unit) > 0)
      .map((unit) => String.fromCharCode(unit));
    for (const letter of all)
      expect([letter, encodeGsm(letter).toString('hex')]).toEqual([
        letter,
        gsm.encode(letter).toString('hex'),
      ]);
  });

  it('read an unknown extension as the plain letter, a lone escape as a space, and what is no septet as a replacement', () => {
    expect(decodeGsm(Buffer.from([0x1b, 0x41]))).toBe('A');
    expect(decodeGsm(Buffer.from([0x41, 0x1b]))).toBe('A ');
    expect(decodeGsm(Buffer.from([0x1b, 0x1b]))).toBe(' ');
    expect(decodeGsm(Buffer.from([0x80]))).toBe('\ufffd');
  });
});

describe('data_coding', () => {
  it('of a text is the default alphabet, or UCS-2 where that lacks a character', () => {
    expect(outboundCoding('5 € [x]', 'gsm7')).toBe('default');
    expect(outboundCoding('ça', 'gsm7')).toBe('ucs2');
    expect(outboundCoding('5 €', 'latin1')).toBe('ucs2');
    expect(outboundCoding('é', 'latin1')).toBe('default');
  });

  const cases: [string, number, string | Buffer, string | undefined][] = [
    ['GSM', 0x00, Buffer.from([0x05, 0x1b, 0x65]), 'é€'],
    ['IA5', 0x01, '[]', '[]'],
    ['binary', 0x02, 'x', undefined],
    ['Latin-1', 0x03, Buffer.from([0xe9]), 'é'],
    ['8 bit', 0x04, 'x', undefined],
    ['Cyrillic', 0x06, Buffer.from([0xda]), 'к'],
    ['Hebrew', 0x07, Buffer.from([0xe0]), 'א'],
    ['UCS-2', 0x08, encodeUcs2('é✨📱'), 'é✨📱'],
    ['ISO-2022-JP', 0x0a, Buffer.from('1b244224221b2842', 'hex'), 'あ'],
    ['KS C 5601', 0x0e, Buffer.from([0xb0, 0xa1]), '가'],
    ['class 0, GSM', 0x10, Buffer.from([0x05]), 'é'],
    ['class 1, GSM', 0xf1, Buffer.from([0x05]), 'é'],
    ['class 1, 8 bit', 0xf5, 'x', undefined],
    ['class 0, UCS-2', 0x18, encodeUcs2('é'), 'é'],
    ['waiting, UCS-2', 0xe0, encodeUcs2('é'), 'é'],
    ['waiting, GSM', 0xd0, Buffer.from([0x05]), 'é'],
  ];
  for (const [name, coding, octets, text] of cases)
    it(`${name} (0x${coding.toString(16)})`, () =>
      expect(decodeText(Buffer.from(octets as string), coding, 'gsm7')).toBe(text));

  it('0 is Latin-1 where the account says so', () =>
    expect(decodeText(Buffer.from([0xe9]), 0, 'latin1')).toBe('é'));
});
