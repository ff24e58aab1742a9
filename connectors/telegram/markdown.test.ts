import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatted } from './markdown.ts';

/** Each entity as its type and the text it covers. */
const shown = (source: string) => {
  const { text, entities } = formatted(source);
  return { text, marks: entities.map((of) => [of.type, text.slice(of.offset, of.offset + of.length)]) };
};

describe('markdown as entities', () => {
  it.each([
    [
      '**gras** et *penché*',
      'gras et penché',
      [
        ['bold', 'gras'],
        ['italic', 'penché'],
      ],
    ],
    [
      '__gras__ et _penché_',
      'gras et penché',
      [
        ['bold', 'gras'],
        ['italic', 'penché'],
      ],
    ],
    [
      '**gras *et penché***',
      'gras et penché',
      [
        ['bold', 'gras et penché'],
        ['italic', 'et penché'],
      ],
    ],
    [
      '***les deux***',
      'les deux',
      [
        ['bold', 'les deux'],
        ['italic', 'les deux'],
      ],
    ],
    ['~~non~~', 'non', [['strikethrough', 'non']]],
    ['`a *b*`', 'a *b*', [['code', 'a *b*']]],
    ['# Titre\ntexte', 'Titre\ntexte', [['bold', 'Titre']]],
    ['- un\n- deux', '• un\n• deux', []],
    ['> cité\n> encore\naprès', 'cité\nencore\naprès', [['blockquote', 'cité\nencore']]],
    ['avant\n```js\nlet a = "*x*";\n```\naprès', 'avant\nlet a = "*x*";\naprès', [['pre', 'let a = "*x*";']]],
    ['[ici](https://shop.example.com/a?b=1)', 'ici', [['text_link', 'ici']]],
    ['🚲 **vélo**', '🚲 vélo', [['bold', 'vélo']]],
  ])('%s', (source, text, marks) => {
    expect(shown(source)).toEqual({ text, marks });
  });

  it.each([
    'snake_case_name et 2 * 3 * 4',
    '**jamais fermé',
    '** espace **',
    '<b>pas du HTML</b> &amp;',
    '[piège](javascript:alert(1))',
    '[piège](tg://user?id=1)',
    '[](https://example.com)',
    '1. premier',
    '```\njamais fermé',
  ])('leaves as it is: %s', (source) => {
    expect(formatted(source)).toEqual({ text: source, entities: [] });
  });

  it('takes the backslash off an escaped mark', () => {
    expect(formatted('\\*pas penché\\*')).toEqual({ text: '*pas penché*', entities: [] });
  });

  it('counts in UTF-16 units', () => {
    expect(formatted('🚲🚲 **x**').entities).toEqual([{ type: 'bold', offset: 5, length: 1 }]);
  });

  it('is never longer than its source, and its entities lie within and nest', () => {
    const piece = fc.constantFrom(
      '**',
      '*',
      '_',
      '__',
      '~~',
      '`',
      '```\n',
      '[',
      '](https://a.test)',
      '> ',
      '# ',
      '- ',
      '\n',
      '\n\n',
      ' ',
      '\\',
      'a',
      'é',
      '🚲',
      'mot',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const source = pieces.join('');
        const { text, entities } = formatted(source);
        expect(text.length).toBeLessThanOrEqual(source.length);
        expect(text.isWellFormed()).toBe(true);
        for (const { offset, length } of entities) {
          expect(length).toBeGreaterThan(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
          for (const other of entities) {
            const crosses =
              offset < other.offset &&
              other.offset < offset + length &&
              offset + length < other.offset + other.length;
            expect(crosses).toBe(false);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(['*a ', '[', '**_`', '```\n', '> ', '\\'])('ends soon on 4096 units of %j', (piece) => {
    expect(formatted(piece.repeat(4096 / piece.length)).text.length).toBeLessThanOrEqual(4096);
  });
});
