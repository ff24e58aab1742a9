/**
 * Slack names emoji (`thumbsup`), the rest of the world writes them (👍). The names are those of emoji-data, which Slack uses; the table
 * holds what people react with. The first name of an emoji is the one that is sent.
 */
const named: readonly (readonly [string, ...string[]])[] = [
  ['👍', '+1', 'thumbsup'],
  ['👎', '-1', 'thumbsdown'],
  ['❤️', 'heart'],
  ['😂', 'joy'],
  ['🤣', 'rolling_on_the_floor_laughing'],
  ['😀', 'grinning'],
  ['😃', 'smiley'],
  ['😄', 'smile'],
  ['😁', 'grin'],
  ['😆', 'laughing', 'satisfied'],
  ['😅', 'sweat_smile'],
  ['😊', 'blush'],
  ['🙂', 'slightly_smiling_face'],
  ['🙃', 'upside_down_face'],
  ['😉', 'wink'],
  ['😍', 'heart_eyes'],
  ['🥰', 'smiling_face_with_3_hearts'],
  ['😘', 'kissing_heart'],
  ['😎', 'sunglasses'],
  ['🤔', 'thinking_face'],
  ['😮', 'open_mouth'],
  ['😯', 'hushed'],
  ['😱', 'scream'],
  ['😢', 'cry'],
  ['😭', 'sob'],
  ['😞', 'disappointed'],
  ['😡', 'rage'],
  ['😠', 'angry'],
  ['😴', 'sleeping'],
  ['🤯', 'exploding_head'],
  ['🤩', 'star-struck'],
  ['🤗', 'hugging_face'],
  ['🙄', 'face_with_rolling_eyes'],
  ['😇', 'innocent'],
  ['🤷', 'shrug'],
  ['👋', 'wave'],
  ['👏', 'clap'],
  ['🙌', 'raised_hands'],
  ['🙏', 'pray'],
  ['👌', 'ok_hand'],
  ['✌️', 'v'],
  ['🤞', 'crossed_fingers'],
  ['🤝', 'handshake'],
  ['💪', 'muscle'],
  ['👀', 'eyes'],
  ['🔥', 'fire'],
  ['🎉', 'tada'],
  ['✨', 'sparkles'],
  ['⭐', 'star'],
  ['🚀', 'rocket'],
  ['💯', '100'],
  ['✅', 'white_check_mark'],
  ['☑️', 'ballot_box_with_check'],
  ['✔️', 'heavy_check_mark'],
  ['❌', 'x'],
  ['❓', 'question'],
  ['❗', 'exclamation', 'heavy_exclamation_mark'],
  ['⚠️', 'warning'],
  ['💔', 'broken_heart'],
  ['💙', 'blue_heart'],
  ['💚', 'green_heart'],
  ['💛', 'yellow_heart'],
  ['💜', 'purple_heart'],
  ['🖤', 'black_heart'],
  ['🤍', 'white_heart'],
  ['🎂', 'birthday'],
  ['🎁', 'gift'],
  ['☕', 'coffee'],
  ['🍕', 'pizza'],
  ['🍻', 'beers'],
  ['🚲', 'bike'],
  ['🚗', 'car', 'red_car'],
  ['📦', 'package'],
  ['💡', 'bulb'],
  ['⏰', 'alarm_clock'],
  ['👇', 'point_down'],
  ['👆', 'point_up_2'],
  ['👉', 'point_right'],
  ['🤦', 'face_palm'],
  ['💀', 'skull'],
];

const bare = (emoji: string): string => emoji.replaceAll('\ufe0f', '');
const byName = new Map(named.flatMap(([emoji, ...names]) => names.map((name) => [name, emoji] as const)));
const byEmoji = new Map(named.map(([emoji, name]) => [bare(emoji), name!] as const));

/** Skin tones of Fitzpatrick, which Slack numbers from 2. */
const firstTone = 0x1f3fb;

/** The name for `reactions.add`, without colons; a custom emoji may be given as `:name:`. */
export function nameOf(emoji: string): string | undefined {
  const custom = /^:([a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?):$/.exec(emoji)?.[1];
  if (custom !== undefined) return custom;
  const tone = /[\u{1f3fb}-\u{1f3ff}]/u.exec(emoji)?.[0];
  const name = byEmoji.get(bare(tone ? emoji.replace(tone, '') : emoji));
  return name && tone ? `${name}::skin-tone-${tone.codePointAt(0)! - firstTone + 2}` : name;
}

/** The emoji of a name, or the name between colons where there is none (custom emoji). At most 64 units. */
export function emojiOf(name: string): string {
  const [plain = '', tone] = name.split('::skin-tone-');
  const emoji = byName.get(plain);
  if (emoji === undefined) return `:${name.slice(0, 62).toWellFormed()}:`;
  return /^[2-6]$/.test(tone ?? '')
    ? bare(emoji) + String.fromCodePoint(firstTone + Number(tone) - 2)
    : emoji;
}
