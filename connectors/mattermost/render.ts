import type { Content, Media } from '../../protocol/content.ts';
import type { SendRequest } from '../contract/index.ts';
import { escapeMarkdown } from '../kit/markdown-escape.ts';
import { pressableCard, pressableOptions } from '../kit/pressable.ts';
import type { Pressable } from '../kit/pressable.ts';
import { carriedOf } from './press.ts';

/** A post without channel: what is said, which file goes with it, and what can be pressed. */
export interface Draft {
  message: string;
  props?: Record<string, unknown>;
  media?: Media;
}

export interface Rendering extends Pick<SendRequest, 'part'> {
  userId: string;
  /** Where presses go, and what seals them. */
  hookUrl: string;
  secret: string;
}

/** The post that a part becomes; undefined for what is no post. */
export function draftOf(rendering: Rendering): Draft | undefined {
  const { content, payloads = [] } = rendering.part;
  switch (content.kind) {
    case 'text':
      return { message: content.format === 'markdown' ? content.text : escapeMarkdown(content.text) };
    case 'media':
      return { message: escapeMarkdown(content.caption ?? ''), media: content.media };
    case 'choice': {
      const options = pressableOptions(content.options, payloads);
      return {
        message: escapeMarkdown(content.text),
        props: { attachments: [{ actions: buttons(options, rendering) }] },
      };
    }
    case 'card':
      return card(content, payloads, rendering);
    default:
      return undefined;
  }
}

function card(
  { card: of }: Extract<Content, { kind: 'card' }>,
  payloads: string[],
  rendering: Rendering,
): Draft {
  const replies = pressableCard(of, payloads).actions.filter((action) => action.type === 'reply');
  const actions = buttons(replies, rendering);
  const attachment = {
    title: of.title,
    ...(of.subtitle ? { text: escapeMarkdown(of.subtitle) } : {}),
    ...(actions.length ? { actions } : {}),
  };
  return { message: '', props: { attachments: [attachment] }, ...(of.image ? { media: of.image } : {}) };
}

/** Ids of actions are letters and digits: the server routes no others. */
const buttons = (pressable: Pressable[], { userId, hookUrl, secret }: Rendering) =>
  pressable.map(({ title, payload }, place) => ({
    id: `option${place}`,
    type: 'button',
    name: title,
    integration: { url: `${hookUrl}/press`, context: carriedOf(payload, title, { userId, secret }) },
  }));
