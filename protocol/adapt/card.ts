import type { Capabilities } from '../capabilities.ts';
import type { Action, Card, ContentOf } from '../content.ts';
import { cardText } from '../standalone.ts';
import { cutWithEllipsis } from '../text/split.ts';
import { fits } from '../text/units.ts';
import { sayAsk } from './ask.ts';
import { isNative, lose, payloadsOf, push, say, shortened } from './draft.ts';
import type { Draft } from './draft.ts';
import { mediaLink, mediaObstacle, placeMedia } from './media.ts';

/** A card, and where its replies stand in the message's question. */
export interface PlacedCard {
  card: Card;
  places: number[];
}

interface FittedCard {
  card: Card;
  /** What the card has no room for, as lines to be said after it. */
  aside: string[];
  cut: string[];
}

/** Numbers the replies of all cards through, as `optionsOf` does. */
export function placeCards(cards: Card[]): PlacedCard[] {
  let next = 0;
  return cards.map((card) => ({ card, places: repliesOf(card).map(() => next++) }));
}

type Reply = Extract<Action, { type: 'reply' }>;
const repliesOf = (card: Card): Reply[] => (card.actions ?? []).filter((action) => action.type === 'reply');

/** A card as one card, else as its picture with a caption, and its replies as a question. */
export function sayCard(draft: Draft, placed: PlacedCard): void {
  const fitted = isNative(draft, 'card') ? fitCard(draft, placed.card) : undefined;
  if (!fitted) return sayCardApart(draft, placed);
  for (const what of fitted.cut) lose(draft, what, 'shortened', 'too long for a card of this channel');
  push(draft, { kind: 'card', card: fitted.card }, payloadsOf(draft, placed.places));
  say(draft, fitted.aside.join('\n'));
}

/** Cards side by side, in groups that the channel takes; else text and cards one by one. */
export function sayCarousel(draft: Draft, content: ContentOf<'carousel'>, said: string | undefined): void {
  const placed = placeCards(content.cards);
  const fitted = isNative(draft, 'carousel') ? placed.map(({ card }) => fitCard(draft, card)) : [];
  const sizes = groupSizes(placed.length, draft.capabilities.carousel ?? { min: 1, max: placed.length });
  const whole = fitted.filter((card) => card !== undefined && card.aside.length === 0) as FittedCard[];
  const room = draft.capabilities.carousel?.text;
  // a channel that has carousels but no text of its own must hold the text in the first of them
  const holdsText = said && (!isNative(draft, 'text') || (room !== undefined && fits(said, room)));
  const textInside = holdsText && whole.length === placed.length && sizes.length > 0;
  if (said && !textInside) say(draft, said);
  if (whole.length < placed.length || sizes.length === 0) {
    for (const card of placed) sayCard(draft, card);
    return;
  }
  let from = 0;
  for (const size of sizes) {
    const group = whole.slice(from, from + size);
    for (const what of new Set(group.flatMap((card) => card.cut)))
      lose(draft, what, 'shortened', 'too long for a card of this channel');
    const places = placed.slice(from, from + size).flatMap((card) => card.places);
    const text = textInside && from === 0 ? { text: room ? shortened(draft, 'text', said, room) : said } : {};
    push(
      draft,
      { kind: 'carousel', ...text, cards: group.map((entry) => entry.card) },
      payloadsOf(draft, places),
    );
    from += size;
  }
}

/** As few groups as possible, as even as possible; none if a group would fall below the least. */
function groupSizes(count: number, { min, max }: { min: number; max: number }): number[] {
  const groups = Math.ceil(count / max);
  const sizes = Array.from({ length: groups }, (_, i) => Math.floor((count + i) / groups));
  return sizes.some((size) => size < min) ? [] : sizes;
}

/** The card as the channel's cards hold it; undefined where it can't hold the replies or lacks a picture it must have. */
function fitCard(draft: Draft, card: Card): FittedCard | undefined {
  const limits = draft.capabilities.card;
  const obstacle = card.image && mediaObstacle(draft, card.image);
  if (!limits) return obstacle ? undefined : { card, aside: [], cut: [] };
  if (limits.imageRequired && (!card.image || obstacle)) return undefined;
  const cut = new Set<string>();
  const actions = fitActions(card, limits, cut);
  if (!actions) return undefined;
  const held = (what: string, text: string, limit: { max: number; unit: Capabilities['text']['unit'] }) => {
    if (fits(text, limit)) return text;
    cut.add(what);
    return cutWithEllipsis(text, limit);
  };
  return {
    card: {
      title: held('title', card.title, limits.title),
      ...(card.subtitle ? { subtitle: held('subtitle', card.subtitle, limits.subtitle) } : {}),
      ...(card.image && !obstacle ? { image: card.image } : {}),
      ...(actions.held.length > 0 ? { actions: actions.held } : {}),
    },
    aside: [...(card.image && obstacle ? [mediaLink(draft, card.image)] : []), ...actions.aside],
    cut: [...cut],
  };
}

/** Replies must all be held; links and calls become lines where they have no place. */
function fitActions(card: Card, limits: NonNullable<Capabilities['card']>, cut: Set<string>) {
  const all = card.actions ?? [];
  let places = limits.actions - repliesOf(card).length;
  if (places < 0 || (repliesOf(card).length > 0 && !limits.actionTypes.includes('reply'))) return undefined;
  const held: Action[] = [];
  const aside: string[] = [];
  for (const action of all) {
    if (action.type !== 'reply' && (!limits.actionTypes.includes(action.type) || places-- <= 0)) {
      aside.push(`${action.title}: ${action.type === 'url' ? action.url : action.phone}`);
    } else
      held.push(
        fits(action.title, limits.label)
          ? action
          : { ...action, title: cutWithEllipsis(action.title, limits.label) },
      );
  }
  const changed = held.some((action) => !all.includes(action));
  if (changed) cut.add('actions');
  const distinct = new Set(held.map((action) => action.title)).size === held.length;
  return changed && !distinct ? undefined : { held, aside };
}

function sayCardApart(draft: Draft, { card, places }: PlacedCard): void {
  const replies = repliesOf(card);
  const text = cardText(card);
  if (replies.length === 0) return say(draft, card.image ? placeMedia(draft, card.image, text) : text);
  const link = card.image ? placeMedia(draft, card.image) : '';
  const ids = new Set<string>();
  const options = replies.map(({ id, title }, i) => {
    const own = ids.has(id) ? `${id.slice(0, 120)}.${places[i]}` : id;
    ids.add(own);
    return { id: own, title };
  });
  sayAsk(draft, { text: [text, link].filter(Boolean).join('\n'), options, places });
}
