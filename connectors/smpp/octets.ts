import { isGsm7 } from '../../protocol/text/gsm.ts';

/**
 * Text as octets on the wire. GSM text travels unpacked, one septet an octet (3GPP TS 23.038 V16.0.0, 6.2.1), UCS-2 as UTF-16BE.
 * The tables here give codes; which characters there are at all is asked of `protocol/text/gsm.ts`, and a test holds both together.
 */
const alphabet =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const escape = 0x1b;
const extension: Record<number, string> = {
  0x0a: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2f: '\\', 0x3c: '[', 0x3d: '~', 0x3e: ']', 0x40: '|', 0x65: '€',
}; // prettier-ignore

const codes = new Map<string, readonly number[]>([
  ...Array.from(alphabet, (letter, code) => [letter, [code]] as const).filter(
    ([letter]) => letter !== '\u001b',
  ),
  ...Object.entries(extension).map(([code, letter]) => [letter, [escape, Number(code)]] as const),
]);

/** How the SMSC reads data_coding 0. */
export type DefaultAlphabet = 'gsm7' | 'latin1';

export const codings = { default: 0x00, ia5: 0x01, latin1: 0x03, ucs2: 0x08 } as const;

/** A text that `isGsm7`, one septet an octet. */
export const encodeGsm = (text: string): Buffer =>
  Buffer.from(Array.from(text).flatMap((letter) => codes.get(letter) ?? [0x3f]));

export function decodeGsm(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i < octets.length; i++) {
    const code = octets[i]!;
    if (code !== escape) text += alphabet[code] ?? '\ufffd';
    // an unknown extension shows the plain letter, a second escape or a lone one a space (6.2.1.1)
    else if (++i >= octets.length || octets[i] === escape) text += ' ';
    else text += extension[octets[i]!] ?? alphabet[octets[i]!] ?? '\ufffd';
  }
  return text;
}

export const encodeUcs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const isLatin1 = (text: string): boolean => /^[\u0000-\u00ff]*$/.test(text); // eslint-disable-line no-control-regex -- the range is meant

/** How a text goes out: data_coding 0 where the default alphabet holds it, else UCS-2. */
export const outboundCoding = (text: string, defaultAlphabet: DefaultAlphabet): 'default' | 'ucs2' =>
  isGsm7(text) && (defaultAlphabet === 'gsm7' || isLatin1(text)) ? 'default' : 'ucs2';

export function encodeText(
  text: string,
  coding: 'default' | 'ucs2',
  defaultAlphabet: DefaultAlphabet,
): Buffer {
  if (coding === 'ucs2') return encodeUcs2(text);
  return defaultAlphabet === 'gsm7' ? encodeGsm(text) : Buffer.from(text, 'latin1');
}

/** data_coding values with a character set of their own (specification v3.4, 5.2.19), as names of the Encoding standard. */
const charsets: Record<number, string> = {
  0x01: 'latin1',
  0x03: 'latin1',
  0x05: 'shift_jis',
  0x06: 'iso-8859-5',
  0x07: 'iso-8859-8',
  0x08: 'utf-16be',
  0x0a: 'iso-2022-jp',
  0x0d: 'euc-jp',
  0x0e: 'euc-kr',
};

/** Groups of 3GPP TS 23.038, 4 that SMSCs hand through: message class and waiting indication. undefined: binary. */
function gsmGroup(coding: number): 'default' | 'utf-16be' | undefined {
  if (coding >= 0xf0) return coding & 0x04 ? undefined : 'default';
  if (coding >= 0xc0) return coding >= 0xe0 ? 'utf-16be' : 'default';
  const alphabetBits = (coding >> 2) & 0x03;
  return alphabetBits === 2 ? 'utf-16be' : alphabetBits === 1 ? undefined : 'default';
}

/** What a consumer wrote; undefined for binary, which is no text. */
export function decodeText(
  octets: Uint8Array,
  dataCoding: number,
  defaultAlphabet: DefaultAlphabet,
): string | undefined {
  if (dataCoding === 0x02 || dataCoding === 0x04) return undefined;
  const charset = charsets[dataCoding] ?? (dataCoding === 0 ? 'default' : gsmGroup(dataCoding));
  if (charset === undefined) return undefined;
  if (charset !== 'default' && charset !== 'latin1') return new TextDecoder(charset).decode(octets);
  if (charset === 'default' && defaultAlphabet === 'gsm7') return decodeGsm(octets);
  return Buffer.from(octets).toString('latin1');
}
