import { ownText } from '../../../protocol/adapt/wording.ts';
import type { Action, Card, ContentOf } from '../../../protocol/content.ts';
import type { FileOf } from './file.ts';
import { cloudCapabilities, limits } from './capabilities.ts';
import { interactive } from './interactive.ts';
import type { Rendered } from './rendered.ts';

type Carousel = ContentOf<'carousel'>;

export const carouselLimits = { min: 2, max: 10, text: { max: limits.body, unit: 'utf16' as const } };

const textOf = ({ title, subtitle }: Card): string => [title, subtitle].filter(Boolean).join('\n');
const actionsOf = ({ actions = [] }: Card): Action[] => actions;

/** Whether all of it fits a media carousel, in which every card has a picture and the same buttons as the others. */
export function sideBySide(content: Carousel): boolean {
  const { cards } = content;
  const [first] = cards;
  const shape = first && actionsOf(first).map(({ type }) => type);
  const text = ownText(content);
  return (
    text !== undefined &&
    text.length <= limits.body &&
    cards.length >= carouselLimits.min &&
    cards.length <= carouselLimits.max &&
    ['url', 'reply', 'reply,reply'].includes(String(shape)) &&
    cards.every(
      (card) =>
        card.image?.type === 'image' &&
        textOf(card).length <= limits.cardText &&
        textOf(card).split('\n').length <= limits.cardLines &&
        String(actionsOf(card).map(({ type }) => type)) === String(shape) &&
        actionsOf(card).every(({ title }) => title.length <= cloudCapabilities.card.label.max),
    )
  );
}

/** "Interactive media carousel messages". The payloads run through all cards. */
export function carousel(content: Carousel, payloads: string[], fileOf: FileOf): Rendered {
  let next = 0;
  const cards = content.cards.map((card, index) => {
    const actions = actionsOf(card);
    const link = actions.find((action) => action.type === 'url');
    return {
      card_index: index,
      type: 'cta_url',
      header: { type: 'image', image: card.image && fileOf(card.image) },
      body: { text: textOf(card) },
      action: link
        ? { name: 'cta_url', parameters: { display_text: link.title, url: link.url } }
        : {
            buttons: actions.map(({ title }) => ({
              type: 'quick_reply',
              quick_reply: { id: payloads[next++], title },
            })),
          },
    };
  });
  return interactive({ type: 'carousel', body: { text: content.text }, action: { cards } });
}
