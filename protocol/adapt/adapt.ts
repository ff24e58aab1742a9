import type { Capabilities } from '../capabilities.ts';
import type { Content, ContentOf, Media } from '../content.ts';
import { foldNone, optionsOf } from '../questions.ts';
import { markdownToPlain } from '../text/markdown.ts';
import { fits } from '../text/units.ts';
import { sayAsk } from './ask.ts';
import { placeCards, sayCard, sayCarousel } from './card.ts';
import {
  createDraft,
  isNative,
  lettersFor,
  lose,
  numberingOf,
  payloadsOf,
  push,
  say,
  shortened,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { fieldContent, firstQuestion, formQuestion } from './form.ts';
import { placeMedia } from './media.ts';
import type { AdaptContext, Adaptation, Question } from './types.ts';
import { wellFormed } from './wellformed.ts';
import { ownText, wording } from './wording.ts';

const defaultExpirySeconds = 86_400;

/**
 * Turns content into what a channel can show: parts of kinds that it declared native, within every limit it declared; what was lost on
 * the way; and what is needed to read the answer. Pure and deterministic, total over all content; it never throws.
 */
export function adapt(content: Content, capabilities: Capabilities, context: AdaptContext): Adaptation {
  const { value, changed } = wellFormed(content);
  const support = capabilities.outbound[value.kind] ?? 'adapted';
  if (support === 'refused') return refusal;
  const draft = createDraft(value, capabilities, context);
  if (changed) lose(draft, 'text', 'rewritten', 'lone surrogates have no UTF-8 form');
  if (value.kind === 'form' && support !== 'dropped' && !isNative(draft, 'form'))
    return adaptForm(value, draft);
  if (support === 'dropped') drop(draft, value.kind);
  else render(draft, value);
  if (draft.unsayable) return refusal;
  const question = draft.parts.length > 0 ? questionOf(draft, value) : undefined;
  return { parts: draft.parts, losses: draft.losses, ...(question ? { question } : {}) };
}

const refusal: Adaptation = Object.freeze({ parts: [], losses: [], refused: 'content_unsupported' });

const drop = (draft: Draft, kind: string): void =>
  lose(draft, kind, 'dropped', 'the channel has no such thing');

/** A form where there are none: its first question. The gateway asks the others one by one, as they are answered. */
function adaptForm(form: ContentOf<'form'>, before: Draft): Adaptation {
  const { capabilities, context } = before;
  const { language } = context;
  // a form that could be begun and not ended is no form
  if (
    form.fields.some(
      (field) => adapt(fieldContent(field, language), capabilities, context).parts.length === 0,
    )
  )
    return refusal;
  lose(before, 'form', 'rewritten', 'the channel has no forms: its questions are asked one by one');
  const first = firstQuestion(form, ownText(form), language);
  const asked = adapt(first, capabilities, context);
  if (asked.refused || asked.parts.length === 0) return refusal;
  const question = formQuestion(
    { messageId: context.messageId, fields: form.fields, at: 0, values: {} },
    { messageId: context.messageId, asked: asked.question, expiresInSeconds: expiryOf(form) },
  );
  return { parts: asked.parts, losses: [...before.losses, ...asked.losses], question };
}

const expiryOf = (content: Content): number =>
  ('expires_in' in content ? content.expires_in : undefined) ?? defaultExpirySeconds;

function questionOf(draft: Draft, content: Content): Question | undefined {
  const { messageId } = draft.context;
  if (content.kind === 'form')
    return formQuestion(
      { messageId, fields: content.fields, at: undefined, values: {} },
      { messageId, asked: undefined, expiresInSeconds: expiryOf(content) },
    );
  const options = optionsOf(content);
  if (options.length === 0) return undefined;
  const { min_choices: min = 1, max_choices: max = 1, none } = content.kind === 'choice' ? content : {};
  return {
    type: content.kind === 'survey' ? 'survey' : 'choice',
    messageId,
    options: options.map(({ id, title }, place) => ({
      id,
      title,
      number: draft.numbered.has(place) ? numberingOf(draft)[place] : undefined,
      ...(none !== undefined && place === options.length - 1 ? { none: true as const } : {}),
    })),
    min,
    max,
    expiresInSeconds: expiryOf(content),
  };
}

/** One rule for each kind: as it is where it is native, else in kinds that are. */
function render(draft: Draft, content: Content): void {
  switch (content.kind) {
    case 'text':
      return sayText(draft, content);
    case 'media':
      return say(
        draft,
        placeMedia(
          draft,
          content.media,
          content.caption ?? (isNative(draft, 'media') ? '' : ownText(content)),
        ),
      );
    case 'choice': {
      const shown = foldNone(content) as ContentOf<'choice'>;
      return sayAsk(draft, { ...shown, places: shown.options.map((_, place) => place) });
    }
    case 'card':
      return sayCard(draft, placeCards([content.card])[0]!);
    case 'carousel':
      return sayCarousel(draft, content, ownText(content));
    case 'survey':
      return isNative(draft, 'survey') ? pass(draft, content) : saySurvey(draft, content);
    case 'template':
      return isNative(draft, 'template') ? pass(draft, content) : sayTemplate(draft, content);
    case 'form':
      return pass(draft, content);
    case 'product':
    case 'order':
    case 'receipt':
      if (!isNative(draft, content.kind) && content.items.some((item) => item.image))
        lose(draft, 'images', 'dropped', 'the items go as text');
      return passOrSay(draft, content);
    case 'edit':
      if (!isNative(draft, 'edit')) return say(draft, `*${content.text}`);
      return push(draft, {
        ...content,
        text: shortened(draft, 'text', content.text, draft.capabilities.text),
      });
    case 'reaction':
      return content.emoji === '' && !isNative(draft, 'reaction')
        ? drop(draft, 'reaction')
        : passOrSay(draft, content);
    case 'removal':
    case 'typing':
    case 'read':
      return isNative(draft, content.kind) ? pass(draft, content) : drop(draft, content.kind);
    case 'native':
      return isNative(draft, 'native') && content.connector === draft.context.connector
        ? pass(draft, content)
        : say(draft, content.text);
    case 'location':
    case 'contact':
    case 'payment_request':
    case 'status':
    case 'appointment':
      return passOrSay(draft, content);
  }
}

const pass = (draft: Draft, content: Content): void =>
  push(
    draft,
    content,
    payloadsOf(
      draft,
      optionsOf(content).map((_, place) => place),
    ),
  );

const passOrSay = (draft: Draft, content: Content): void =>
  isNative(draft, content.kind) ? pass(draft, content) : say(draft, wording(content));

function sayText(draft: Draft, content: ContentOf<'text'>): void {
  const { text: limit } = draft.capabilities;
  const subject = limit.subject ? content.subject : undefined;
  if (content.subject && !limit.subject) lose(draft, 'subject', 'dropped', 'the channel has no subjects');
  if (content.format !== 'markdown') {
    const asIs = fits(content.text, limit) && lettersFor(draft, content.text) === content.text;
    if (!asIs || !isNative(draft, 'text')) return say(draft, content.text, { subject });
    return push(draft, {
      kind: 'text',
      text: content.text,
      ...(content.format ? { format: content.format } : {}),
      ...(subject ? { subject } : {}),
    });
  }
  if (limit.markdown && isNative(draft, 'text')) {
    if (fits(content.text, limit))
      return push(draft, {
        kind: 'text',
        text: content.text,
        format: 'markdown',
        ...(subject ? { subject } : {}),
      });
    lose(draft, 'formatting', 'dropped', `over ${limit.max} ${limit.unit}: it goes as plain text in pieces`);
  }
  say(draft, markdownToPlain(content.text) || content.text, { subject });
}

function saySurvey(draft: Draft, content: ContentOf<'survey'>): void {
  const { min, max, low, high } = content.scale;
  const options = optionsOf(content);
  const ends = [low ? `${min} = ${low}` : '', high ? `${max} = ${high}` : ''].filter(Boolean).join('\n');
  const text = [content.text, ends].filter(Boolean).join('\n\n');
  sayAsk(draft, { text, options, places: options.map((_, place) => place) });
}

function sayTemplate(draft: Draft, content: ContentOf<'template'>): void {
  const header = content.header?.find((entry): entry is Media => typeof entry !== 'string');
  if (content.buttons?.length) lose(draft, 'buttons', 'dropped', 'the template goes as its text');
  const link = header ? placeMedia(draft, header) : '';
  say(draft, [content.text, link].filter(Boolean).join('\n'));
}
