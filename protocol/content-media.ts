import type { Card, Content, Media } from './content.ts';

/** The same content with every media item in it replaced. Pure; content without media comes back as it is. */
export function mapMedia(content: Content, change: (media: Media) => Media): Content {
  switch (content.kind) {
    case 'media':
      return { ...content, media: change(content.media) };
    case 'card':
      return { ...content, card: cardMedia(content.card, change) };
    case 'carousel':
      return { ...content, cards: content.cards.map((card) => cardMedia(card, change)) };
    case 'product':
    case 'order':
    case 'receipt':
      return {
        ...content,
        items: content.items.map((item) => (item.image ? { ...item, image: change(item.image) } : item)),
      };
    case 'template':
      return content.header
        ? {
            ...content,
            header: content.header.map((part) => (typeof part === 'string' ? part : change(part))),
          }
        : content;
    default:
      return content;
  }
}

const cardMedia = (card: Card, change: (media: Media) => Media): Card =>
  card.image ? { ...card, image: change(card.image) } : card;

/** Every media item in a content, in order. */
export function mediaIn(content: Content): Media[] {
  const found: Media[] = [];
  mapMedia(content, (media) => {
    found.push(media);
    return media;
  });
  return found;
}
