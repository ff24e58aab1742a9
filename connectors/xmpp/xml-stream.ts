/** One element of a stream, with what is in it. Prefixes are gone: `ns` says what they stood for. */
export interface Element {
  readonly name: string;
  readonly ns: string;
  /** By name; of those with a prefix only `xml:lang`. */
  readonly attrs: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** All the text directly in it. */
  readonly text: string;
}

/** Why a stream cannot be read on, as the stream error to answer with (RFC 6120, 4.9.3). */
export type Fault = 'not-well-formed' | 'restricted-xml' | 'policy-violation';

export type StreamEvent =
  | { type: 'open'; attrs: ReadonlyMap<string, string> }
  | { type: 'stanza'; element: Element }
  | { type: 'close' }
  | { type: 'broken'; fault: Fault };

export const limits = { stanzaChars: 1 << 19, depth: 32, elements: 10_000, attributes: 64 } as const;

export const streamsNs = 'http://etherx.jabber.org/streams';
const xmlNs = 'http://www.w3.org/XML/1998/namespace';

const part = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_.\-]*`;
const name = `${part}(?::${part})?`;
const value = String.raw`"[^"<]*"|'[^'<]*'`;
const startTag = new RegExp(String.raw`^<(${name})((?:\s+${name}\s*=\s*(?:${value}))*)\s*(/?)>$`, 'u');
const endTag = new RegExp(String.raw`^</(${name})\s*>$`, 'u');
const attribute = new RegExp(String.raw`(${name})\s*=\s*(${value})`, 'gu');
const cdata = '<![CDATA[';
/** The longest reference there is: `&#x10ffff;`, with room for leading zeros. */
const maxReference = 16;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// eslint-disable-next-line no-control-regex -- what XML 1.0 forbids
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

class FaultyStream extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault);
    this.fault = fault;
  }
}

interface Open {
  qualified: string;
  scope: ReadonlyMap<string, string>;
  element: { name: string; ns: string; attrs: Map<string, string>; children: Element[]; text: string };
}

/**
 * An XML stream cut into stanzas, however its bytes arrive. It takes what RFC 6120, 11.1 leaves of XML: no document type, no entities of one's
 * own, no comments, no processing instructions. Sizes, depth and counts are bounded. After `close` or `broken` nothing more is read.
 */
export class XmlStream {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #open: Open[] = [];
  /** What is no whole token yet, up to where it was searched, and the quote that is open there. */
  #rest = '';
  #searched = 0;
  #quote = '';
  #begun = false;
  #over = false;
  #stanzaChars = 0;
  #elements = 0;

  push(bytes: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    try {
      if (!this.#over) this.#rest += this.#decoder.decode(bytes, { stream: true });
      while (!this.#over) {
        const token = this.#token();
        if (token === undefined) break;
        this.#rest = this.#rest.slice(token.length);
        this.#searched = 0;
        this.#take(token, events);
      }
      if (!this.#over && this.#stanzaChars + this.#rest.length > limits.stanzaChars)
        throw new FaultyStream('policy-violation');
    } catch (error) {
      this.#over = true;
      events.push({ type: 'broken', fault: error instanceof FaultyStream ? error.fault : 'not-well-formed' });
    }
    return events;
  }

  /** The next whole token, or undefined until more has come. */
  #token(): string | undefined {
    const rest = this.#rest;
    if (rest === '') return undefined;
    if (!rest.startsWith('<')) return this.#text(rest);
    if (rest.startsWith(cdata)) return this.#upTo(']]>', cdata.length);
    if (rest.startsWith('<?')) {
      if (this.#begun || !'<?xml '.startsWith(rest.slice(0, 6).replace(/\s$/, ' ')))
        throw new FaultyStream('restricted-xml');
      return this.#upTo('?>', 2);
    }
    if (rest.startsWith('<!') && !cdata.startsWith(rest)) throw new FaultyStream('restricted-xml');
    return this.#tag(rest);
  }

  /** Text up to the next tag; a reference that is not whole yet stays. */
  #text(rest: string): string | undefined {
    const end = rest.indexOf('<');
    if (end >= 0) return rest.slice(0, end);
    const reference = rest.lastIndexOf('&');
    if (reference < 0 || rest.includes(';', reference)) return rest;
    if (rest.length - reference > maxReference) throw new FaultyStream('not-well-formed');
    return reference === 0 ? undefined : rest.slice(0, reference);
  }

  #upTo(end: string, from: number): string | undefined {
    const at = this.#rest.indexOf(end, Math.max(from, this.#searched - end.length));
    this.#searched = this.#rest.length;
    return at < 0 ? undefined : this.#rest.slice(0, at + end.length);
  }

  #tag(rest: string): string | undefined {
    if (this.#searched === 0) this.#quote = '';
    for (let at = Math.max(1, this.#searched); at < rest.length; at++) {
      const letter = rest[at]!;
      if (letter === '<') throw new FaultyStream('not-well-formed');
      if (this.#quote) {
        if (letter === this.#quote) this.#quote = '';
      } else if (letter === '"' || letter === "'") this.#quote = letter;
      else if (letter === '>') return rest.slice(0, at + 1);
    }
    this.#searched = rest.length;
    return undefined;
  }

  #take(token: string, events: StreamEvent[]): void {
    if (this.#open.length > 1 || token.startsWith('<')) this.#stanzaChars += token.length;
    if (this.#stanzaChars > limits.stanzaChars) throw new FaultyStream('policy-violation');
    if (token.startsWith('<?')) this.#begun = true;
    else if (token.startsWith(cdata)) this.#say(plain(token.slice(cdata.length, -3)));
    else if (!token.startsWith('<')) this.#say(decoded(token));
    else if (token.startsWith('</')) this.#end(token, events);
    else this.#start(token, events);
    this.#begun = true;
    if (this.#open.length < 2) {
      this.#stanzaChars = 0;
      this.#elements = 0;
    }
  }

  /** Between stanzas there may only be white space, which keeps connections alive. */
  #say(text: string): void {
    const inside = this.#open.at(-1);
    if (this.#open.length > 1) inside!.element.text += text;
    else if (/[^ \t\r\n]/.test(text)) throw new FaultyStream('not-well-formed');
  }

  #start(token: string, events: StreamEvent[]): void {
    const [, qualified, written, empty] = startTag.exec(token) ?? [];
    if (qualified === undefined) throw new FaultyStream('not-well-formed');
    if (this.#open.length >= limits.depth || ++this.#elements > limits.elements)
      throw new FaultyStream('policy-violation');
    const { attrs, scope } = attributesOf(written!, this.#open.at(-1)?.scope ?? new Map([['xml', xmlNs]]));
    const { prefix, local } = split(qualified);
    const ns = scope.get(prefix) ?? (prefix === '' ? '' : undefined);
    if (ns === undefined) throw new FaultyStream('not-well-formed');
    this.#open.push({ qualified, scope, element: { name: local, ns, attrs, children: [], text: '' } });
    if (this.#open.length === 1) {
      if (local !== 'stream' || ns !== streamsNs) throw new FaultyStream('not-well-formed');
      events.push({ type: 'open', attrs });
    }
    if (empty) this.#close(events);
  }

  #end(token: string, events: StreamEvent[]): void {
    const qualified = endTag.exec(token)?.[1];
    if (qualified === undefined || qualified !== this.#open.at(-1)?.qualified)
      throw new FaultyStream('not-well-formed');
    this.#close(events);
  }

  #close(events: StreamEvent[]): void {
    const { element } = this.#open.pop()!;
    if (this.#open.length === 1) events.push({ type: 'stanza', element });
    else if (this.#open.length > 1) this.#open.at(-1)!.element.children.push(element);
    else {
      this.#over = true;
      events.push({ type: 'close' });
    }
  }
}

function split(qualified: string): { prefix: string; local: string } {
  const colon = qualified.indexOf(':');
  return { prefix: qualified.slice(0, Math.max(0, colon)), local: qualified.slice(colon + 1) };
}

function attributesOf(
  written: string,
  outer: ReadonlyMap<string, string>,
): { attrs: Map<string, string>; scope: ReadonlyMap<string, string> } {
  const attrs = new Map<string, string>();
  const declared = new Map<string, string>();
  const seen = new Set<string>();
  for (const [, key = '', quoted = ''] of written.matchAll(attribute)) {
    if (seen.has(key) || seen.size >= limits.attributes) throw new FaultyStream('not-well-formed');
    seen.add(key);
    const given = decoded(quoted.slice(1, -1).replace(/[\t\r\n]/g, ' '));
    const { prefix, local } = split(key);
    if (key === 'xmlns') declared.set('', given);
    else if (prefix === 'xmlns') declared.set(local, given);
    else if (prefix === '' || key === 'xml:lang') attrs.set(key, given);
  }
  return { attrs, scope: declared.size ? new Map([...outer, ...declared]) : outer };
}

function plain(text: string): string {
  if (forbidden.test(text)) throw new FaultyStream('not-well-formed');
  return text.replaceAll(/\r\n?/g, '\n');
}

/** Text with its references put in; any but those that XML itself has is refused. */
const decoded = (text: string): string =>
  plain(text).replaceAll(/&([^;&]*);?/g, (reference, of: string) => {
    const known = Object.hasOwn(entities, of) ? entities[of] : undefined;
    if (known !== undefined && reference.endsWith(';')) return known;
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,8})|(\d{1,10}))$/i.exec(of) ?? [];
    if (!reference.endsWith(';') || (hex ?? decimal) === undefined)
      throw new FaultyStream(/^\w+$/.test(of) ? 'restricted-xml' : 'not-well-formed');
    const letter = String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    if (forbidden.test(letter) || !letter.isWellFormed()) throw new FaultyStream('not-well-formed');
    return letter;
  });
