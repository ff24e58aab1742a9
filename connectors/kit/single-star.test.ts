import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { singleStar } from './single-star.ts';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

it.each([
  ['a **mot** and *this*', 'a *mot* and _this_'],
  ['__bold__ _italic_ ~~gone~~', '*bold* _italic_ ~gone~'],
  ['**bold _and_ more**', '*bold _and_ more*'],
  ['# Title #', '*Title*'],
  ['- one\n* two', '• one\n• two'],
  ['[shop](https://shop.example.com/?a=1&b=2)', '<https://shop.example.com/?a=1&amp;b=2|shop>'],
  ['[bad](javascript:alert)', '[bad](javascript:alert)'],
  ['`a*b*`', '`a*b*`'],
  ['```js\n<b>**x**\n```\nend', '```\n&lt;b&gt;**x**\n```\nend'],
  ['```\nopen', '```\nopen\n```'],
  ['\\*not\\*', '*not*'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['snake_case_name', 'snake_case_name'],
  ['> said', '>said'],
  ['<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
])('%j becomes %j', (markdown, marked) => expect(singleStar(markdown, escape)).toBe(marked));

it('whatever is written, only addresses that it made itself stand between angle brackets', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '*',
          '_',
          '`',
          '~',
          '[',
          ']',
          '(',
          ')',
          '<',
          '>',
          '|',
          '!',
          'a ',
          '\n',
          'https://a.test/',
        ),
      ),
      (pieces) => {
        for (const [, inside] of singleStar(pieces.join(''), escape).matchAll(/<([^>]*)>?/g))
          expect(inside).toMatch(/^https:\/\/a\.test\//);
      },
    ),
    { numRuns: 500 },
  );
});
