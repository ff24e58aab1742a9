/**
 * Some platforms name emoji (`thumbsup`), the rest of the world writes them (👍). The names are those of emoji-data, which Mattermost and
 * Rocket.Chat take; the table holds what people react with. The first name of an emoji is the one that is sent.
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

/** With or without the selector for pictures, an emoji is the same. */
const bare = (emoji: string): string => emoji.replaceAll('\ufe0f', '');
const byName = new Map(named.flatMap(([emoji, ...names]) => names.map((name) => [name, emoji] as const)));
const byEmoji = new Map(named.map(([emoji, name]) => [bare(emoji), name!] as const));
const tone = /[\u{1f3fb}-\u{1f3ff}]/u;

/** The name of an emoji, without colons and without its skin tone; a custom one may be given as `:name:`. Undefined: none is known. */
export const emojiNameOf = (emoji: string): string | undefined =>
  /^:([a-z0-9_+'-]{1,62}):$/.exec(emoji)?.[1] ?? byEmoji.get(bare(emoji.replace(tone, '')));

/** The emoji of a name, with or without colons; a name that is not known (a custom emoji) stays between colons. At most 64 units. */
export function emojiNamed(name: string): string {
  const plain = name.replace(/^:|:$/g, '');
  return byName.get(plain) ?? `:${plain.slice(0, 62).toWellFormed()}:`;
}
