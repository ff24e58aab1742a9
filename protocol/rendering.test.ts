import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adapt } from './adapt/adapt.ts';
import { anyCapabilities, anyContent, context } from './adapt/arbitraries.ts';
import { choice, rich, sms, utf16, withKinds } from './adapt/channels.ts';
import type { Content } from './content.ts';
import { contentKinds } from './content.ts';
import { renderingOf, renderingSchema } from './rendering.ts';
import { gaugeOf } from './rendering-blocks.ts';
import { naughtyTexts } from './text/naughty.ts';
import { measure } from './text/units.ts';

const runs = { numRuns: 1000 };

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

/** Members that no consumer reads: names of things for programs. */
const unread = new Set(['kind', 'id', 'format', 'style', 'type', 'currency', 'payload', 'about', 'index']);
/** Stand-ins for receivers without the kind: not what this channel shows. */
const standIn = new Set([
  'media',
  'location',
  'contact',
  'card',
  'product',
  'order',
  'receipt',
  'payment_request',
  'status',
  'appointment',
  'reaction',
  'removal',
  'typing',
  'read',
]);

function readable(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (unread.has(key) ? [] : readable(inner)));
}
const shownIn = (content: Content): string[] =>
  readable(
    Object.fromEntries(
      Object.entries(content).filter(([key]) =>
        key === 'text' ? !standIn.has(content.kind) : key !== 'name' || content.kind !== 'form',
      ),
    ),
  );

const rendered = (content: Content, capabilities = rich) => renderingOf(content, capabilities).blocks;

describe('the rendering of what is sent', () => {
  it('is whole: it follows its schema and leaves out no text of a part', () => {
    fc.assert(
      fc.property(anyContent, anyCapabilities, (content, capabilities) => {
        for (const part of adapt(content, capabilities, context).parts) {
          const rendering = renderingOf(part.content, capabilities);
          expect(renderingSchema.parse(rendering)).toEqual(rendering);
          const seen = new Set(strings(rendering));
          for (const text of shownIn(part.content)) expect(text === '' || seen.has(text)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('takes content that was never adapted, of every kind, and gives the same twice', () => {
    const kindsSeen = new Set<string>();
    fc.assert(
      fc.property(anyContent, anyCapabilities, (content, capabilities) => {
        kindsSeen.add(content.kind);
        const before = JSON.stringify(content);
        const rendering = renderingOf(content, capabilities);
        expect(renderingSchema.safeParse(rendering).error).toBeUndefined();
        expect(renderingOf(content, capabilities)).toEqual(rendering);
        expect(JSON.stringify(content)).toBe(before);
      }),
      runs,
    );
    expect(kindsSeen.size).toBe(contentKinds.length);
  });

  it('never shows a text of a part over its limit', () => {
    fc.assert(
      fc.property(anyContent, anyCapabilities, (content, capabilities) => {
        const gauges = (value: unknown): { length: number; max: number }[] => {
          if (typeof value !== 'object' || value === null) return [];
          if ('length' in value && 'max' in value && 'unit' in value) return [value as never];
          return Object.values(value).flatMap(gauges);
        };
        for (const part of adapt(content, capabilities, context).parts)
          for (const { length, max } of gauges(renderingOf(part.content, capabilities)))
            // a carousel or a form that the platform shows whole has a text of its own, which only the platform bounds
            expect(length <= max || ['carousel', 'form', 'survey'].includes(part.content.kind)).toBe(true);
      }),
      runs,
    );
  });

  it('takes every naughty text', () => {
    for (const text of Object.values(naughtyTexts)) {
      const [block] = rendered({ kind: 'text', text }, sms);
      expect(block).toMatchObject({
        type: 'text',
        text,
        gauge: { length: measure(text, 'septets'), max: 1530 },
      });
    }
  });
});

describe('blocks', () => {
  it('a text says how full it is, in the unit of the channel', () => {
    expect(rendered({ kind: 'text', text: 'a€' }, sms)).toEqual([
      {
        type: 'text',
        role: 'body',
        text: 'a€',
        format: 'plain',
        gauge: { length: 3, max: 1530, unit: 'septets' },
      },
    ]);
    expect(gaugeOf('anything', undefined)).toEqual({});
    expect(rendered({ kind: 'text', text: '*a*', format: 'markdown', subject: 'Hi' })).toMatchObject([
      { role: 'subject', text: 'Hi' },
      { role: 'body', format: 'markdown' },
    ]);
  });

  it('a choice shows what is pressed, and what opens its list', () => {
    const asked = (style: 'buttons' | 'list') =>
      choice(['One', 'Two'], { style, button: 'Open', header: 'H', footer: 'F' });
    expect(rendered(asked('list'))).toMatchObject([
      { role: 'header', text: 'H', gauge: { max: 20 } },
      { role: 'body', text: 'Which one?', gauge: { length: 10, max: 80 } },
      { role: 'footer', text: 'F' },
      {
        type: 'list',
        opens: { title: 'Open', gauge: { length: 4, max: 20 } },
        rows: [{ title: 'One', gauge: { max: 24 } }, { title: 'Two' }],
      },
    ]);
    expect(rendered(asked('buttons')).at(-1)).toEqual({
      type: 'buttons',
      buttons: ['One', 'Two'].map((title) => ({
        title,
        does: 'reply',
        gauge: { length: 3, max: 20, unit: 'utf16' },
      })),
    });
    expect(rendered(choice(['A', 'B', 'C'], { max_choices: 2, none: 'Neither' })).at(-1)).toMatchObject({
      buttons: [{ title: 'A' }, { title: 'B' }, { title: 'C' }, { title: 'Neither' }],
      several: { min: 1, max: 2 },
    });
  });

  it('a media item is a box with its type, name and size, and what the channel takes at most', () => {
    const media = { type: 'image' as const, id: 'med_1', name: 'a.png', bytes: 900, alt: 'A cup' };
    expect(rendered({ kind: 'media', media, caption: 'Look' })).toEqual([
      { type: 'media', media: { ...media, max_bytes: 1000 } },
      {
        type: 'text',
        role: 'caption',
        text: 'Look',
        format: 'plain',
        gauge: { length: 4, max: 40, unit: 'utf16' },
      },
    ]);
  });

  it('cards say where each button leads', () => {
    const card = {
      title: 'Table for two',
      actions: [
        { type: 'reply' as const, id: 'a', title: 'Take it' },
        { type: 'url' as const, title: 'See', url: 'https://example.com/a' },
        { type: 'call' as const, title: 'Call', phone: '+15550100' },
      ],
    };
    expect(rendered({ kind: 'carousel', cards: [card, { title: 'Other' }] })).toMatchObject([
      {
        type: 'cards',
        cards: [
          {
            title: 'Table for two',
            gauge: { length: 13, max: 30, unit: utf16(1).unit },
            buttons: [
              { does: 'reply', title: 'Take it' },
              { does: 'url', target: 'https://example.com/a' },
              { does: 'call', target: '+15550100' },
            ],
          },
          { title: 'Other', buttons: [] },
        ],
      },
    ]);
  });

  it('an order is its items and a table of facts; money is written as people do', () => {
    const total = { amount: 1250, currency: 'EUR' };
    expect(
      rendered(
        {
          kind: 'receipt',
          order_id: 'A-1',
          total,
          items: [{ id: 'g', title: 'Galette', quantity: 2, price: { amount: 625, currency: 'EUR' } }],
          url: 'https://example.com/r',
        },
        withKinds({ receipt: 'native' }),
      ),
    ).toEqual([
      { type: 'items', items: [{ title: 'Galette', quantity: 2, price: '6.25 EUR' }] },
      {
        type: 'facts',
        facts: [
          { name: 'receipt', value: 'A-1' },
          { name: 'total', value: '12.50 EUR' },
          { name: 'link', value: 'https://example.com/r' },
        ],
      },
    ]);
  });

  it('signals and changes are lines of the system', () => {
    const message_id = context.messageId;
    const contents: [Content, object][] = [
      [{ kind: 'typing' }, { about: 'typing' }],
      [{ kind: 'typing', on: false }, { about: 'typing_stopped' }],
      [
        { kind: 'read', message_id },
        { about: 'read', message_id },
      ],
      [
        { kind: 'removal', message_id },
        { about: 'removal', message_id },
      ],
      [
        { kind: 'reaction', message_id, emoji: '👍' },
        { about: 'reaction', message_id, text: '👍' },
      ],
      [
        { kind: 'reaction', message_id, emoji: '' },
        { about: 'reaction_taken_back', message_id },
      ],
    ];
    for (const [content, line] of contents) expect(rendered(content)).toEqual([{ type: 'system', ...line }]);
  });
});
