import type { Content, Option } from './content.ts';

/**
 * What can be pressed in a content, in order: the options of a choice and its "none of these", the reply actions of cards, the
 * steps of a survey. The place in this list is what a payload carries, so an option's own id may be as long as a merchant likes.
 */
export function optionsOf(content: Content): Option[] {
  switch (content.kind) {
    case 'choice':
      return content.none === undefined ? content.options : [...content.options, noneOf(content)];
    case 'card':
      return repliesOf([content.card]);
    case 'carousel':
      return repliesOf(content.cards);
    case 'survey': {
      const { min, max } = content.scale;
      return Array.from({ length: max - min + 1 }, (_, i) => ({
        id: String(min + i),
        title: String(min + i),
      }));
    }
    default:
      return [];
  }
}

/** A choice as it is shown: its "none of these" is an option like the others, the last. Other content comes back as it is. */
export function foldNone(content: Content): Content {
  if (content.kind !== 'choice' || content.none === undefined) return content;
  const { none: _, ...rest } = content;
  return { ...rest, options: optionsOf(content) };
}

/** "None of these" as an option among the others. */
function noneOf({ options, none }: { options: Option[]; none?: string | undefined }): Option {
  let id = 'none';
  while (options.some((option) => option.id === id)) id += '_';
  return { id, title: none ?? '' };
}

const repliesOf = (
  cards: { actions?: { type: string; title: string; id?: string }[] | undefined }[],
): Option[] =>
  cards.flatMap((card) =>
    (card.actions ?? []).flatMap((action) =>
      action.type === 'reply' && action.id ? [{ id: action.id, title: action.title }] : [],
    ),
  );

/** The payload a button carries: message id, a dot, the option's place from 0. At most 34 bytes. */
export const optionPayload = (messageId: string, place: number): string => `${messageId}.${place}`;

/** The payload of several options chosen together, where a channel lets the consumer tick them: `msg_….0+2`. */
export const optionsPayload = (messageId: string, places: readonly number[]): string =>
  `${messageId}.${places.join('+')}`;

/** The payload of a form filled in on the platform; its values come beside it. */
export const formPayload = (messageId: string): string => `${messageId}.form`;

export interface ParsedPayload {
  messageId: string;
  /** Places of the options chosen, or `form`. */
  chosen: number[] | 'form';
}

/** The inverse of the payloads above; undefined for one that isn't the gateway's. */
export function parsePayload(payload: string): ParsedPayload | undefined {
  const match = /^(msg_[0-9A-Z]{26})\.(form|\d{1,3}(?:\+\d{1,3}){0,49})$/.exec(payload);
  if (!match) return undefined;
  const [, messageId, what] = match as unknown as [string, string, string];
  return { messageId, chosen: what === 'form' ? what : what.split('+').map(Number) };
}
