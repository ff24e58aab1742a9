import type { Content, Option } from './content.ts';

/**
 * What can be answered in a content, in order: the options of a choice, the reply actions of cards, the steps of a survey.
 * The place in this list is what a payload carries, so an option's own id may be as long as a merchant likes.
 */
export function optionsOf(content: Content): Option[] {
  switch (content.kind) {
    case 'choice':
      return content.options;
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

const repliesOf = (
  cards: { actions?: { type: string; title: string; id?: string }[] | undefined }[],
): Option[] =>
  cards.flatMap((card) =>
    (card.actions ?? []).flatMap((action) =>
      action.type === 'reply' && action.id ? [{ id: action.id, title: action.title }] : [],
    ),
  );

/** The payload a button carries: message id, a dot, the option's place from 0. At most 34 bytes. */
export const optionPayload = (messageId: string, index: number): string => `${messageId}.${index}`;

/** The inverse of `optionPayload`; undefined for a payload that isn't the gateway's. */
export function parseOptionPayload(payload: string): { messageId: string; index: number } | undefined {
  const match = /^(msg_[0-9A-Z]{26})\.(\d{1,3})$/.exec(payload);
  return match ? { messageId: match[1]!, index: Number(match[2]) } : undefined;
}
