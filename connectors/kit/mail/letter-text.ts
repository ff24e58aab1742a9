import { mediaText } from '../../../protocol/standalone.ts';
import { markdownToPlain } from '../../../protocol/text/index.ts';
import type { Media } from '../../../protocol/content.ts';
import { withoutControls } from './html.ts';
import { counted } from './letter.ts';
import type { Block, CardBlock, Letter, Line, Link } from './letter.ts';
import type { Placed } from './pictures.ts';
import type { Words } from './words.ts';

export interface TextFrame {
  words: Words;
  placed: ReadonlyMap<string, Placed>;
  unsubscribeUrl?: string | undefined;
}

const lines = (...parts: (string | undefined | false)[]): string => parts.filter(Boolean).join('\n');

/** The letter for readers of plain text: all that the HTML says, in the same order. */
export const letterText = (letter: Letter, frame: TextFrame): string =>
  withoutControls(
    [
      lines(letter.heading, letter.state),
      ...letter.blocks.map((block) => blockText(block, frame)),
      frame.unsubscribeUrl &&
        lines(frame.words.promotional, `${frame.words.unsubscribe}: ${frame.unsubscribeUrl}`),
    ]
      .filter(Boolean)
      .join('\n\n'),
  );

function blockText(block: Block, frame: TextFrame): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'markdown':
      return markdownToPlain(block.text);
    case 'amount':
      return `${frame.words.amount}: ${block.text}`;
    case 'facts':
      return lines(...block.facts.map(({ label, text }) => `${label}: ${text}`));
    case 'items':
      return lines(
        ...block.items.map((item) => lineText(item, frame)),
        `${frame.words.total}: ${block.total}`,
      );
    case 'card':
      return cardText(block.card, frame);
    case 'actions':
      return linksText(block.actions);
  }
}

function lineText(item: Line, frame: TextFrame): string {
  const { before, amount } = counted(item);
  return lines(
    `${before}${item.title}${amount && `: ${amount}`}`,
    item.description && `  ${item.description}`,
    item.url && `  ${item.url}`,
    item.image && mediaLine(item.image, frame),
  );
}

const cardText = (card: CardBlock, frame: TextFrame): string =>
  lines(
    card.title,
    card.text,
    card.amount,
    card.image && mediaLine(card.image, frame),
    linksText(card.actions),
  );

const linksText = (links: Link[]): string =>
  lines(...links.map(({ title, url }) => `${title}: ${url.replace(/^tel:/, '')}`));

/** A picture in the mail is named where it has words; one that is too large for a mail is where its link leads. */
function mediaLine(media: Media, { placed }: TextFrame): string | undefined {
  const place = placed.get(media.id ?? '');
  if (place?.how === 'linked') return `${mediaText(media)}: ${place.url}`;
  return media.alt || media.name ? `[${mediaText(media)}]` : undefined;
}
