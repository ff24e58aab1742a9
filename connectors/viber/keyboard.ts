import type { Pressable } from '../kit/pressable.ts';
import { limits } from './manifest.ts';
import { bodyOf } from './pressed.ts';

/** Button texts may hold some HTML: what a merchant writes is never read as such. Cut, if it must be, before it is escaped. */
export function shown(text: string, max: number): string {
  const escaped = (raw: string) =>
    raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  let raw = text;
  while (escaped(raw).length > max)
    raw = `${raw
      .slice(0, Math.floor(raw.replace(/…$/, '').length * 0.9) - 1)
      .toWellFormed()
      .replace(/\ufffd$/, '')}…`;
  return escaped(raw);
}

/** `Silent`: what is pressed says its payload, which nobody needs to see in the chat. */
export const replyButton = ({ title, payload }: Pressable) => ({
  Rows: 1,
  ActionType: 'reply',
  ActionBody: bodyOf(payload, title),
  Text: shown(title, limits.buttonText),
  Silent: true,
});

export const keyboard = (options: readonly Pressable[]) => ({
  Type: 'keyboard',
  DefaultHeight: false,
  Buttons: options.map((option) => ({
    Columns: options.length > limits.keyboardRows ? 3 : 6,
    ...replyButton(option),
  })),
});
