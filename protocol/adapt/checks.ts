import type { Capabilities, Limit } from '../capabilities.ts';
import type { Card, Content, Media } from '../content.ts';
import { optionsOf, parsePayload } from '../questions.ts';
import { measure } from '../text/units.ts';
import type { Answer } from '../messages.ts';
import { answerTo, readAnswer } from './answers.ts';
import type { Given } from './answers.ts';
import { context } from './arbitraries.ts';
import type { Adaptation, Part, Question } from './types.ts';

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
      if ((content.max_choices ?? 1) > 1 && !limits.multiple) found.push('several');
      if (content.none !== undefined) found.push('none apart');
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
      check('text', content.text, capabilities.carousel?.text);
      break;
    default:
  }
  return found;
}

/** Each way in which an option of the question can be answered, and what it comes back as. */
export function answers({ parts, question }: Adaptation, place: number): Answer[] {
  const { number } = question!.options[place]!;
  const payload = parts
    .flatMap((part) => part.payloads ?? [])
    .map(parsePayload)
    .find((one) => one !== undefined && one.chosen !== 'form' && one.chosen[0] === place);
  const pressed: Given | undefined =
    payload && payload.chosen !== 'form'
      ? { type: 'options', places: payload.chosen, via: 'payload' }
      : undefined;
  const typed =
    number === undefined ? undefined : readAnswer({ kind: 'text', text: String(number) }, question!);
  return [pressed, typed].flatMap((given) => (given ? (answerTo(question!, given)?.answer ?? []) : []));
}

/** What choosing this option alone must come back as. */
export function expected(question: Question, place: number): Partial<Answer> {
  const { id, title, none } = question.options[place]!;
  const field = question.form?.fields[question.form.at!];
  if (question.type === 'survey') return { type: 'survey', value: Number(id) };
  if (!field) return { type: 'choice', options: none ? [] : [{ id, title }] };
  const value = (field.max_choices ?? 1) > 1 ? [id] : id;
  return { type: 'form', values: none ? {} : { [field.id]: value } };
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
        content.none ?? '',
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
        // the others come in messages of their own
        ...content.fields
          .slice(0, 1)
          .flatMap((field) => [field.label, ...(field.options ?? []).map((option) => option.title)]),
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
