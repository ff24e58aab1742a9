import { emojiNamed, emojiNameOf } from '../kit/emoji.ts';

/** Slack's way with emoji names: those of the kit's table, and skin tones beside them. */
const tones = /[\u{1f3fb}-\u{1f3ff}]/u;
/** Skin tones of Fitzpatrick, which Slack numbers from 2. */
const firstTone = 0x1f3fb;

/** The name for `reactions.add`, without colons; a custom emoji may be given as `:name:`. */
export function nameOf(emoji: string): string | undefined {
  const custom = /^:([a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?):$/.exec(emoji)?.[1];
  if (custom !== undefined) return custom;
  const tone = tones.exec(emoji)?.[0];
  const name = emojiNameOf(emoji);
  return name && tone ? `${name}::skin-tone-${tone.codePointAt(0)! - firstTone + 2}` : name;
}

/** The emoji of a name, or the name between colons where there is none (custom emoji). At most 64 units. */
export function emojiOf(name: string): string {
  const [plain = '', tone] = name.split('::skin-tone-');
  const emoji = emojiNamed(plain);
  if (emoji.startsWith(':')) return `:${name.slice(0, 62).toWellFormed()}:`;
  return /^[2-6]$/.test(tone ?? '')
    ? emoji.replace('\ufe0f', '') + String.fromCodePoint(firstTone + Number(tone) - 2)
    : emoji;
}
