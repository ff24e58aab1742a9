/** Number words from 1 to 20 (and 0), by language; further spellings of the same number follow a slash. Folded: lower case, no accents. */
const words: Record<string, string> = {
  en: 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty',
  fr: 'zero un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt',
  de: 'null eins/ein/eine zwei/zwo drei vier funf/fuenf sechs sieben acht neun zehn elf zwolf/zwoelf dreizehn vierzehn funfzehn/fuenfzehn sechzehn siebzehn achtzehn neunzehn zwanzig',
  es: 'cero uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte',
  it: 'zero uno/una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti',
  pt: 'zero um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove vinte',
  nl: 'nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig',
};

/** Value by word, by language. */
export const numberWords: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  Object.entries(words).map(([language, list]) => [
    language,
    new Map(
      list
        .split(' ')
        .flatMap((spellings, value) =>
          spellings.split('/').map((word) => [word.replaceAll('-', ' '), value] as const),
        ),
    ),
  ]),
);

/** Letters that are no accented form of another to Unicode, and are typed as others where a keyboard lacks them. */
const typedAs: Record<string, string> = {
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Lower case, compatibility forms and accents undone, everything but letters and digits as one space. Linear. */
export const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[æœßøłđðþı]/g, (letter) => typedAs[letter]!)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Words before a number that say no more than that it is one. */
const prefix =
  /^(?:n|no|nr|num|number|numero|nummer|option|opcion|opzione|opcao|optie|choix|choice|reponse|answer)(?: |(?=\p{Nd}))/u;

/** A sign, a currency or a comparison makes something else of a number, and folding would hide it. */
const notPlain = /^\s*\p{Pd}|[\p{Sm}\p{Sc}%‰]/u;

/**
 * The number that a text as a whole is: `2`, `2.`, `(2)`, `n°2`, `no 2`, `２`, `deux`, `two`. The language's own words go first; a word
 * that other languages read differently from each other is no number.
 */
export function readNumber(text: string, language?: string): number | undefined {
  if (text.length > 200 || notPlain.test(text.normalize('NFKC'))) return undefined;
  const plain = folded(text.replace(/(\p{L})[°º]/u, '$1 ')).replace(prefix, '');
  const digits = /^\p{Nd}{1,3}$/u.exec(plain)?.[0];
  if (digits !== undefined) return decimal(digits);
  const own = numberWords.get((language ?? '').slice(0, 2).toLowerCase())?.get(plain);
  if (own !== undefined) return own;
  const values = new Set(
    [...numberWords.values()].map((table) => table.get(plain)).filter((value) => value !== undefined),
  );
  return values.size === 1 ? [...values][0] : undefined;
}

/** Compatibility forms undone, and the decimal digits of every script written as 0 to 9. */
export const withPlainDigits = (text: string): string =>
  text.normalize('NFKC').replace(/(?![0-9])\p{Nd}/gu, (digit) => String(decimal(digit)));

/** Decimal digits of any script: Unicode puts each script's ten in a row, so the zero is found by walking down. */
function decimal(digits: string): number {
  let value = 0;
  for (const digit of digits) {
    const code = digit.codePointAt(0)!;
    let zero = code;
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    value = value * 10 + (code < 0x80 ? code - 0x30 : code - zero);
  }
  return value;
}
