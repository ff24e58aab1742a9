import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyContent } from './adapt/arbitraries.ts';
import { mapMedia, mediaIn } from './content-media.ts';
import type { Content } from './content.ts';

/** Every object in a value that looks like a media item, found without knowing the kinds. */
function searched(value: unknown): object[] {
  if (Array.isArray(value)) return value.flatMap(searched);
  if (typeof value !== 'object' || value === null) return [];
  const own =
    'type' in value &&
    ['image', 'audio', 'video', 'file', 'sticker'].includes(String(value.type)) &&
    ('id' in value || 'url' in value)
      ? [value]
      : [];
  return [...own, ...Object.values(value).flatMap(searched)];
}

test('every media item of a content is found: none of a kind can be forgotten', () => {
  fc.assert(
    fc.property(anyContent, (content) => {
      if (content.kind === 'native') return;
      expect(new Set(mediaIn(content))).toEqual(new Set(searched(content)));
    }),
    { numRuns: 500 },
  );
});

test('each is replaced in its place, and nothing else changes, nor does the content given', () => {
  fc.assert(
    fc.property(anyContent, (content) => {
      const before = JSON.stringify(content);
      let n = 0;
      const changed = mapMedia(content, (media) => ({ ...media, id: `new_${n++}` }));
      expect(JSON.stringify(content)).toBe(before);
      expect(mediaIn(changed).map(({ id }) => id)).toEqual(mediaIn(content).map((_, i) => `new_${i}`));
      expect(mapMedia(content, (media) => media)).toEqual(content);
      expect(changed.kind).toBe(content.kind);
      expect({ ...changed, text: content.text }).toEqual({ ...changed, text: changed.text });
    }),
  );
});

test('pictures of goods and headers of templates are media too', () => {
  const image = { type: 'image' as const, id: 'm' };
  const total = { amount: 1, currency: 'EUR' };
  const item = { id: 'i', title: 't', image };
  const contents: Content[] = [
    { kind: 'product', items: [item, { id: 'j', title: 'u' }] },
    { kind: 'order', order_id: 'o', items: [item], total },
    { kind: 'receipt', order_id: 'o', items: [item], total },
    { kind: 'template', name: 'n', language: 'en', text: 't', header: [image] },
    { kind: 'carousel', cards: [{ title: 'a', image }, { title: 'b' }] },
  ];
  for (const content of contents) expect(mediaIn(content), content.kind).toEqual([image]);
  expect(mediaIn({ kind: 'template', name: 'n', language: 'en', text: 't', header: ['words'] })).toEqual([]);
});
