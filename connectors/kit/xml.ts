import { XMLParser, XMLValidator } from 'fast-xml-parser';

type Refusal = { ok: false; status: 400; detail: string };

const maxDepth = 64;
/** What platforms send is a few KB. Reading a megabyte of attributes takes seconds. */
const maxBytes = 262_144;

/** Texts stay texts; an element with attributes or children is an object (`@name`, `#text`), one that comes several times a list. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // also what makes it read numbered characters (&#233;)
  htmlEntities: true,
  maxNestedTags: maxDepth,
});

/**
 * Bytes → UTF-8 (strict) → XML. A document type is refused: platforms send none, and entities of one's own are how XML attacks work
 * (expansion, files, addresses).
 */
export function readXml(body: Uint8Array): { ok: true; value: unknown } | Refusal {
  if (body.length > maxBytes) return no(`The XML is larger than ${maxBytes} bytes.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return no('The body is not valid UTF-8.');
  }
  // what somebody wrote is no declaration: it stands in a section
  if (/<!(?:DOCTYPE|ENTITY)/i.test(outsideSections(text)))
    return no('The XML has a document type, which is not taken.');
  try {
    if (XMLValidator.validate(text) !== true) return no('The body is not well-formed XML.');
    const value = parser.parse(text) as unknown;
    return typeof value === 'object' && value !== null && Object.keys(value).length === 1
      ? { ok: true, value }
      : no('The body is no XML.');
  } catch {
    return no(`The body is not XML of at most ${maxDepth} levels.`);
  }
}

/** Without CDATA sections. A section within a comment is none, so whatever may be one or the other is looked at too. */
const outsideSections = (text: string): string =>
  text.includes('<!--') ? text : text.replaceAll(/<!\[CDATA\[[\s\S]*?(?:\]\]>|$)/g, '');

const no = (detail: string): Refusal => ({ ok: false, status: 400, detail });

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A text as the content of an element or attribute (XML 1.0, 2.4); characters that XML cannot hold become U+FFFD. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- these are what XML 1.0 forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (letter) => escapes[letter]!);
