import * as fc from 'fast-check';
import { kinds } from '../capabilities.ts';
import type { Capabilities, Limit } from '../capabilities.ts';
import { contentKinds, contentSchema } from '../content.ts';
import type { Content } from '../content.ts';
import { naughtyTexts } from '../text/naughty.ts';
import type { AdaptContext } from './types.ts';

/** Generated content, capabilities and contexts. For tests. */
const messageId = 'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ';

const cleanNaughty = Object.values(naughtyTexts).map((text) => text.toWellFormed());
const words = [
  'Oui',
  'non',
  'Yes',
  'Réserver',
  'table',
  'deux',
  '2',
  '１',
  'N°3',
  '👍',
  '👍🏽',
  'شكرا',
  '€uro',
  'see https://example.com/a?b=c',
  'A.',
  'Galettes',
  'x'.repeat(60),
];
const title = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 })
      .map((list) => list.join(' ').slice(0, 200).toWellFormed()),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...cleanNaughty.filter((text) => text.trim() !== '').map((text) => text.slice(0, 300).toWellFormed()),
    ),
  },
);
const paragraph = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...words, '\n', '\n\n', 'ça va.'), { minLength: 1, maxLength: 60 })
      .map((list) => `t ${list.join(' ')}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(...cleanNaughty) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1000, max: 9000 }).map((size) => 'Lorem ipsum. '.repeat(size / 13)),
  },
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const id = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const web = fc.constantFrom('https://example.com/a', 'https://example.org/track?id=1');
const money = fc.record({
  amount: fc.integer({ min: 0, max: 1e6 }),
  currency: fc.constantFrom('EUR', 'JPY', 'XXX'),
});
const time = fc.constantFrom('2026-11-27T10:00:00+01:00', '2026-11-27T12:30:00Z');

const media = fc.record({
  type: fc.constantFrom('image', 'audio', 'video', 'file', 'sticker'),
  id: fc.constantFrom('med_1', 'med_2', 'med_3'),
  alt: optional(title),
  bytes: optional(fc.integer({ min: 0, max: 2e6 })),
  media_type: optional(fc.constantFrom('image/png', 'audio/ogg', 'application/pdf')),
});
const option = fc.record({ id, title, description: optional(title) });
const options = (max: number) =>
  fc.uniqueArray(option, { minLength: 1, maxLength: max, selector: (one) => one.id });
const action = fc.oneof(
  fc.record({ type: fc.constant('reply'), id, title }),
  fc.record({ type: fc.constant('url'), title, url: web }),
  fc.record({ type: fc.constant('call'), title, phone: fc.constant('+15550100') }),
);
const card = fc.record({
  title,
  subtitle: optional(title),
  image: optional(media),
  actions: optional(fc.array(action, { maxLength: 5 })),
});
const item = fc.record({
  id,
  title,
  description: optional(title),
  price: optional(money),
  quantity: optional(fc.integer({ min: 1, max: 9 })),
  image: optional(media),
  url: optional(web),
});
const order = { order_id: title, items: fc.array(item, { maxLength: 5 }), total: money };

const asked = { id, label: title, required: optional(fc.boolean()) };
const field = fc.oneof(
  fc.record({
    ...asked,
    type: fc.constantFrom('text', 'number', 'date', 'email', 'phone', 'location'),
  }),
  fc.record({
    ...asked,
    type: fc.constant('choice'),
    options: options(5),
    max_choices: optional(fc.integer({ min: 1, max: 3 })),
  }),
);

const byKind: Record<Content['kind'], fc.Arbitrary<unknown>> = {
  text: fc.record({
    text: paragraph,
    format: optional(fc.constantFrom('plain', 'markdown')),
    subject: optional(title),
  }),
  media: fc.record({ media, caption: optional(paragraph) }),
  location: fc.record({
    latitude: fc.constant(48.85),
    longitude: fc.constant(2.35),
    name: optional(title),
    address: optional(title),
  }),
  contact: fc.record({
    contacts: fc.array(fc.record({ name: title, phones: fc.constant(['+33639980000']) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  choice: fc.record({
    text: paragraph,
    options: options(14),
    style: optional(fc.constantFrom('buttons', 'list')),
    button: optional(title),
    header: optional(title),
    footer: optional(title),
    expires_in: optional(fc.integer({ min: 1, max: 9999 })),
    max_choices: optional(fc.integer({ min: 2, max: 5 })),
    min_choices: optional(fc.constantFrom(1)),
    none: optional(title),
  }),
  card: fc.record({ card }),
  carousel: fc.record({ text: optional(title), cards: fc.array(card, { minLength: 1, maxLength: 10 }) }),
  form: fc.record({
    name: optional(fc.constantFrom('booking', 'other')),
    title,
    text: optional(title),
    fields: fc.uniqueArray(field, {
      minLength: 1,
      maxLength: 5,
      selector: (field) => field.id,
    }),
  }),
  template: fc.record({
    name: fc.constant('welcome'),
    language: fc.constant('fr'),
    text: paragraph,
    header: optional(fc.array(media, { maxLength: 1 })),
  }),
  product: fc.record({ items: fc.array(item, { minLength: 1, maxLength: 3 }) }),
  order: fc.record({ ...order, state: optional(title) }),
  receipt: fc.record({ ...order, url: optional(web) }),
  payment_request: fc.record({ reference: title, amount: money, url: web, description: optional(title) }),
  status: fc.record({
    subject: title,
    state: title,
    detail: optional(title),
    url: optional(web),
    eta: optional(time),
  }),
  appointment: fc.record({
    title,
    start: time,
    end: optional(time),
    place: optional(title),
    url: optional(web),
  }),
  survey: fc.record({
    text: paragraph,
    scale: fc.record({
      min: fc.integer({ min: 0, max: 1 }),
      max: fc.integer({ min: 2, max: 10 }),
      low: optional(title),
      high: optional(title),
    }),
  }),
  reaction: fc.record({ message_id: fc.constant(messageId), emoji: fc.constantFrom('👍', '') }),
  edit: fc.record({ message_id: fc.constant(messageId), text: paragraph }),
  removal: fc.record({ message_id: fc.constant(messageId) }),
  typing: fc.record({ on: optional(fc.boolean()) }),
  read: fc.record({ message_id: fc.constant(messageId) }),
  native: fc.record({
    connector: fc.constantFrom('here', 'elsewhere'),
    payload: fc.constant({ a: 1 }),
    text: paragraph,
  }),
};

/** Content of one kind that the schema accepts; `undefined` members left out as JSON does. */
export const contentOf = (kind: Content['kind']): fc.Arbitrary<Content> =>
  byKind[kind].map((rest) => contentSchema.parse(JSON.parse(JSON.stringify({ kind, ...(rest as object) }))));

/** The same, of every kind. */
export const anyContent: fc.Arbitrary<Content> = fc.constantFrom(...contentKinds).chain(contentOf);

const unit = fc.constantFrom(
  'septets',
  'utf16',
  'utf8_bytes',
  'codepoints',
  'graphemes',
  'bytes',
) as fc.Arbitrary<Limit['unit']>;
const limit = (min: number, max: number): fc.Arbitrary<Limit> =>
  fc.record({ max: fc.integer({ min, max }), unit });
const pressable = {
  max: fc.integer({ min: 1, max: 12 }),
  label: limit(3, 40),
  payload: fc.record({ max: fc.integer({ min: 20, max: 100 }), unit: fc.constant('bytes' as const) }),
  body: limit(20, 300),
  multiple: optional(fc.boolean()),
  header: optional(limit(5, 60)),
  footer: optional(limit(5, 60)),
};
const mediaLimit = fc.record({
  maxBytes: fc.integer({ min: 1, max: 2e6 }),
  types: fc.subarray(['image/*', 'audio/ogg', 'application/pdf', '*/*'], { minLength: 1 }),
  caption: optional(fc.boolean()),
});

export const anyCapabilities: fc.Arbitrary<Capabilities> = fc.record(
  {
    outbound: fc
      .tuple(
        fc.dictionary(
          fc.constantFrom(...contentKinds),
          fc.constantFrom('native', 'native', 'adapted', 'dropped', 'refused'),
        ),
        fc.boolean(),
      )
      .map(
        ([named, plain]) =>
          kinds({
            ...named,
            text: plain && named['text'] ? named['text'] : 'native',
          }) as Capabilities['outbound'],
      ),
    inbound: fc.constant(kinds({})),
    text: fc
      .tuple(
        limit(20, 600),
        fc.record({ markdown: fc.boolean(), concatenated: fc.boolean(), subject: fc.boolean() }),
      )
      .map(([size, flags]) => ({ ...size, ...flags })),
    media: fc.dictionary(
      fc.constantFrom('image', 'audio', 'video', 'file', 'sticker'),
      mediaLimit,
    ) as fc.Arbitrary<NonNullable<Capabilities['media']>>,
    caption: limit(5, 200),
    buttons: fc.record(pressable),
    list: fc.record({ ...pressable, button: limit(3, 20), description: limit(3, 80) }),
    card: fc.record({
      title: limit(5, 80),
      subtitle: limit(5, 80),
      actions: fc.integer({ min: 0, max: 4 }),
      label: limit(3, 25),
      actionTypes: fc.subarray(['reply', 'url', 'call'] as const) as fc.Arbitrary<
        ('reply' | 'url' | 'call')[]
      >,
      imageRequired: optional(fc.boolean()),
    }),
    carousel: fc
      .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 10 }), optional(limit(5, 200)))
      .map(([min, max, text]) => ({ min, max, ...(text ? { text } : {}) })),
    replies: fc.boolean(),
    receipts: fc.constant([]),
  },
  { requiredKeys: ['outbound', 'inbound', 'text', 'receipts'] },
);

export const context: AdaptContext = {
  messageId,
  connector: 'here',
  mediaUrl: (mediaId) => `https://gateway.example/media/${mediaId}?signed`,
  mediaBytes: (mediaId) => (mediaId === 'med_3' ? { bytes: 500_000, mediaType: 'image/png' } : undefined),
};
