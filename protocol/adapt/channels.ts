import { kinds } from '../capabilities.ts';
import type { Capabilities } from '../capabilities.ts';
import type { Content, ContentOf } from '../content.ts';
import { adapt } from './adapt.ts';
import { context } from './arbitraries.ts';

/** Two channels at the ends of the range, and short ways to try content on them. For tests. */

export const payload = (place: number) => `${context.messageId}.${place}`;

/** A channel of nothing but text, that joins long ones itself. */
export const sms: Capabilities = {
  outbound: kinds({ text: 'native' }),
  inbound: kinds({ text: 'native' }),
  text: { max: 1530, unit: 'septets', concatenated: true },
  receipts: [],
};
export const plain: Capabilities = { ...sms, text: { max: 60, unit: 'utf16' } };
export const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
/** A channel with all that can be pressed. */
export const rich: Capabilities = {
  ...sms,
  outbound: kinds({
    text: 'native',
    media: 'native',
    choice: 'native',
    card: 'native',
    carousel: 'native',
    reaction: 'native',
    edit: 'native',
    native: 'native',
  }),
  text: { ...utf16(300), markdown: true, subject: true },
  media: {
    image: { maxBytes: 1000, types: ['image/*'] },
    audio: { maxBytes: 1000, types: ['audio/ogg'], caption: false },
  },
  caption: utf16(40),
  buttons: { max: 3, label: utf16(20), payload: utf16(100), body: utf16(80) },
  list: {
    max: 10,
    label: utf16(24),
    payload: utf16(100),
    body: utf16(80),
    button: utf16(20),
    description: utf16(72),
    header: utf16(20),
  },
  card: {
    title: utf16(30),
    subtitle: utf16(30),
    actions: 2,
    label: utf16(20),
    actionTypes: ['reply', 'url'],
  },
  carousel: { min: 2, max: 4 },
};
export const withKinds = (named: Parameters<typeof kinds>[0]): Capabilities => ({
  ...rich,
  outbound: { ...rich.outbound, ...named } as Capabilities['outbound'],
});

export const choice = (titles: string[], more: Partial<ContentOf<'choice'>> = {}): Content => ({
  kind: 'choice',
  text: 'Which one?',
  options: titles.map((title, i) => ({ id: `o${i}`, title })),
  ...more,
});
export const texts = (content: Content, capabilities = sms, more = {}) =>
  adapt(content, capabilities, { ...context, ...more }).parts.map((part) =>
    part.content.kind === 'text' ? part.content.text : part.content,
  );
