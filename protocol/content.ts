import { z } from 'zod';

/**
 * Content: what a message says. A union discriminated by `kind`; `text` stands alone in every kind, so that a receiver
 * which doesn't know the kind can still show something. Where a sender leaves an optional `text` out, the gateway fills it
 * from `standaloneText`. Limits here are Passerelle's own; what a channel can carry is in its capabilities.
 */

/** Text in all kinds: at most 65,536 UTF-16 units. Lone surrogates are refused: they have no UTF-8 form. */
const text = z
  .string()
  .max(65_536)
  .refine((value) => value.isWellFormed(), 'contains a lone surrogate, which has no UTF-8 form');
const line = text.max(1024);
const standalone = text.optional().describe('What a receiver shows that does not know this kind');

/** Identifies an option, action, field or item within one message: 1 to 128 visible characters. */
export const optionIdSchema = z
  .string()
  .regex(/^[\u0021-\u007e]{1,128}$/, 'expected 1 to 128 visible ASCII characters');

const webUrl = z.url({ protocol: /^https?$/ }).max(2048);

/** Languages are BCP 47 tags. */
export const languageSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'expected a BCP 47 language tag');

/** An amount in minor units (cents) of an ISO 4217 currency. */
export const moneySchema = z.strictObject({
  amount: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code'),
});

/**
 * A picture, sound, film or file. A sender names it by `url` (fetched once, under limits) or by the `id` of an upload.
 * What the gateway hands out always has an `id`, and a `url` of the gateway's own that is signed and expires.
 */
export const mediaSchema = z
  .strictObject({
    type: z.enum(['image', 'audio', 'video', 'file', 'sticker']),
    id: z.string().max(64).optional().describe('Id of a media item held by the gateway'),
    url: webUrl.optional(),
    media_type: z
      .string()
      .max(127)
      .optional()
      .describe('IANA media type; sniffed by the gateway, never trusted'),
    bytes: z.int().nonnegative().optional().describe('Size in bytes'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    name: z.string().max(240).optional().describe('File name'),
    alt: line.optional().describe('What a person who cannot see it should know'),
  })
  .refine((media) => media.id !== undefined || media.url !== undefined, {
    message: 'needs an id or a url',
    path: ['url'],
  });

/** What a card or a message offers to press. Only `reply` comes back to the merchant as an answer. */
export const actionSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('reply'), id: optionIdSchema, title: line.min(1) }),
  z.strictObject({ type: z.literal('url'), title: line.min(1), url: webUrl }),
  z.strictObject({
    type: z.literal('call'),
    title: line.min(1),
    phone: z.string().regex(/^\+[1-9]\d{4,14}$/),
  }),
]);

export const optionSchema = z.strictObject({
  id: optionIdSchema,
  title: line.min(1),
  description: line.optional(),
});

const noTwins = (items: { id: string }[]) => new Set(items.map((item) => item.id)).size === items.length;

export const textContentSchema = z.strictObject({
  kind: z.literal('text'),
  text: text.min(1),
  format: z.enum(['plain', 'markdown']).optional().describe('CommonMark where "markdown"; plain if left out'),
  subject: line.optional().describe('For channels that have one (email, MMS)'),
});

export const mediaContentSchema = z.strictObject({
  kind: z.literal('media'),
  media: mediaSchema,
  caption: text.optional(),
  text: standalone,
});

export const locationContentSchema = z.strictObject({
  kind: z.literal('location'),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: line.optional(),
  address: line.optional(),
  text: standalone,
});

export const contactContentSchema = z.strictObject({
  kind: z.literal('contact'),
  contacts: z
    .array(
      z.strictObject({
        name: line.min(1),
        phones: z.array(z.string().max(40)).max(20).optional(),
        emails: z.array(z.string().max(320)).max(20).optional(),
        organization: line.optional(),
      }),
    )
    .min(1)
    .max(20),
  text: standalone,
});

const expiresIn = z
  .int()
  .positive()
  .max(2_592_000)
  .optional()
  .describe('Seconds during which an answer is read; default 86,400');

const howMany = z.int().min(1).max(50).optional();
const fewer = ({ min_choices: min = 1, max_choices: max = 1 }: Partial<Record<string, unknown>>) =>
  Number(min) <= Number(max);
const fewerMessage = { message: 'is more than max_choices, which is 1 if left out', path: ['min_choices'] };

/** A question with options. The ids of the options chosen come back in `choice.answered`. */
export const choiceContentSchema = z
  .strictObject({
    kind: z.literal('choice'),
    text: text.min(1).describe('The question'),
    options: z.array(optionSchema).min(1).max(50).refine(noTwins, 'two options have the same id'),
    min_choices: howMany.describe('How many must be chosen at least; default 1'),
    max_choices: howMany.describe('How many may be chosen at most; default 1'),
    none: line
      .min(1)
      .optional()
      .describe('Title of "none of these"; where given, it may be chosen, alone, and comes back as such'),
    style: z.enum(['buttons', 'list']).optional().describe('Preferred look; the channel has the last word'),
    button: line.optional().describe('What opens the list, where there is one'),
    header: line.optional(),
    footer: line.optional(),
    expires_in: expiresIn,
  })
  .refine(fewer, fewerMessage);

export const cardSchema = z.strictObject({
  title: line.min(1),
  subtitle: line.optional(),
  image: mediaSchema.optional(),
  actions: z.array(actionSchema).max(10).optional(),
});

export const cardContentSchema = z.strictObject({
  kind: z.literal('card'),
  card: cardSchema,
  text: standalone,
});

export const carouselContentSchema = z.strictObject({
  kind: z.literal('carousel'),
  text: text.optional().describe('Said before the cards, and alone where there is nothing else to show'),
  cards: z.array(cardSchema).min(1).max(10),
});

/** One question of a form. What each type comes back as is in `fieldValueSchema`. */
export const fieldSchema = z
  .strictObject({
    id: optionIdSchema,
    label: line.min(1).describe('The question, as the consumer reads it'),
    type: z.enum(['text', 'number', 'date', 'email', 'phone', 'choice', 'location']),
    required: z.boolean().optional().describe('An optional one may be skipped; default false'),
    options: z
      .array(optionSchema)
      .min(1)
      .max(50)
      .refine(noTwins, 'two options have the same id')
      .optional()
      .describe('For type "choice", and only there'),
    max_choices: howMany.describe('For type "choice": how many may be chosen; default 1'),
  })
  .refine((field) => (field.type === 'choice') === (field.options !== undefined), {
    message: 'a field of type "choice" has options, and no other has',
    path: ['options'],
  });

/** Questions asked together. All answers come back in one `form.answered`, however the channel asked them. */
export const formContentSchema = z.strictObject({
  kind: z.literal('form'),
  name: optionIdSchema
    .optional()
    .describe('What the merchant calls this form: an account may have the platform’s own form for it'),
  title: line.min(1),
  text: standalone,
  fields: z.array(fieldSchema).min(1).max(20).refine(noTwins, 'two fields have the same id'),
  expires_in: expiresIn,
});

/** A message approved by the platform beforehand (WhatsApp template). Parameters fill its placeholders in order. */
export const templateContentSchema = z.strictObject({
  kind: z.literal('template'),
  name: z.string().min(1).max(512),
  language: languageSchema,
  text: text.min(1).describe('The filled text, for channels without templates'),
  header: z
    .array(z.union([line, mediaSchema]))
    .max(1)
    .optional()
    .describe('Header parameter: a text or a media item'),
  parameters: z.array(line).max(64).optional(),
  buttons: z
    .array(
      z.strictObject({
        index: z.int().min(0).max(9),
        type: z.enum(['quick_reply', 'url', 'copy_code']),
        value: line,
      }),
    )
    .max(10)
    .optional(),
});

/** One thing of a catalogue, an order or a receipt. */
export const itemSchema = z.strictObject({
  id: optionIdSchema,
  title: line.min(1),
  description: line.optional(),
  price: moneySchema.optional(),
  quantity: z.int().positive().optional(),
  image: mediaSchema.optional(),
  url: webUrl.optional(),
});

export const productContentSchema = z.strictObject({
  kind: z.literal('product'),
  items: z.array(itemSchema).min(1).max(30),
  text: standalone,
});

const orderFields = {
  order_id: line.min(1),
  items: z.array(itemSchema).max(200),
  total: moneySchema,
  text: standalone,
};
export const orderContentSchema = z.strictObject({
  kind: z.literal('order'),
  ...orderFields,
  state: line.optional(),
});
export const receiptContentSchema = z.strictObject({
  kind: z.literal('receipt'),
  ...orderFields,
  payment_method: line.optional(),
  url: webUrl.optional(),
});
export const paymentRequestContentSchema = z.strictObject({
  kind: z.literal('payment_request'),
  reference: line.min(1),
  amount: moneySchema,
  url: webUrl.describe("The payment provider's page; Passerelle never holds the money"),
  description: line.optional(),
  text: standalone,
});

export const statusContentSchema = z.strictObject({
  kind: z.literal('status'),
  subject: line.min(1).describe('What is tracked: a ride, a parcel, a case'),
  about: z
    .enum(['parcel', 'ride', 'case'])
    .optional()
    .describe('What kind of thing that is, for channels that show each in its own way'),
  state: line.min(1),
  detail: line.optional(),
  url: webUrl.optional(),
  eta: z.iso.datetime({ offset: true }).optional(),
  text: standalone,
});

export const appointmentContentSchema = z.strictObject({
  kind: z.literal('appointment'),
  title: line.min(1),
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }).optional(),
  place: line.optional(),
  url: webUrl.optional(),
  text: standalone,
});

export const surveyContentSchema = z.strictObject({
  kind: z.literal('survey'),
  text: text.min(1).describe('The question'),
  scale: z.strictObject({
    min: z.int().min(0).max(1),
    max: z.int().min(2).max(10),
    low: line.optional(),
    high: line.optional(),
  }),
  expires_in: expiresIn,
});

/** About an earlier message, named by its id. */
export const reactionContentSchema = z.strictObject({
  kind: z.literal('reaction'),
  message_id: z.string().max(64),
  emoji: z.string().max(64).describe('Empty takes the reaction back'),
  text: standalone,
});
export const editContentSchema = z.strictObject({
  kind: z.literal('edit'),
  message_id: z.string().max(64),
  text: text.min(1),
});
export const removalContentSchema = z.strictObject({
  kind: z.literal('removal'),
  message_id: z.string().max(64),
  text: standalone,
});

/** Signals: shown at once or not at all, never stored, never retried. */
export const typingContentSchema = z.strictObject({
  kind: z.literal('typing'),
  on: z.boolean().optional(),
  text: standalone,
});
export const readContentSchema = z.strictObject({
  kind: z.literal('read'),
  message_id: z.string().max(64),
  text: standalone,
});

/** A platform's own payload, guarded by the connector's name: any other connector sends `text`. */
export const nativeContentSchema = z.strictObject({
  kind: z.literal('native'),
  connector: z.string().regex(/^[a-z][a-z0-9-]{1,31}$/),
  payload: z
    .record(z.string(), z.unknown())
    .refine((payload) => JSON.stringify(payload).length <= 65_536, 'is over 65,536 characters of JSON')
    .describe('At most 65,536 characters of JSON'),
  text: text.min(1),
});

export const contentSchema = z
  .discriminatedUnion('kind', [
    textContentSchema,
    mediaContentSchema,
    locationContentSchema,
    contactContentSchema,
    choiceContentSchema,
    cardContentSchema,
    carouselContentSchema,
    formContentSchema,
    templateContentSchema,
    productContentSchema,
    orderContentSchema,
    paymentRequestContentSchema,
    receiptContentSchema,
    statusContentSchema,
    appointmentContentSchema,
    surveyContentSchema,
    reactionContentSchema,
    editContentSchema,
    removalContentSchema,
    typingContentSchema,
    readContentSchema,
    nativeContentSchema,
  ])
  .meta({ id: 'Content' });

export type Content = z.infer<typeof contentSchema>;
export type ContentKind = Content['kind'];
export type ContentOf<K extends ContentKind> = Extract<Content, { kind: K }>;
export type Media = z.infer<typeof mediaSchema>;
export type Action = z.infer<typeof actionSchema>;
export type Card = z.infer<typeof cardSchema>;
export type Option = z.infer<typeof optionSchema>;
export type Field = z.infer<typeof fieldSchema>;
export type Money = z.infer<typeof moneySchema>;

export const contentKinds = contentSchema.options.map((option) => option.shape.kind.value) as ContentKind[];
