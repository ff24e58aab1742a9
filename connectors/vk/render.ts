import type { Content } from '../../protocol/content.ts';
import type { Part } from '../contract/index.ts';
import { pressableCard, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';

/** Two buttons share a row: ten fit into the six rows of an inline keyboard. */
const perRow = 2;

interface Button {
  action: { type: 'text' | 'open_link'; label: string; payload: string; link?: string };
}

/** The parameters of `messages.send` that say what is said; undefined for what is no message. */
export function paramsOf({ content, payloads = [] }: Part): Record<string, string> | undefined {
  switch (content.kind) {
    case 'text':
      return { message: content.text, dont_parse_links: '0' };
    case 'media':
      return { message: content.caption ?? '' };
    case 'location':
      return location(content);
    case 'choice': {
      const buttons = pressableOptions(content.options, payloads).map(reply);
      return { message: content.text, keyboard: keyboard(buttons) };
    }
    case 'card': {
      const { title, subtitle, actions } = pressableCard(content.card, payloads);
      const buttons = actions.flatMap(button);
      return {
        message: [title, subtitle].filter(Boolean).join('\n'),
        ...(buttons.length ? { keyboard: keyboard(buttons) } : {}),
      };
    }
    case 'native':
      return content.connector === 'vk' ? native(content.payload) : undefined;
    default:
      return undefined;
  }
}

const reply = ({ title, payload }: Pressable): Button => ({
  action: { type: 'text', label: title, payload: JSON.stringify({ p: payload }) },
});

function button(action: PressableAction): Button[] {
  if (action.type === 'reply') return [reply(action)];
  if (action.type !== 'url') return [];
  return [{ action: { type: 'open_link', label: action.title, link: action.url, payload: '{}' } }];
}

export function keyboard(buttons: readonly Button[]): string {
  const rows: Button[][] = [];
  for (let at = 0; at < buttons.length; at += perRow) rows.push(buttons.slice(at, at + perRow));
  return JSON.stringify({ inline: true, buttons: rows });
}

function location({
  latitude,
  longitude,
  name,
  address,
}: Extract<Content, { kind: 'location' }>): Record<string, string> {
  const message = [name, address].filter(Boolean).join(', ');
  return { lat: String(latitude), long: String(longitude), message };
}

/** Parameters of the merchant's own; who gets the message, and as whom, is never theirs to say. */
function native(payload: Record<string, unknown>): Record<string, string> {
  const own = new Set([
    'peer_id',
    'peer_ids',
    'user_id',
    'user_ids',
    'domain',
    'chat_id',
    'random_id',
    'guid',
  ]);
  const reserved = new Set([...own, 'access_token', 'v', 'group_id']);
  return Object.fromEntries(
    Object.entries(payload)
      .filter(([name]) => /^[a-z_]{1,40}$/.test(name) && !reserved.has(name))
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
