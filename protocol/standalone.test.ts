import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyContent } from './adapt/arbitraries.ts';
import { contentKinds, contentSchema } from './content.ts';
import type { Content, ContentKind } from './content.ts';
import { cardText, mediaText, moneyText, standaloneText } from './standalone.ts';

const money = { amount: 1250, currency: 'EUR' };
const item = { id: 'i', title: 'Tea', quantity: 2, price: money };
/** The least of every kind, without a text of its own where that may be left out. */
const least: { [K in ContentKind]: Extract<Content, { kind: K }> } = {
  text: { kind: 'text', text: 'hello' },
  media: { kind: 'media', media: { type: 'image', id: 'm' } },
  location: { kind: 'location', latitude: 1.5, longitude: -2 },
  contact: { kind: 'contact', contacts: [{ name: 'Ada' }] },
  choice: { kind: 'choice', text: 'which?', options: [{ id: 'a', title: 'A' }] },
  card: { kind: 'card', card: { title: 'A card' } },
  carousel: { kind: 'carousel', cards: [{ title: 'One' }, { title: 'Two' }] },
  form: { kind: 'form', title: 'A form', fields: [{ id: 'f', label: 'Your name', type: 'text' }] },
  template: { kind: 'template', name: 'n', language: 'en', text: 'filled' },
  product: { kind: 'product', items: [item] },
  order: { kind: 'order', order_id: '7', items: [], total: money },
  payment_request: { kind: 'payment_request', reference: 'r', amount: money, url: 'https://pay.example/r' },
  receipt: { kind: 'receipt', order_id: '7', items: [item], total: money },
  status: { kind: 'status', subject: 'Parcel', state: 'on its way' },
  appointment: { kind: 'appointment', title: 'Cut', start: '2026-11-27T10:00:00+01:00' },
  survey: { kind: 'survey', text: 'how was it?', scale: { min: 1, max: 5 } },
  reaction: { kind: 'reaction', message_id: 'm', emoji: '👍' },
  edit: { kind: 'edit', message_id: 'm', text: 'changed' },
  removal: { kind: 'removal', message_id: 'm' },
  typing: { kind: 'typing' },
  read: { kind: 'read', message_id: 'm' },
  native: { kind: 'native', connector: 'telegram', payload: {}, text: 'shown elsewhere' },
};
const signals: ContentKind[] = ['typing', 'read'];

describe('the text that stands alone', () => {
  test.each(contentKinds)('of the least %s is not empty, but for signals', (kind) => {
    const content = contentSchema.parse(least[kind]);
    expect(standaloneText(content) === '').toBe(signals.includes(kind));
  });

  test('of any content is a text, not empty but for signals and a reaction taken back, and always the same', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const said = standaloneText(content);
        expect(standaloneText(structuredClone(content))).toBe(said);
        expect(said.isWellFormed()).toBe(true);
        if (!signals.includes(content.kind) && !(content.kind === 'reaction' && content.emoji === ''))
          expect(said).not.toBe('');
        expect(said).not.toMatch(/undefined|\[object|NaN/);
      }),
    );
  });

  test('of content that has a text of its own is that text', () => {
    fc.assert(
      fc.property(anyContent, fc.string({ minLength: 1 }), (content, own) => {
        expect(standaloneText({ ...content, text: own } as Content)).toBe(own);
      }),
    );
  });

  test('of a reaction taken back is empty', () => {
    expect(standaloneText({ kind: 'reaction', message_id: 'm', emoji: '' })).toBe('');
  });

  test('says what counts: sums, links, numbers, places', () => {
    expect(standaloneText(least.receipt)).toBe('Receipt 7\n2 × Tea 12.50 EUR\nTotal: 12.50 EUR');
    expect(standaloneText(least.payment_request)).toBe('12.50 EUR (r)\nhttps://pay.example/r');
    expect(standaloneText(least.location)).toBe('geo:1.5,-2');
    expect(standaloneText(least.carousel)).toBe('One\n\nTwo');
    expect(
      cardText({
        title: 'T',
        subtitle: 'S',
        actions: [
          { type: 'url', title: 'Shop', url: 'https://s.example' },
          { type: 'call', title: 'Call', phone: '+33639980001' },
          { type: 'reply', id: 'r', title: 'Yes' },
        ],
      }),
    ).toBe('T\nS\nShop: https://s.example\nCall: +33639980001');
    expect(mediaText({ type: 'file', id: 'm', name: 'bill.pdf' })).toBe('File: bill.pdf');
    expect(mediaText({ type: 'image', id: 'm', name: 'a.png', alt: 'A cat' })).toBe('Image: A cat');
  });
});

test.each([
  [1250, 'EUR', '12.50 EUR'],
  [-5, 'EUR', '-0.05 EUR'],
  [1250, 'JPY', '1250 JPY'],
  [1250, 'KWD', '1.250 KWD'],
  [0, 'USD', '0.00 USD'],
  [100, 'ZZZ', '1.00 ZZZ'],
])('%i minor units of %s are %s', (amount, currency, written) => {
  expect(moneyText({ amount, currency })).toBe(written);
});
