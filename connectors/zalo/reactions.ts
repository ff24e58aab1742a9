/** The seven that Zalo knows, as it writes them; `/-remove` takes one back. */
const icons: readonly (readonly [emoji: string, icon: string])[] = [
  ['❤️', '/-heart'],
  ['👍', '/-strong'],
  ['😄', ':>'],
  ['😮', ':o'],
  ['😢', ':-(('],
  ['😡', ':-h'],
  ['😟', '--b'],
];
const bare = (emoji: string): string => emoji.replaceAll('\ufe0f', '');

/** The icon of an emoji; an empty one takes back what was there. */
export const iconOf = (emoji: string): string | undefined =>
  emoji === '' ? '/-remove' : icons.find(([known]) => bare(known) === bare(emoji))?.[1];

export const emojiOf = (icon: string): string | undefined =>
  icon === '/-remove' ? '' : icons.find(([, known]) => known === icon)?.[0];
