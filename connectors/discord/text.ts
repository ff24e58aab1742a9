import { limits } from './manifest.ts';

const address = /(https?:\/\/[^\s<>]+)/i;
const mapText = (text: string, change: (piece: string) => string): string =>
  text
    .split(address)
    .map((piece, index) => (index % 2 ? piece : change(piece)))
    .join('');

/**
 * Plain text that Discord shows as it was written: marks get a backslash, addresses stay whole. A text that has no room for these goes as
 * it is: marks may then show as formatting, but mentions alarm nobody in any case (`allowed_mentions`).
 */
export function escaped(text: string): string {
  const marked = mapText(text, (piece) =>
    piece
      .replace(/[\\*_~`|]/g, '\\$&')
      .replace(/\[(?=[^\]\n]*\]\()/g, '\\[')
      .replace(/<(?=[@#:/a-z])/gi, '\\<')
      .replace(/^(\s*)(#{1,3} |>{1,3} |-# |- )/gm, '$1\\$2'),
  );
  return marked.length <= limits.content.max ? marked : text;
}

/** CommonMark is Discord's markup but for a few marks: `__` underlines there, `||` hides, headings end at three, pictures are none. */
export const fromMarkdown = (markdown: string): string => {
  const marked = mapText(markdown, (piece) =>
    piece
      .replace(/(?<![\w\\])__(?=\S)([^_\n]{1,2000}?)__(?!\w)/g, '**$1**')
      .replaceAll('||', '\\|\\|')
      .replace(/^#{4,6} /gm, '### ')
      .replace(/!\[(?=[^\]\n]*\]\()/g, '[')
      .replace(/<(?=[@#:/])/g, '\\<'),
  );
  return marked.length <= limits.content.max ? marked : markdown;
};

/** What a person wrote, without the codes of Discord: emoji by name, mentions by id, marks as they are. */
export const plainOf = (text: string): string =>
  text.replace(/<a?:(\w{2,32}):\d{1,20}>/g, ':$1:').replace(/<(@[!&]?|#)(\d{1,20})>/g, '$1$2');
