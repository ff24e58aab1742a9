/**
 * The GSM 7 bit default alphabet and its extension table: 3GPP TS 23.038 V16.0.0 (2020-07), 6.2.1 and 6.2.1.1. In the order of the
 * table, so that a character's place is its code; 0x1B is the escape to the extension table and holds no character.
 */
const defaultAlphabet =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extensionTable = '\f^{}\\[~]|€';

/** Septets of each UTF-16 unit: 0 outside the alphabet, 2 for the extension table (an escape and a code). */
const septetsOf = new Uint8Array(0x10000);
for (const letter of defaultAlphabet) if (letter !== '\u001b') septetsOf[letter.charCodeAt(0)] = 1;
for (const letter of extensionTable) septetsOf[letter.charCodeAt(0)] = 2;

/** Septets of one UTF-16 unit in the GSM alphabet: 1, 2 for the extension table, 0 for what the alphabet lacks. */
export const gsmSeptets = (unit: number): number => septetsOf[unit]!;

/** Whether a text can be written in the GSM 7 bit default alphabet with its extension table. */
export function isGsm7(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (septetsOf[text.charCodeAt(i)] === 0) return false;
  return true;
}

export interface SmsSegments {
  encoding: 'gsm7' | 'ucs2';
  /** Septets (gsm7) or UTF-16 units (ucs2) of the whole text. */
  units: number;
  /** How many short messages it takes; 1 for an empty text. */
  segments: number;
  /** The text of each; together they are the text, unchanged. */
  texts: string[];
}

/** Units of one short message, and of each of several with a 6-octet concatenation header (3GPP TS 23.040, 9.2.3.24.1). */
const capacity = { gsm7: { alone: 160, joined: 153 }, ucs2: { alone: 70, joined: 67 } } as const;

/** Cuts a text into short messages as the handset joins them again: never inside an escape pair or a surrogate pair. Linear. */
export function smsSegments(text: string): SmsSegments {
  const encoding = isGsm7(text) ? 'gsm7' : 'ucs2';
  const { alone, joined } = capacity[encoding];
  const texts: string[] = [];
  let units = 0;
  let filled = 0;
  let start = 0;
  for (let i = 0; i < text.length;) {
    const length = encoding === 'ucs2' && isPair(text, i) ? 2 : 1;
    const cost = encoding === 'gsm7' ? gsmSeptets(text.charCodeAt(i)) : length;
    if (filled + cost > joined) {
      texts.push(text.slice(start, i));
      start = i;
      filled = 0;
    }
    filled += cost;
    units += cost;
    i += length;
  }
  texts.push(text.slice(start));
  return units <= alone
    ? { encoding, units, segments: 1, texts: [text] }
    : { encoding, units, segments: texts.length, texts };
}

/** Whether a surrogate pair begins at `i`. */
export function isPair(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
}

/** What stands in for characters that people type and the alphabet lacks, where taking a mark off is not enough. */
const standIns: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': ',',
  '‛': "'",
  '′': "'",
  '´': "'",
  '`': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '•': '-',
  '·': '.',
  '…': '...',
  '\u00a0': ' ',
  '\u2007': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\u200b': '',
  '\ufeff': '',
  '\t': ' ',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ı: 'i',
  '°': 'o',
  ª: 'a',
  º: 'o',
  '×': 'x',
  '÷': '/',
  '©': '(c)',
  '®': '(r)',
  '™': '(tm)',
  '¢': 'c',
  '→': '->',
  '←': '<-',
  '½': '1/2',
  '¼': '1/4',
  '¾': '3/4',
  '№': 'No',
};

/**
 * Writes a text with the GSM alphabet as far as that is possible without loss of sense: typographic marks become plain ones, letters
 * lose marks that the alphabet lacks. What has no stand-in (other scripts, emoji) stays, and so does the text's UCS-2 encoding.
 */
export function transliterate(text: string): string {
  if (isGsm7(text)) return text;
  let result = '';
  for (const letter of text.replace(marked, (cluster) => cluster.normalize('NFC'))) {
    if (letter.length === 1 && gsmSeptets(letter.charCodeAt(0)) > 0) result += letter;
    else result += standIns[letter] ?? bare(letter);
  }
  return result;
}

/** A letter and the marks on it. Only so many: to put marks in order takes the square of their number (UAX 15, 3.11). */
const marked = /\P{M}\p{M}{1,30}/gu;

function bare(letter: string): string {
  const base = letter.normalize('NFD').replace(/\p{M}+/gu, '');
  return base !== '' && isGsm7(base) ? base : letter;
}
