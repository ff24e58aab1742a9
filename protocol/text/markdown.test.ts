import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownToPlain } from './markdown.ts';
import { naughtyTexts } from './naughty.ts';

const letters = (text: string): string => text.replace(/[^ab1]/g, '');

describe('markdownToPlain', () => {
  it.each([
    ['**bold** and *it* and __b__ and _i_ and ~~gone~~', 'bold and it and b and i and gone'],
    ['***both***', 'both'],
    ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
    ['**open', '**open'],
    ['a `**code**` b', 'a **code** b'],
    ['`` a`b ``', 'a`b'],
    ['[Shop](https://example.com/a)', 'Shop (https://example.com/a)'],
    ['[https://example.com](https://example.com)', 'https://example.com'],
    ['[**Shop** now](https://example.com/a_(b) "Title")', 'Shop now (https://example.com/a_(b))'],
    ['![A cat](https://example.com/c.png)', 'A cat (https://example.com/c.png)'],
    ['![](https://example.com/c.png)', 'https://example.com/c.png'],
    ['<https://example.com> <ada@example.com>', 'https://example.com ada@example.com'],
    ['https://example.com/a_b_c*d*', 'https://example.com/a_b_cd'],
    ['[x] done, a[1](see', '[x] done, a[1](see'],
    ['# Title #\n\nText\n\nSub\n---\nmore', 'Title\n\nText\n\nSub\n\nmore'],
    ['* one\n+ two\n  - three\n1. four', '- one\n- two\n  - three\n1. four'],
    ['a\n\n***\n\nb', 'a\n\nb'],
    ['```js\nlet *a* = 1;\n```\nafter *it*', 'let *a* = 1;\nafter it'],
    ['\\*not\\* and \\\\', '*not* and \\'],
    ['a &amp; b &lt;c&gt; &#233; &#xE9; &nope; &#xD800;', 'a & b <c> é é &nope; \ufffd'],
    ['one  \ntwo\\\nthree<br>four', 'one\ntwo\nthree\nfour'],
    ['<b>no html</b>', '<b>no html</b>'],
    ['> quoted *words*', '> quoted words'],
  ])('%j', (markdown, plain) => {
    expect(markdownToPlain(markdown)).toBe(plain);
  });

  it('loses no letter or digit of a text', () => {
    const token = fc.constantFrom(
      'a',
      'b',
      '1',
      '*',
      '**',
      '_',
      '`',
      '[',
      ']',
      '](',
      '(',
      ')',
      '\n',
      ' ',
      '#',
      '- ',
      '> ',
      '~~',
      '<',
      '>',
      '\\',
      '!',
      '```\n',
    );
    fc.assert(
      fc.property(fc.string({ unit: token, maxLength: 80 }), (markdown) => {
        const fenceInfo = markdown.replace(/^ {0,3}(`{3,}|~{3,}).*$/gm, '$1');
        expect(letters(markdownToPlain(fenceInfo))).toBe(letters(fenceInfo));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes anything, and a lot of it', () => {
    for (const text of Object.values(naughtyTexts)) expect(typeof markdownToPlain(text)).toBe('string');
    for (const unit of [
      '[',
      '](',
      '[a](',
      '*a',
      '**a** ',
      '`',
      '`a``b',
      '<',
      '&',
      '![',
      '_',
      '[[a](b)](c)',
      '\\',
      '~~',
      '\n',
      '# ',
      '- ',
      '> ',
    ])
      expect(typeof markdownToPlain(unit.repeat(65_536 / unit.length))).toBe('string');
  });
});
