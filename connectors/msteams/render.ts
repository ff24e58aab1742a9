import type { Card, ContentOf } from '../../protocol/content.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { SendRequest } from '../contract/index.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { pressableCards, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits, maxMessageBytes } from './manifest.ts';

type Json = Record<string, unknown>;

/** The activity to send ("Activity object"), or undefined where Teams has none for it. */
export function render({ part, media }: Pick<SendRequest, 'part' | 'media'>): Json | undefined {
  const { content, payloads = [] } = part;
  switch (content.kind) {
    case 'text':
      return message({
        text: content.text,
        textFormat: content.format === 'markdown' ? 'markdown' : 'plain',
      });
    case 'edit':
      return message({ text: content.text, textFormat: 'plain' });
    case 'media': {
      const file = content.media.id === undefined ? undefined : media.get(content.media.id);
      const picture = file && {
        contentType: file.mediaType,
        contentUrl: file.url,
        name: file.name ?? 'image',
      };
      return (
        picture &&
        message({
          ...(content.caption ? { text: content.caption, textFormat: 'plain' } : {}),
          attachments: [picture],
        })
      );
    }
    case 'choice':
      return message({ ...noticeOf(content), attachments: [choice(content, payloads)] });
    case 'card':
      return message({
        ...noticeOf(content),
        attachments: cards([content.card], payloads, media),
      });
    case 'carousel':
      return message({
        ...noticeOf(content),
        ...(content.text ? { text: content.text, textFormat: 'plain' } : {}),
        attachmentLayout: 'carousel',
        attachments: cards(content.cards, payloads, media),
      });
    case 'typing':
      return content.on === false ? undefined : { type: 'typing' };
    case 'native':
      return message(content.payload);
    default:
      return undefined;
  }
}

const message = (of: Json): Json => ({ ...of, type: 'message' });
/** What a notification says of a card. */
const noticeOf = (content: SendRequest['part']['content']): Json => ({
  summary: shorten(standaloneText(content), limits.title),
});

/** Words as they are: only text blocks read markdown. */
const words = (text: string, more: Json = {}): Json => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...more }],
});

const adaptive = (body: Json[], actions: Json[]): Json => ({
  contentType: 'application/vnd.microsoft.card.adaptive',
  content: {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body,
    ...(actions.length ? { actions } : {}),
  },
});

/** A press is shown in the conversation as if the person had said it ("messageBack"). */
const pressable = ({ title, payload }: Pressable): Json => ({
  type: 'Action.Submit',
  title,
  data: { passerelle: payload, title, msteams: { type: 'messageBack', displayText: title, text: title } },
});

function choice(content: ContentOf<'choice'>, payloads: string[]): Json {
  const { header, text, style, button, max_choices: max = 1 } = content;
  const options = pressableOptions(content.options, payloads);
  const body = [...(header ? [words(header, { weight: 'Bolder', size: 'Medium' })] : []), words(text)];
  if (style !== 'list') return adaptive(body, options.map(pressable));
  const input = {
    type: 'Input.ChoiceSet',
    id: 'choice',
    style: max > 1 ? 'expanded' : 'compact',
    isMultiSelect: max > 1,
    choices: options.map(({ title, description, payload }) => ({
      title: description ? `${title} – ${description}` : title,
      value: payload,
    })),
  };
  const send = { type: 'Action.Submit', title: button || 'OK', data: { passerelle: 'choice' } };
  return adaptive([...body, input], [send]);
}

function cardButton(action: PressableAction): Json[] {
  if (action.type === 'reply') return [pressable(action)];
  return action.type === 'url' ? [{ type: 'Action.OpenUrl', title: action.title, url: action.url }] : [];
}

function cards(list: Card[], payloads: string[], media: SendRequest['media']): Json[] {
  return pressableCards(list, payloads).map(({ title, subtitle, image, actions }) => {
    const url = mediaUrl(image, media);
    const picture = { type: 'Image', url, size: 'Stretch', altText: image?.alt ?? title };
    const body = [
      ...(url ? [picture] : []),
      words(title, { weight: 'Bolder', size: 'Medium' }),
      ...(subtitle ? [words(subtitle)] : []),
    ];
    return adaptive(body, actions.flatMap(cardButton));
  });
}

/** In UTF-16, as Teams counts. */
export const isTooLarge = (activity: Json): boolean => JSON.stringify(activity).length * 2 > maxMessageBytes;
