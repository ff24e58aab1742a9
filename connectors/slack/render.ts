import type { Action, Card, Content, ContentOf } from '../../protocol/content.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { SendRequest } from '../contract/index.ts';
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
  const urlOf = (id: string | undefined) => (id === undefined ? undefined : media.get(id)?.url);
  switch (content.kind) {
    case 'text':
    case 'edit':
      return textOf(content);
    case 'choice':
      return withBlocks(content, choice(content, payloads));
    case 'card':
      return withBlocks(content, cards([content.card], payloads, urlOf));
    case 'carousel': {
      const elements = cards(content.cards, payloads, urlOf);
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
  const { text, header, footer, options, style, button } = content;
  const valueOf = (index: number, id: string): string => payloads[index] ?? id;
  const elements =
    style === 'list'
      ? [
          {
            type: 'static_select',
            action_id: 'list',
            placeholder: plain(button || '…'),
            options: options.map(({ id, title, description }, index) => ({
              text: plain(title),
              value: valueOf(index, id),
              ...(description ? { description: plain(description) } : {}),
            })),
          },
        ]
      : options.map(({ id, title }, index) => pressable(title, valueOf(index, id), `option_${index}`));
  return [
    ...(header ? [{ type: 'header', text: plain(header) }] : []),
    section(text),
    { type: 'actions', elements },
    ...(footer ? [{ type: 'context', elements: [plain(footer)] }] : []),
  ];
}

const pressable = (title: string, value: string, action_id: string): Block => ({
  type: 'button',
  action_id,
  text: plain(title),
  value,
});

/** Payloads come in the order of the reply actions of all cards; ids of buttons differ within a message. */
function cards(
  list: Card[],
  payloads: string[],
  urlOf: (id: string | undefined) => string | undefined,
): Block[] {
  let next = 0;
  const button = (action: Action, action_id: string): Block | undefined => {
    if (action.type === 'reply') return pressable(action.title, payloads[next++] ?? action.id, action_id);
    return action.type === 'url' && action.url.length <= limits.url
      ? { type: 'button', action_id, text: plain(action.title), url: action.url }
      : undefined;
  };
  return list.map(({ title, subtitle, image, actions = [] }, place) => {
    const buttons = actions.flatMap((action, index) => button(action, `card_${place}_${index}`) ?? []);
    const url = urlOf(image?.id) ?? image?.url;
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
