import type { Card, ContentOf } from '../../protocol/content.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { SendRequest } from '../contract/index.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { pressableCards, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';
import { singleStar } from '../kit/single-star.ts';
import { shorten } from '../kit/text.ts';
import { limits, maxMessageBytes } from './manifest.ts';

type Json = Record<string, unknown>;

/** Chat has no escapes: a mention or a link that a text would become by itself is broken by a mark without width. */
export const harmless = (text: string): string =>
  text.replace(/<(?=(?:users|https?|mailto)[/:])/gi, '<\u200b');
/** Texts of cards take a little HTML. */
export const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');

/** The message ("Message"), or undefined where Chat has none for it. */
export function render({ part, media }: Pick<SendRequest, 'part' | 'media'>): Json | undefined {
  const { content, payloads = [] } = part;
  switch (content.kind) {
    case 'text':
      return {
        text: content.format === 'markdown' ? singleStar(content.text, harmless) : harmless(content.text),
      };
    case 'edit':
      return { text: harmless(content.text) };
    case 'media': {
      const url = mediaUrl(content.media, media);
      return url === undefined
        ? undefined
        : {
            ...(content.caption ? { text: harmless(content.caption) } : {}),
            ...cardOf([picture(url, content.media.alt)], content),
          };
    }
    case 'choice':
      return choice(content, payloads);
    case 'card':
      return cardOf(widgetsOf([content.card], payloads, media)[0] ?? [], content);
    case 'carousel': {
      const carouselCards = widgetsOf(content.cards, payloads, media).map((widgets) => ({ widgets }));
      return cardOf(
        [...(content.text ? [paragraph(content.text)] : []), { carousel: { carouselCards } }],
        content,
      );
    }
    case 'native':
      return { ...content.payload };
    default:
      return undefined;
  }
}

const paragraph = (text: string): Json => ({ textParagraph: { text: html(text) } });
const picture = (imageUrl: string, alt?: string): Json => ({
  image: { imageUrl, ...(alt ? { altText: alt } : {}) },
});

/** One card with one section; the text is for notifications and for who cannot see cards. */
const cardOf = (widgets: Json[], content: SendRequest['part']['content'], header?: string): Json => ({
  fallbackText: shorten(standaloneText(content), limits.title),
  cardsV2: [
    { cardId: 'card', card: { ...(header ? { header: { title: header } } : {}), sections: [{ widgets }] } },
  ],
});

/** What a press brings back. */
const pressable = ({ title, payload }: Pressable): Json => ({
  text: title,
  onClick: {
    action: {
      function: 'passerelle',
      parameters: [
        { key: 'payload', value: payload },
        { key: 'title', value: title },
      ],
    },
  },
});

function choice(content: ContentOf<'choice'>, payloads: string[]): Json {
  const { text, header, options } = content;
  const buttons = pressableOptions(options, payloads).map(pressable);
  return cardOf([paragraph(text), { buttonList: { buttons } }], content, header);
}

function button(action: PressableAction): Json[] {
  if (action.type === 'reply') return [pressable(action)];
  return action.type === 'url' && action.url.length <= limits.url
    ? [{ text: action.title, onClick: { openLink: { url: action.url } } }]
    : [];
}

function widgetsOf(cards: Card[], payloads: string[], media: SendRequest['media']): Json[][] {
  return pressableCards(cards, payloads).map(({ title, subtitle, image, actions }) => {
    const url = mediaUrl(image, media);
    const buttons = actions.flatMap(button);
    const words = `<b>${html(title)}</b>${subtitle ? `<br>${html(subtitle)}` : ''}`;
    return [
      ...(url ? [picture(url, image?.alt)] : []),
      { textParagraph: { text: words } },
      ...(buttons.length ? [{ buttonList: { buttons } }] : []),
    ];
  });
}

export const isTooLarge = (message: Json): boolean =>
  Buffer.byteLength(JSON.stringify(message)) > maxMessageBytes;
