import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breaches, shown, squeezed, written } from '../../protocol/adapt/checks.ts';
import { contentKinds, contentSchema } from '../../protocol/content.ts';
import { renderingOf, renderingSchema } from '../../protocol/rendering.ts';
import { markdownToPlain } from '../../protocol/text/markdown.ts';
import { naughtyTexts } from '../../protocol/text/naughty.ts';
import { adaptOn, contentFor, languages, registered } from './registered.ts';

const runs = { numRuns: 600 };

test('every connector is here, and every kind of content is tried on it', () => {
  expect(registered.length).toBeGreaterThanOrEqual(7);
  for (const [, connector] of registered) {
    const kinds = fc.sample(contentFor(connector), { numRuns: 600, seed: 1 }).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(contentKinds.length);
  }
});

describe.each(registered)('what %s is given', (name, connector) => {
  const { capabilities } = connector.manifest;
  const given = fc.tuple(contentFor(connector), languages);

  test('keeps every limit, counted in its own unit, in kinds that it declared', () => {
    fc.assert(
      fc.property(given, ([content, language]) => {
        for (const part of adaptOn(connector, content, { language }).parts) {
          expect(breaches(part, capabilities)).toEqual([]);
          expect(contentSchema.safeParse(part.content).error).toBeUndefined();
        }
      }),
      runs,
    );
  });

  test('loses no text that is not listed as lost', () => {
    fc.assert(
      fc.property(given, ([content, language]) => {
        const { parts, losses, refused } = adaptOn(connector, content, { language });
        expect(refused !== undefined && parts.length > 0).toBe(false);
        const silent = refused === undefined && parts.length === 0 && losses.length === 0;
        expect(silent && squeezed(written(content).join('')) !== '').toBe(false);
        if (refused !== undefined || losses.some(({ how }) => how !== 'rewritten')) return;
        const seen = shown(parts);
        for (const text of written(content)) expect(seen).toContain(squeezed(text));
        if (content.kind === 'text' && content.format === 'markdown' && !capabilities.text.markdown)
          expect(seen).toContain(squeezed(markdownToPlain(content.text)));
      }),
      runs,
    );
  });

  test('is not adapted again where it is native already', () => {
    fc.assert(
      fc.property(given, ([content, language]) => {
        for (const part of adaptOn(connector, content, { language }).parts) {
          const again = adaptOn(connector, part.content, { language });
          expect(again.parts.map((one) => one.content)).toEqual([part.content]);
          expect(again.losses).toEqual([]);
        }
      }),
      runs,
    );
  });

  test('is the same twice, and can be drawn', () => {
    fc.assert(
      fc.property(given, ([content, language]) => {
        const adaptation = adaptOn(connector, content, { language });
        expect(adaptOn(connector, content, { language })).toEqual(adaptation);
        for (const part of adaptation.parts)
          expect(renderingSchema.safeParse(renderingOf(part.content, capabilities)).error).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('takes every naughty text in every place that a person reads', () => {
    for (const text of [...Object.values(naughtyTexts), '']) {
      const reply = (id: string) => ({ type: 'reply' as const, id, title: text });
      const option = (id: string) => ({ id, title: text, description: text });
      for (const content of [
        { kind: 'text' as const, text, subject: text },
        { kind: 'text' as const, text, format: 'markdown' as const },
        { kind: 'media' as const, media: { type: 'image' as const, id: 'med_1', alt: text }, caption: text },
        { kind: 'choice' as const, text, options: [option('a'), option('b')], header: text, footer: text },
        { kind: 'card' as const, card: { title: text, subtitle: text, actions: [reply('a'), reply('b')] } },
        { kind: 'edit' as const, message_id: 'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ', text },
      ])
        for (const part of adaptOn(connector, content).parts) {
          expect(breaches(part, capabilities), name).toEqual([]);
          expect(JSON.stringify(part).isWellFormed()).toBe(true);
        }
    }
  });
});
