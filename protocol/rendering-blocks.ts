import { z } from 'zod';
import { unitSchema } from './capabilities.ts';
import type { Limit } from './capabilities.ts';
import { measure } from './text/units.ts';

/**
 * What a message looks like, in as few words as a screen needs: a part is one bubble, and its blocks stand in it from top to bottom.
 * It belongs to no channel; whoever draws it chooses how. Every text in it is plain data and must be escaped where it is drawn.
 */

/** How full a text is, in the channel's own unit. Left out where the channel sets no limit. */
export const gaugeSchema = z
  .strictObject({ length: z.int().nonnegative(), max: z.int().positive(), unit: unitSchema })
  .meta({ id: 'Gauge' });
export type Gauge = z.infer<typeof gaugeSchema>;

export const gaugeOf = (text: string, limit: Limit | undefined): { gauge?: Gauge } =>
  limit ? { gauge: { length: measure(text, limit.unit), max: limit.max, unit: limit.unit } } : {};

const gauge = gaugeSchema.optional();
const text = z.string();

const textBlock = z.strictObject({
  type: z.literal('text'),
  role: z.enum(['subject', 'header', 'title', 'body', 'caption', 'footer']),
  text,
  format: z.enum(['plain', 'markdown']),
  gauge,
});

const pictureSchema = z.strictObject({
  type: z.enum(['image', 'audio', 'video', 'file', 'sticker']),
  name: text.optional(),
  alt: text.optional(),
  media_type: text.optional(),
  bytes: z.int().nonnegative().optional(),
  max_bytes: z.int().positive().optional().describe('The most the channel takes of this type'),
  id: text.optional(),
  url: text.optional(),
});
export type Picture = z.infer<typeof pictureSchema>;
const mediaBlock = z.strictObject({ type: z.literal('media'), media: pictureSchema });

/** Something to press: an answer that comes back, or a way out of the conversation. */
const buttonSchema = z.strictObject({
  title: text,
  does: z.enum(['reply', 'url', 'call', 'other']),
  target: text.optional().describe('The address or number it leads to'),
  gauge,
});
export type Button = z.infer<typeof buttonSchema>;
const several = z
  .strictObject({ min: z.int().positive(), max: z.int().positive() })
  .optional()
  .describe('How many may be chosen together; left out: one');
const buttonsBlock = z.strictObject({ type: z.literal('buttons'), buttons: z.array(buttonSchema), several });

const listBlock = z.strictObject({
  type: z.literal('list'),
  opens: z
    .strictObject({ title: text, gauge })
    .optional()
    .describe('What opens the list; left out: the channel has words of its own'),
  rows: z.array(
    z.strictObject({ title: text, gauge, description: text.optional(), description_gauge: gauge }),
  ),
  several,
});

const cardSchema = z.strictObject({
  title: text,
  gauge,
  subtitle: text.optional(),
  subtitle_gauge: gauge,
  image: pictureSchema.optional(),
  buttons: z.array(buttonSchema),
});
export type DrawnCard = z.infer<typeof cardSchema>;
const cardsBlock = z.strictObject({ type: z.literal('cards'), cards: z.array(cardSchema) });

const fieldsBlock = z.strictObject({
  type: z.literal('fields'),
  fields: z.array(
    z.strictObject({
      label: text,
      type: z.enum(['text', 'number', 'date', 'email', 'phone', 'choice', 'location']),
      required: z.boolean(),
      options: z
        .array(z.strictObject({ title: text, description: text.optional() }))
        .optional()
        .describe('For type "choice"'),
      several,
    }),
  ),
});

const itemSchema = z.strictObject({
  title: text,
  description: text.optional(),
  quantity: z.int().positive().optional(),
  price: text.optional(),
  url: text.optional(),
  image: pictureSchema.optional(),
});
export type Item = z.infer<typeof itemSchema>;
const itemsBlock = z.strictObject({ type: z.literal('items'), items: z.array(itemSchema) });

/** A table of facts. Names are a closed list, for whoever draws it to put them in words. */
const factsBlock = z.strictObject({
  type: z.literal('facts'),
  facts: z.array(
    z.strictObject({
      name: z.enum([
        'order',
        'receipt',
        'reference',
        'state',
        'total',
        'amount',
        'payment_method',
        'subject',
        'detail',
        'eta',
        'start',
        'end',
        'place',
        'link',
        'scale_low',
        'scale_high',
        'template',
        'language',
        'parameter',
        'organization',
        'phone',
        'email',
      ]),
      value: text,
    }),
  ),
});
export type Fact = z.infer<typeof factsBlock>['facts'][number];

const placeBlock = z.strictObject({
  type: z.literal('place'),
  latitude: z.number(),
  longitude: z.number(),
  name: text.optional(),
  address: text.optional(),
});

/** A line of the system: something that happens rather than is said. */
const systemBlock = z.strictObject({
  type: z.literal('system'),
  about: z.enum([
    'reaction',
    'reaction_taken_back',
    'edit',
    'removal',
    'typing',
    'typing_stopped',
    'read',
    'native',
  ]),
  message_id: text.optional().describe('The earlier message that it is about'),
  text: text.optional().describe('The emoji of a reaction; the connector of a platform’s own payload'),
});

export const blockSchema = z
  .discriminatedUnion('type', [
    textBlock,
    mediaBlock,
    buttonsBlock,
    listBlock,
    cardsBlock,
    fieldsBlock,
    itemsBlock,
    factsBlock,
    placeBlock,
    systemBlock,
  ])
  .meta({ id: 'Block' });
export type Block = z.infer<typeof blockSchema>;
