import { z } from 'zod';
import type { Capabilities, Limit } from './capabilities.ts';
import type { Action, Card, Content, ContentOf, Field, Option } from './content.ts';
import { contentKinds } from './content.ts';
import { foldNone, optionsOf } from './questions.ts';
import { blockSchema, gaugeOf } from './rendering-blocks.ts';
import type { Block, Button, DrawnCard } from './rendering-blocks.ts';
import {
  billBlocks,
  body,
  contactBlocks,
  drawnItem,
  facts,
  given,
  line,
  pictureOf,
  templateBlocks,
} from './rendering-tables.ts';
import { moneyText } from './standalone.ts';

/** One part of a message as it looks on its channel: a bubble (or a line of the system), its blocks from top to bottom. */
export const renderingSchema = z
  .strictObject({ kind: z.enum(contentKinds as [Content['kind']]), blocks: z.array(blockSchema).min(1) })
  .meta({ id: 'Rendering' });
export type Rendering = z.infer<typeof renderingSchema>;

/**
 * How a content looks on a channel, for a screen to draw: everything in it that a consumer would see, and how full each text is in the
 * channel's own unit. Made of a part of an adaptation; other content comes out without complaint. Pure and total; it never throws.
 */
export const renderingOf = (content: Content, capabilities: Capabilities): Rendering => ({
  kind: content.kind,
  blocks: blocksOf(content, capabilities),
});

function blocksOf(content: Content, capabilities: Capabilities): Block[] {
  switch (content.kind) {
    case 'text':
      return [
        ...line('subject', content.subject),
        body(content.text, capabilities.text, content.format === 'markdown' ? 'markdown' : 'plain'),
      ];
    case 'media':
      return [
        { type: 'media', media: pictureOf(content.media, capabilities) },
        ...line('caption', content.caption, capabilities.caption),
      ];
    case 'location': {
      const { latitude, longitude, name, address } = content;
      return [{ type: 'place', latitude, longitude, ...given({ name, address }) }];
    }
    case 'contact':
      return content.contacts.flatMap(contactBlocks);
    case 'choice':
      return choiceBlocks(foldNone(content) as ContentOf<'choice'>, capabilities);
    case 'card':
      return [{ type: 'cards', cards: [drawnCard(content.card, capabilities)] }];
    case 'carousel':
      return [
        ...line('body', content.text, capabilities.text),
        { type: 'cards', cards: content.cards.map((card) => drawnCard(card, capabilities)) },
      ];
    case 'form':
      return [
        ...line('title', content.title),
        ...line('body', content.text, capabilities.text),
        { type: 'fields', fields: content.fields.map(drawnField) },
      ];
    case 'template':
      return templateBlocks(content, capabilities);
    case 'product':
      return [{ type: 'items', items: content.items.map((item) => drawnItem(item, capabilities)) }];
    case 'order':
    case 'receipt':
      return billBlocks(content, capabilities);
    case 'payment_request':
      return [
        ...line('body', content.description),
        facts({ reference: content.reference, amount: moneyText(content.amount), link: content.url }),
      ];
    case 'status': {
      const { subject, state, detail, eta, url } = content;
      return [facts({ subject, state, detail, eta, link: url })];
    }
    case 'appointment': {
      const { title, start, end, place, url } = content;
      return [...line('title', title), facts({ start, end, place, link: url })];
    }
    case 'survey':
      return surveyBlocks(content, capabilities);
    case 'reaction':
      return [
        content.emoji === ''
          ? { type: 'system', about: 'reaction_taken_back', message_id: content.message_id }
          : { type: 'system', about: 'reaction', message_id: content.message_id, text: content.emoji },
      ];
    case 'edit':
      return [
        { type: 'system', about: 'edit', message_id: content.message_id },
        body(content.text, capabilities.text),
      ];
    case 'removal':
    case 'read':
      return [{ type: 'system', about: content.kind, message_id: content.message_id }];
    case 'typing':
      return [{ type: 'system', about: content.on === false ? 'typing_stopped' : 'typing' }];
    case 'native':
      return [{ type: 'system', about: 'native', text: content.connector }, body(content.text, undefined)];
  }
}

function choiceBlocks(content: ContentOf<'choice'>, capabilities: Capabilities): Block[] {
  const { style, options, button } = content;
  const limits = style && capabilities[style];
  const { min_choices: min = 1, max_choices: max = 1 } = content;
  const several = max > 1 ? { several: { min, max } } : {};
  const opens = button ? { opens: { title: button, ...gaugeOf(button, capabilities.list?.button) } } : {};
  const shown: Block =
    style === 'list'
      ? { type: 'list', ...opens, rows: options.map((option) => rowOf(option, capabilities)), ...several }
      : {
          type: 'buttons',
          buttons: options.map(({ title }) => ({
            title,
            does: 'reply' as const,
            ...gaugeOf(title, limits?.label),
          })),
          ...several,
        };
  // buttons have no room for descriptions; where a channel sets no look, they stand beside them
  const described = style === 'list' ? [] : options.flatMap(({ description }) => line('body', description));
  return [
    ...line('header', content.header, limits?.header),
    body(content.text, limits?.body ?? capabilities.text),
    ...described,
    ...line('footer', content.footer, limits?.footer),
    shown,
  ];
}

const rowOf = ({ title, description }: Option, { list }: Capabilities) => ({
  title,
  ...gaugeOf(title, list?.label),
  ...(description
    ? { description, ...renamed(gaugeOf(description, list?.description), 'description_gauge') }
    : {}),
});

const renamed = <N extends string>({ gauge }: ReturnType<typeof gaugeOf>, name: N) =>
  (gauge ? { [name]: gauge } : {}) as { [K in N]?: NonNullable<typeof gauge> };

function drawnCard(card: Card, capabilities: Capabilities): DrawnCard {
  const limits = capabilities.card;
  const { title, subtitle, image, actions = [] } = card;
  return {
    title,
    ...gaugeOf(title, limits?.title),
    ...(subtitle ? { subtitle, ...renamed(gaugeOf(subtitle, limits?.subtitle), 'subtitle_gauge') } : {}),
    ...(image ? { image: pictureOf(image, capabilities) } : {}),
    buttons: actions.map((action) => buttonOf(action, limits?.label)),
  };
}

const buttonOf = (action: Action, limit: Limit | undefined): Button => ({
  title: action.title,
  does: action.type,
  ...(action.type === 'reply' ? {} : { target: action.type === 'url' ? action.url : action.phone }),
  ...gaugeOf(action.title, limit),
});

function drawnField({ label, type, required = false, options, max_choices: max = 1 }: Field) {
  return {
    label,
    type,
    required,
    ...(options
      ? { options: options.map(({ title, description }) => ({ title, ...given({ description }) })) }
      : {}),
    ...(max > 1 ? { several: { min: 1, max } } : {}),
  };
}

function surveyBlocks(content: ContentOf<'survey'>, { text: limit }: Capabilities): Block[] {
  const { low, high } = content.scale;
  return [
    body(content.text, limit),
    { type: 'buttons', buttons: optionsOf(content).map(({ title }) => ({ title, does: 'reply' as const })) },
    ...(low || high ? [facts({ scale_low: low, scale_high: high })] : []),
  ];
}
