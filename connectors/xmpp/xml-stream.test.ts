import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { text, write } from './stanza.ts';
import { limits, XmlStream } from './xml-stream.ts';
import type { Element, StreamEvent } from './xml-stream.ts';

const ns = 'jabber:component:accept';
const header = `<?xml version='1.0'?><stream:stream xmlns='${ns}' xmlns:stream='http://etherx.jabber.org/streams' id="s&quot;1">`;
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);
const read = (words: string): StreamEvent[] => new XmlStream().push(bytes(words));
const faultOf = (inside: string): string | undefined => {
  const last = read(header + inside).at(-1);
  return last?.type === 'broken' ? last.fault : undefined;
};
const stanzas = (events: readonly StreamEvent[]): unknown[] =>
  events.flatMap((event) => (event.type === 'stanza' ? [plain(event.element)] : []));
const plain = ({ name, ns: of, attrs, children, text: words }: Element): unknown => ({
  name,
  ns: of,
  attrs: Object.fromEntries(attrs),
  children: children.map(plain),
  text: words,
});

/** Pieces of bytes, cut at the given places. */
function cut(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (whole.length + 1)), whole.length].toSorted(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => whole.slice(at[index], end));
}
const inPieces = (pieces: readonly Uint8Array[]): StreamEvent[] => {
  const stream = new XmlStream();
  return pieces.flatMap((piece) => stream.push(piece));
};

const name = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,8}$/).filter((word) => !word.startsWith('xmlns'));
/** What XML 1.0 can hold: line ends are made one, white space in attributes is made spaces. */
const words = fc
  .string({ unit: 'binary', maxLength: 30 })
  // eslint-disable-next-line no-control-regex -- what XML cannot hold
  .map((value) => value.toWellFormed().replaceAll(/[\u0000-\u001f\ufffe\uffff]/g, '¤'));
interface Tree {
  name: string;
  ns: string;
  attrs: Record<string, string>;
  children: Tree[];
  text: string;
}
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record<Tree>({
    name,
    ns: fc.constantFrom(ns, 'urn:a', 'urn:b&c'),
    attrs: fc.dictionary(name, words, { maxKeys: 3, noNullPrototype: true }),
    children: fc.oneof(fc.constant<Tree[]>([]), fc.array(tie('tree'), { maxLength: 3 })),
    text: words,
  }),
}));
const written = (of: Tree): string =>
  write(of.name, { ...of.attrs, xmlns: of.ns }, text(of.text), ...of.children.map(written));

describe('a stream', () => {
  test('gives the same however its bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(tree, { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (trees, places) => {
          const whole = bytes(`${header} ${trees.map(written).join('\n')}</stream:stream>`);
          const events = inPieces([whole]);
          expect(stanzas(events)).toEqual(trees);
          expect(events.at(-1)).toEqual({ type: 'close' });
          expect(inPieces(cut(whole, places))).toEqual(events);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('gives the same one byte at a time', () => {
    const whole = bytes(
      `${header}<message a="é>&#x1f6b2;"><x:b xmlns:x='urn:x'>🚲 &amp;<![CDATA[ <i> ]] > &amp; ]]></x:b>&#233;</message> </stream:stream>`,
    );
    const events = inPieces(Array.from(whole, (_, at) => whole.slice(at, at + 1)));
    expect(events).toEqual(inPieces([whole]));
    expect(stanzas(events)).toEqual([
      {
        name: 'message',
        ns,
        attrs: { a: 'é>🚲' },
        text: 'é',
        children: [{ name: 'b', ns: 'urn:x', attrs: {}, children: [], text: '🚲 & <i> ]] > &amp; ' }],
      },
    ]);
  });

  test('any bytes give events or an end, and nothing after it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }),
        (start, pieces) => {
          const stream = new XmlStream();
          const events = [bytes(header + start), ...pieces].flatMap((piece) => stream.push(piece));
          const ends = events.filter(({ type }) => type === 'broken' || type === 'close');
          expect(ends.length).toBeLessThanOrEqual(1);
          if (ends.length) expect(events.at(-1)).toBe(ends[0]);
        },
      ),
    );
  });

  test('a mutated stanza is read or refused, never both and never thrown', () => {
    const sample = bytes(`${header}<message to='a'><body>b &amp; c</body><x xmlns="urn:x"/></message>`);
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.nat(255), (at, byte) => {
        const changed = Uint8Array.from(sample);
        changed[at] = byte;
        expect(inPieces([changed]).length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what XMPP leaves out of XML is refused', () => {
  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]>', 'restricted-xml'],
    ['an entity of its own', '<a>&b;</a>', 'restricted-xml'],
    ['an entity of its own in an attribute', '<a b="&c;"/>', 'restricted-xml'],
    ['a comment', '<a><!-- b --></a>', 'restricted-xml'],
    ['a processing instruction', '<a><?php b ?></a>', 'restricted-xml'],
    ['a second declaration', "<?xml version='1.0'?>", 'restricted-xml'],
    ['a reference without an end', '<a>b & c</a>', 'not-well-formed'],
    ['a character that XML has not', '<a>&#0;</a>', 'not-well-formed'],
    ['half a character', '<a>&#xd83d;</a>', 'not-well-formed'],
    ['a character beyond Unicode', '<a>&#x110000;</a>', 'not-well-formed'],
    ['tags that cross', '<a><b></a></b>', 'not-well-formed'],
    ['a prefix of nothing', '<b:a/>', 'not-well-formed'],
    ['the same attribute twice', "<a b='1' b='2'/>", 'not-well-formed'],
    ['an attribute without quotes', '<a b=1/>', 'not-well-formed'],
    ['a tag in a tag', '<a <b/>', 'not-well-formed'],
    ['text between stanzas', 'hello', 'not-well-formed'],
    ['a name that is none', '<1a/>', 'not-well-formed'],
  ])('%s', (_, inside, fault) => {
    expect(faultOf(inside)).toBe(fault);
  });

  test('bytes that are no UTF-8, and what is no stream', () => {
    expect(new XmlStream().push(Uint8Array.of(...bytes(header), 0xff)).at(-1)).toEqual({
      type: 'broken',
      fault: 'not-well-formed',
    });
    expect(read('HTTP/1.1 400 Bad Request\r\n\r\n<html>')).toEqual([
      { type: 'broken', fault: 'not-well-formed' },
    ]);
    expect(read('<html>')).toEqual([{ type: 'broken', fault: 'not-well-formed' }]);
    expect(read("<!DOCTYPE html><stream:stream xmlns:stream='http://etherx.jabber.org/streams'>")).toEqual([
      { type: 'broken', fault: 'restricted-xml' },
    ]);
  });
});

describe('bounds', () => {
  const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  test.each([
    ['as deep as may be', nested(limits.depth - 1), undefined],
    ['deeper', nested(limits.depth), 'policy-violation'],
    ['as many elements as may be', `<a>${'<b/>'.repeat(limits.elements - 1)}</a>`, undefined],
    ['more elements', `<a>${'<b/>'.repeat(limits.elements)}</a>`, 'policy-violation'],
    ['a large stanza', `<a>${'x'.repeat(limits.stanzaChars - 10)}</a>`, undefined],
    ['a larger one', `<a>${'x'.repeat(limits.stanzaChars)}</a>`, 'policy-violation'],
    ['a tag without an end', `<a b='${'x'.repeat(limits.stanzaChars)}`, 'policy-violation'],
    ['a stanza without an end', `<a>${'x'.repeat(limits.stanzaChars)}`, 'policy-violation'],
    [
      'many attributes',
      `<a${Array.from({ length: limits.attributes + 1 }, (_, at) => ` b${at}=''`).join('')}/>`,
      'not-well-formed',
    ],
    ['a reference that goes on', `<a>&${'x'.repeat(100)}`, 'not-well-formed'],
  ])('%s', (_, inside, fault) => {
    expect(faultOf(inside)).toBe(fault);
  });

  test('hold for one stanza, not for the stream', () => {
    const stream = new XmlStream();
    stream.push(bytes(header));
    const stanza = bytes(`<a>${'x'.repeat(limits.stanzaChars / 2)}<b/></a>\n`);
    for (let count = 0; count < 5; count++) expect(stream.push(stanza)).toMatchObject([{ type: 'stanza' }]);
  });
});
