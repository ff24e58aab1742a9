import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readXml, xmlText } from './xml.ts';

const read = (text: string) => readXml(Buffer.from(text));

test('elements, attributes, lists and texts, nothing turned into a number', () => {
  expect(
    read(
      '<?xml version="1.0"?><r id="007"><to>0639</to><part n="1">a</part><part n="2"> b </part><empty/></r>',
    ),
  ).toEqual({
    ok: true,
    value: {
      r: {
        '@id': '007',
        to: '0639',
        part: [
          { '#text': 'a', '@n': '1' },
          { '#text': 'b', '@n': '2' },
        ],
        empty: '',
      },
    },
  });
});

test('named and numbered characters are read once', () => {
  expect(read('<r>&lt;&amp;&#233;&#x1F4A5;&amp;#233;</r>')).toEqual({
    ok: true,
    value: { r: '<&é💥&#233;' },
  });
  expect(read('<r><![CDATA[a<b]]></r>')).toEqual({ ok: true, value: { r: 'a<b' } });
});

test.each([
  ['nothing', ''],
  ['no XML', 'hello'],
  ['half of it', '<a><b></a>'],
  ['two roots of text', 'a<b/>c'],
  ['a document type', '<!DOCTYPE r><r/>'],
  ['an entity of its own', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'],
  ['entities that grow', '<!doctype r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'],
  ['too many levels', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
  ['a prototype', '<r><__proto__><x>1</x></__proto__></r>'],
])('%s is refused', (_what, text) => {
  expect(read(text)).toMatchObject({ ok: false, status: 400 });
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('what is no UTF-8 is refused', () => {
  expect(readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toMatchObject({ ok: false });
});

test('any bytes give a value or a refusal', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '<a>',
      '</a>',
      '<a/>',
      '<',
      '>',
      '&',
      '&#x0;',
      '&#99999999;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      'é',
      '"',
      '<a b="',
      "'",
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(pieces, (parts) => void read(parts.join(''))),
    { numRuns: 500 },
  );
});

test('a text that is written is read again; what XML cannot hold is replaced', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      const sound = xmlText(text);
      fc.pre(text === text.trim() && text.trim() !== '' && !/[\u0000-\u001f\ufffe\uffff]/.test(text)); // eslint-disable-line no-control-regex
      expect(read(`<r>${sound}</r>`)).toEqual({ ok: true, value: { r: text } });
    }),
  );
  expect(xmlText('<a b="c">&\'\u0000\ud800')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&apos;\ufffd\ufffd');
});
