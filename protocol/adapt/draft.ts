import type { Capabilities } from '../capabilities.ts';
import type { Content, ContentKind } from '../content.ts';
import type { Loss } from '../messages.ts';
import { optionPayload, optionsOf } from '../questions.ts';
import { transliterate } from '../text/gsm.ts';
import { cutWithEllipsis, splitText } from '../text/split.ts';
import { fits, measure } from '../text/units.ts';
import { numbersFor } from './numbering.ts';
import type { AdaptContext, Part } from './types.ts';

/** An adaptation in the making. */
export interface Draft {
  readonly capabilities: Capabilities;
  readonly context: AdaptContext;
  readonly parts: Part[];
  readonly losses: Loss[];
  /** Titles of all that can be answered, by place. */
  readonly titles: readonly string[];
  /** Place of "none of these" among them. */
  readonly nonePlace: number | undefined;
  /** See `numberingOf`. */
  numbering?: readonly number[];
  /** Places of the options that were shown with their number. */
  readonly numbered: Set<number>;
  /** There is something to say, and the channel has no kind to say it in. */
  unsayable: boolean;
}

export const createDraft = (content: Content, capabilities: Capabilities, context: AdaptContext): Draft => ({
  capabilities,
  context,
  parts: [],
  losses: [],
  titles: optionsOf(content).map((option) => option.title),
  nonePlace: content.kind === 'choice' && content.none !== undefined ? content.options.length : undefined,
  numbered: new Set(),
  unsayable: false,
});

export const isNative = (draft: Draft, kind: ContentKind): boolean =>
  draft.capabilities.outbound[kind] === 'native';

export function push(draft: Draft, content: Content, payloads: string[] = []): void {
  draft.parts.push(payloads.length > 0 ? { content, payloads } : { content });
}

/** Notes a loss of the part that comes next. */
export function lose(draft: Draft, what: string, how: Loss['how'], why: string): void {
  draft.losses.push({ part: draft.parts.length, what, why, how });
}

/** The number that each option has where it is shown as one, by place. */
export const numberingOf = (draft: Draft): readonly number[] =>
  (draft.numbering ??= numbersFor(draft.titles, {
    language: draft.context.language,
    nonePlace: draft.nonePlace,
  }));

/** Payloads of the options at these places. */
export const payloadsOf = (draft: Draft, places: readonly number[]): string[] =>
  places.map((place) => optionPayload(draft.context.messageId, place));

const defaultMaxParts = 20;

/** How many more parts a text may take, with `keep` of them spoken for. */
export const room = (draft: Draft, keep = 0): number =>
  Math.max(1, (draft.context.maxParts ?? defaultMaxParts) - draft.parts.length - keep);

/** A text in the channel's own letters, where that was asked for and the channel counts by them. */
export const lettersFor = ({ capabilities, context }: Draft, text: string): string =>
  context.transliterate && capabilities.text.unit === 'septets' ? transliterate(text) : text;

/** A text as the channel takes it: in pieces within its limit, numbered where neither channel nor thread keeps them in order. */
export function textPieces(draft: Draft, said: string, most: number): { texts: string[]; whole: boolean } {
  const { text: limit, replies } = draft.capabilities;
  const text = lettersFor(draft, said);
  const plain = splitText(text, limit);
  if (plain.length <= 1) return { texts: plain, whole: true };
  const widest = `(${most}/${most}) `;
  const counted = !replies && !limit.concatenated && measure(widest, limit.unit) * 4 <= limit.max;
  const reserve = counted ? widest : '';
  const texts = counted ? splitText(text, limit, reserve) : plain;
  const whole = texts.length <= most;
  if (!whole) texts.splice(most - 1, texts.length, cutWithEllipsis(texts[most - 1]!, limit, reserve));
  if (!counted || texts.length === 1) return { texts, whole };
  return { texts: texts.map((piece, i) => `(${i + 1}/${texts.length}) ${piece}`), whole };
}

/** Says a text in as many parts as it takes, up to the limit of parts. */
export function say(
  draft: Draft,
  text: string,
  options: { subject?: string | undefined; keep?: number } = {},
): void {
  if (text === '') return;
  if (!isNative(draft, 'text')) {
    draft.unsayable = true;
    return;
  }
  if (lettersFor(draft, text) !== text)
    lose(draft, 'letters', 'rewritten', 'written with the GSM alphabet, as asked');
  const { texts, whole } = textPieces(draft, text, room(draft, options.keep));
  for (const [i, piece] of texts.entries()) {
    if (!whole && i === texts.length - 1)
      lose(draft, 'text', 'shortened', `it would take more than ${texts.length} parts`);
    push(draft, {
      kind: 'text',
      text: piece,
      ...(i === 0 && options.subject ? { subject: options.subject } : {}),
    });
  }
}

/** A text of one part: shortened where it is over the limit. */
export function shortened(
  draft: Draft,
  what: string,
  text: string,
  limit: { max: number; unit: Capabilities['text']['unit'] },
): string {
  if (fits(text, limit)) return text;
  lose(draft, what, 'shortened', `the channel takes ${limit.max} ${limit.unit}`);
  return cutWithEllipsis(text, limit);
}
