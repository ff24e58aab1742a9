import type { Card, Content, Media, Money } from './content.ts';

/** An amount as people write it: `12.50 EUR`. Digits of the minor unit come from the runtime's ISO 4217 table. */
export function moneyText({ amount, currency }: Money): string {
  let digits = 2;
  try {
    digits =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2;
  } catch {
    // an unknown currency is written with two digits
  }
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

const mediaWord: Record<Media['type'], string> = {
  image: 'Image',
  audio: 'Audio',
  video: 'Video',
  file: 'File',
  sticker: 'Sticker',
};

export const mediaText = (media: Media): string => {
  const label = media.alt ?? media.name;
  return label ? `${mediaWord[media.type]}: ${label}` : mediaWord[media.type];
};

export const cardText = (card: Card): string =>
  [
    card.title,
    card.subtitle,
    ...(card.actions ?? []).flatMap((action) =>
      action.type === 'url'
        ? `${action.title}: ${action.url}`
        : action.type === 'call'
          ? `${action.title}: ${action.phone}`
          : [],
    ),
  ]
    .filter(Boolean)
    .join('\n');

const lines = (...parts: (string | undefined | false)[]): string => parts.filter(Boolean).join('\n');

/** The text that stands alone for any content. Total and pure; never empty except for signals and a taken-back reaction. */
export function standaloneText(content: Content): string {
  if (content.text) return content.text;
  switch (content.kind) {
    case 'text':
    case 'choice':
    case 'template':
    case 'survey':
    case 'edit':
    case 'native':
      return content.text;
    case 'media':
      return content.caption ?? mediaText(content.media);
    case 'location': {
      const point = `${content.latitude},${content.longitude}`;
      return lines(content.name, content.address, `geo:${point}`);
    }
    case 'contact':
      return content.contacts
        .map((contact) =>
          lines(contact.name, contact.organization, ...(contact.phones ?? []), ...(contact.emails ?? [])),
        )
        .join('\n\n');
    case 'card':
      return cardText(content.card);
    case 'carousel':
      return content.cards.map(cardText).join('\n\n');
    case 'form':
      return lines(content.title, ...content.fields.map((field) => field.label));
    case 'product':
      return content.items
        .map((item) => lines(item.title, item.description, item.price && moneyText(item.price), item.url))
        .join('\n\n');
    case 'order':
    case 'receipt':
      return lines(
        `${content.kind === 'order' ? 'Order' : 'Receipt'} ${content.order_id}`,
        ...content.items.map(
          (item) => `${item.quantity ?? 1} × ${item.title}${item.price ? ` ${moneyText(item.price)}` : ''}`,
        ),
        `Total: ${moneyText(content.total)}`,
        content.kind === 'receipt' && content.url,
      );
    case 'payment_request':
      return lines(content.description, `${moneyText(content.amount)} (${content.reference})`, content.url);
    case 'status':
      return lines(`${content.subject}: ${content.state}`, content.detail, content.eta, content.url);
    case 'appointment':
      return lines(
        content.title,
        content.end ? `${content.start} – ${content.end}` : content.start,
        content.place,
        content.url,
      );
    case 'reaction':
      return content.emoji;
    case 'removal':
      return '(message removed)';
    case 'typing':
    case 'read':
      return '';
  }
}
