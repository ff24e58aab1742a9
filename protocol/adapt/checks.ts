import type { Capabilities, Limit } from '../capabilities.ts';
import type { Card, Content, Media } from '../content.ts';
import { optionsOf, parseOptionPayload } from '../questions.ts';
import { measure } from '../text/units.ts';
import { readAnswer } from './answers.ts';
import { context } from './arbitraries.ts';
import type { Adaptation, Part } from './types.ts';

/** What must hold of every adaptation, written apart from the code that makes it. For tests, here and over real connectors. */

/** Everything in a part that goes over what the channel declared. */
export function breaches({ content, payloads = [] }: Part, capabilities: Capabilities): string[] {
  const found: string[] = [];
  const check = (what: string, text: string | undefined, limit: Limit | undefined) => {
    if (text !== undefined && limit && measure(text, limit.unit) > limit.max)
      found.push(`${what}: ${measure(text, limit.unit)} > ${limit.max} ${limit.unit}`);
  };
  const checkMedia = (media: Media | undefined) => {
    if (media && capabilities.media && !capabilities.media[media.type]) found.push(`media ${media.type}`);
    const known = media?.id ? (context.mediaBytes!(media.id)?.bytes ?? media.bytes) : media?.bytes;
    const most = media && capabilities.media?.[media.type]?.maxBytes;
    if (known !== undefined && most !== undefined && known > most) found.push('media bytes');
  };
  const checkCard = (card: Card) => {
    checkMedia(card.image);
    const limits = capabilities.card;
    if (!limits) return;
    check('title', card.title, limits.title);
    check('subtitle', card.subtitle, limits.subtitle);
    if ((card.actions?.length ?? 0) > limits.actions) found.push('actions');
    if (limits.imageRequired && !card.image) found.push('no image');
    for (const action of card.actions ?? []) {
      check('action', action.title, limits.label);
      if (!limits.actionTypes.includes(action.type)) found.push(action.type);
    }
  };
  if (capabilities.outbound[content.kind] !== 'native') found.push(`kind ${content.kind}`);
  if (payloads.length !== optionsOf(content).length) found.push('payloads');
  switch (content.kind) {
    case 'text':
      check('text', content.text, capabilities.text);
      if (content.subject && !capabilities.text.subject) found.push('subject');
      if (content.format === 'markdown' && !capabilities.text.markdown) found.push('markdown');
      break;
    case 'edit':
      check('text', content.text, capabilities.text);
      break;
    case 'media':
      checkMedia(content.media);
      check('caption', content.caption, capabilities.caption ?? { max: 0.5, unit: 'utf16' });
      break;
    case 'choice': {
      const limits = content.style && capabilities[content.style];
      if (!limits && (capabilities.buttons || capabilities.list)) found.push('look');
      check('body', content.text, limits?.body ?? capabilities.text);
      if (!limits) break;
      check('header', content.header, limits.header ?? { max: 0.5, unit: 'utf16' });
      check('footer', content.footer, limits.footer ?? { max: 0.5, unit: 'utf16' });
      if (content.options.length > limits.max) found.push('count');
      if (new Set(content.options.map((option) => option.title)).size < content.options.length)
        found.push('twins');
      for (const option of content.options) check('label', option.title, limits.label);
      for (const payload of payloads) check('payload', payload, limits.payload);
      for (const option of content.options)
        check(
          'description',
          option.description,
          content.style === 'list' ? capabilities.list!.description : { max: 0.5, unit: 'utf16' },
        );
      check(
        'button',
        content.button,
        content.style === 'list' ? capabilities.list!.button : { max: 0.5, unit: 'utf16' },
      );
      break;
    }
    case 'card':
      checkCard(content.card);
      break;
    case 'carousel':
      content.cards.forEach(checkCard);
      if (
        capabilities.carousel &&
        (content.cards.length > capabilities.carousel.max || content.cards.length < capabilities.carousel.min)
      )
        found.push('cards');
      break;
    default:
  }
  return found;
}

/** How each place in the question can be answered, and what it comes back as. */
export function answers(adaptation: Adaptation, place: number): number[] {
  const option = adaptation.question!.options[place]!;
  const payload = adaptation.parts
    .flatMap((part) => part.payloads ?? [])
    .map(parseOptionPayload)
    .find((one) => one?.index === place);
  const typed =
    option.number === undefined ? undefined : readAnswer(String(option.number), adaptation.question!);
  return [payload?.index, typed?.index].filter((index) => index !== undefined);
}

export const squeezed = (text: string): string => text.replace(/[\s\u200b]/g, '');

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

/** What a consumer reads, with white space and part numbers out. */
export const shown = (parts: Part[]): string =>
  squeezed(parts.flatMap(({ content }) => read(content)).join(' '));

function read(content: Content): string[] {
  if (content.kind === 'text') return [content.subject ?? '', content.text.replace(/^\(\d+\/\d+\) /, '')];
  const { kind: _, text, ...rest } = content;
  return [text ?? '', ...strings(rest)];
}

/** What the merchant wrote for a consumer to read. */
export function written(content: Content): string[] {
  switch (content.kind) {
    case 'text':
      return [content.format === 'markdown' ? '' : content.text, content.subject ?? ''];
    case 'media':
      return [content.caption ?? '', content.media.alt ?? ''];
    case 'choice':
      return [
        content.text,
        content.header ?? '',
        content.footer ?? '',
        ...content.options.flatMap((option) => [option.title, option.description ?? '']),
      ];
    case 'card':
    case 'carousel':
      return [
        (content.kind === 'carousel' && content.text) || '',
        ...(content.kind === 'card' ? [content.card] : content.cards).flatMap((card) => [
          card.title,
          card.subtitle ?? '',
          ...strings((card.actions ?? []).map(({ title }) => title)),
        ]),
      ];
    case 'form':
      return [
        content.title,
        content.text ?? '',
        ...content.fields.flatMap((field) => [
          field.label,
          ...(field.options ?? []).map((option) => option.title),
        ]),
      ];
    case 'survey':
      return [content.text, content.scale.low ?? '', content.scale.high ?? ''];
    case 'payment_request':
      return [content.reference, content.description ?? '', content.url];
    case 'status':
      return [content.subject, content.state, content.detail ?? '', content.url ?? ''];
    case 'appointment':
      return [content.title, content.place ?? '', content.url ?? ''];
    case 'edit':
    case 'template':
    case 'native':
      return [content.kind === 'native' ? '' : content.text];
    default:
      return [];
  }
}
