import type { Card } from '../../protocol/content.ts';
import { cardText } from '../../protocol/standalone.ts';
import { pressableCards } from '../kit/pressable.ts';
import type { PressableAction } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { addressOf } from './files.ts';
import type { Body, Files } from './files.ts';
import { replyButton, shown } from './keyboard.ts';
import { limits } from './manifest.ts';

/** Rows of a card with a picture: what a rich media message has at most. */
const mostRows = 7;
const columns = 6;
/** Rows for title and subtitle. */
const leastTextRows = 2;
/** Clients from this version on show rich media; older ones the alternative text. */
const minApiVersion = 7;

/** Cards side by side as rich media: each is as many rows as all others, picture above, words in the middle, buttons below. */
export function carousel(cards: Card[], payloads: string[], files: Files): Body[] {
  const placed = pressableCards(cards, payloads).map((card) => ({
    card,
    buttons: card.actions.map(button),
    image: imageOf(card, files),
  }));
  const tallest = Math.max(...placed.map(({ buttons }) => buttons.length));
  const rows = placed.some(({ image }) => image) ? mostRows : leastTextRows + tallest;
  const apart = cards.flatMap((card, index) => (placed[index]!.image ? [] : pictureApart(card, files)));
  return [...apart, ...richMedia(placed, rows)];
}

interface Placed {
  card: Card;
  buttons: Body[];
  image: string | undefined;
}

/** As many messages as the size of a request makes of it. */
function richMedia(placed: Placed[], rows: number): Body[] {
  const body = {
    type: 'rich_media',
    min_api_version: minApiVersion,
    alt_text: shorten(placed.map(({ card }) => cardText(card)).join('\n\n'), { max: 1000, unit: 'utf16' }),
    rich_media: {
      Type: 'rich_media',
      ButtonsGroupColumns: columns,
      ButtonsGroupRows: rows,
      Buttons: placed.flatMap((each) => block(each, rows)),
    },
  };
  if (placed.length === 1 || Buffer.byteLength(JSON.stringify(body)) <= limits.requestBytes - 2000)
    return [body];
  const half = Math.ceil(placed.length / 2);
  return [...richMedia(placed.slice(0, half), rows), ...richMedia(placed.slice(half), rows)];
}

function block({ card, buttons, image }: Placed, rows: number): Body[] {
  const pictureRows = image ? Math.min(3, rows - leastTextRows - buttons.length) : 0;
  const still = { Columns: columns, ActionType: 'none', ActionBody: 'none' };
  return [
    ...(image ? [{ ...still, Rows: pictureRows, Image: image }] : []),
    {
      ...still,
      Rows: rows - pictureRows - buttons.length,
      Text: words(card),
      TextVAlign: 'middle',
      TextHAlign: 'left',
    },
    ...buttons.map((each) => ({ Columns: columns, ...each })),
  ];
}

function words({ title, subtitle }: Card): string {
  const head = `<b>${shown(title, limits.buttonText - 11)}</b>`;
  const room = limits.buttonText - head.length - '<br>'.length;
  return subtitle && room > 1 ? `${head}<br>${shown(subtitle, room)}` : head;
}

function button(action: PressableAction): Body {
  if (action.type === 'reply') return replyButton(action);
  const url = action.type === 'url' ? action.url : `tel:${action.phone}`;
  return { Rows: 1, ActionType: 'open-url', ActionBody: url, Text: shown(action.title, limits.buttonText) };
}

const isSmall = ({ image }: Card, files: Files): boolean => {
  const file = image?.id === undefined ? undefined : files.get(image.id);
  return (
    file !== undefined && file.bytes <= limits.buttonImageBytes && /^image\/(jpeg|png)\b/.test(file.mediaType)
  );
};

const imageOf = (card: Card, files: Files): string | undefined =>
  card.image && isSmall(card, files) ? addressOf(card.image, files) : undefined;

/** A picture too large for a button goes before the cards. */
function pictureApart({ image, title }: Card, files: Files): Body[] {
  const url = image && addressOf(image, files);
  return url && url.length <= limits.url
    ? [{ type: 'picture', text: shorten(title, limits.caption), media: url }]
    : [];
}
