export const mebibyte = 1 << 20;

/** Bodies that no reader should take, by what is wrong with them, and the statuses that say so. */
export const unreadable: [string, () => Uint8Array | string, number[]][] = [
  ['cut off', () => '{"to":"sandbox:ada","content":{"kind":', [400]],
  ['no JSON', () => 'to=sandbox%3Aada', [400]],
  ['JSON with a comment', () => '{/**/}', [400]],
  ['two documents', () => '{}{}', [400]],
  ['a NUL byte', () => '{"to":"a\u0000b"}', [400]],
  ['Latin-1', () => Buffer.from('{"to":"é"}', 'latin1'), [400]],
  ['UTF-16', () => Buffer.from('\ufeff{"to":"sandbox:ada"}', 'utf16le'), [400]],
  [
    'invalid UTF-8',
    () => Buffer.concat([Buffer.from('{"to":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
    [400],
  ],
  [
    'an overlong form',
    () => Buffer.concat([Buffer.from('{"to":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    [400],
  ],
  [
    'a surrogate in UTF-8',
    () => Buffer.concat([Buffer.from('{"to":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    [400],
  ],
  ['gzip', () => Buffer.from('1f8b0800000000000003ab56000000ffff', 'hex'), [400]],
  ['100,000 arrays in one another', () => '['.repeat(100_000) + ']'.repeat(100_000), [400]],
  ['100,000 objects in one another', () => '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000), [400]],
  ['10 MB of JSON', () => `{"to":"${'a'.repeat(10 * mebibyte)}"}`, [413]],
  ['10 MB of numbers', () => `[${'1,'.repeat(5 * mebibyte)}1]`, [413]],
];
