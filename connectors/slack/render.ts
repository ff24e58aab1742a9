import type { Card, Content, ContentOf } from '../../protocol/content.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { SendRequest } from '../contract/index.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { pressableCards, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits } from './manifest.ts';
import { escape, fromMarkdown, mrkdwn } from './text.ts';

export type Block = Record<string, unknown>;
/** Arguments of `chat.postMessage`, without the place. */
export type Message = { text: string; mrkdwn?: boolean; blocks?: Block[] } & Record<string, unknown>;

const plain = (text: string): Block => ({ type: 'plain_text', text, emoji: true });
const section = (text: string): Block => ({ type: 'section', text: plain(text) });

/** A message with text, or blocks with a text for notifications; undefined where Slack has no such message. */
export function render({ part, media }: Pick<SendRequest, 'part' | 'media'>): Message | undefined {
  const { content, payloads = [] } = part;
  switch (content.kind) {
    case 'text':
    case 'edit':
      return textOf(content);
    case 'choice':
      return withBlocks(content, choice(content, payloads));
    case 'card':
      return withBlocks(content, cards([content.card], payloads, media));
    case 'carousel': {
      const elements = cards(content.cards, payloads, media);
      const blocks = [{ type: 'carousel', elements }];
      return withBlocks(content, content.text ? [section(content.text), ...blocks] : blocks);
    }
    case 'native':
      return { text: escape(content.text), ...content.payload };
    default:
      return undefined;
  }
}

/** What is not markdown shows its marks; links are found by Slack's apps either way. */
const textOf = (content: ContentOf<'text'> | ContentOf<'edit'>): Message =>
  content.kind === 'text' && content.format === 'markdown'
    ? { text: fromMarkdown(content.text), mrkdwn: true }
    : { text: escape(content.text), mrkdwn: false };

const withBlocks = (content: Content, blocks: Block[]): Message => ({
  text: escape(shorten(standaloneText(content), limits.text)),
  blocks,
});

function choice(content: ContentOf<'choice'>, payloads: string[]): Block[] {
  const { text, header, footer, style, button } = content;
  const options = pressableOptions(content.options, payloads);
  const elements =
    style === 'list'
      ? [
          {
            type: 'static_select',
            action_id: 'list',
            placeholder: plain(button || '…'),
            options: options.map(({ title, description, payload }) => ({
              text: plain(title),
              value: payload,
              ...(description ? { description: plain(description) } : {}),
            })),
          },
        ]
      : options.map((option, index) => pressable(option, `option_${index}`));
  return [
    ...(header ? [{ type: 'header', text: plain(header) }] : []),
    section(text),
    { type: 'actions', elements },
    ...(footer ? [{ type: 'context', elements: [plain(footer)] }] : []),
  ];
}

const pressable = (of: Pressable, action_id: string): Block => ({
  type: 'button',
  action_id,
  text: plain(of.title),
  value: of.payload,
});

function cardButton(action: PressableAction, action_id: string): Block[] {
  if (action.type === 'reply') return [pressable(action, action_id)];
  return action.type === 'url' && action.url.length <= limits.url
    ? [{ type: 'button', action_id, text: plain(action.title), url: action.url }]
    : [];
}

/** Ids of buttons differ within a message. */
function cards(list: Card[], payloads: string[], media: SendRequest['media']): Block[] {
  return pressableCards(list, payloads).map(({ title, subtitle, image, actions }, place) => {
    const buttons = actions.flatMap((action, index) => cardButton(action, `card_${place}_${index}`));
    const url = mediaUrl(image, media);
    return {
      type: 'card',
      title: mrkdwn(title, limits.cardTitle.max),
      ...(subtitle ? { body: mrkdwn(subtitle, limits.cardBody.max) } : {}),
      ...(url && url.length <= limits.url
        ? {
            hero_image: {
              type: 'image',
              image_url: url,
              alt_text: (image?.alt || title).slice(0, limits.altText).toWellFormed(),
            },
          }
        : {}),
      ...(buttons.length ? { actions: buttons } : {}),
    };
  });
}
