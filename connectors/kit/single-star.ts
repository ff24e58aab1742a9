/**
 * CommonMark → the markup of Slack ("Formatting message text") and Google Chat ("Format messages"): `*bold*`, `_italic_`, `~struck~`,
 * code as it is, `<address|words>`. It reads what people write in messages; what it doesn't know stays as written.
 * `escape` makes a piece of text harmless; it is given everything that is not markup.
 */
export function singleStar(markdown: string, escape: (text: string) => string): string {
  const lines: string[] = [];
  let fence = '';
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const mark = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? '';
    if (fence !== '') {
      const closes = mark.length >= fence.length && line.trim() === mark;
      lines.push(closes ? '```' : escape(line));
      if (closes) fence = '';
    } else if (mark !== '' && !line.trim().slice(mark.length).includes('`')) {
      fence = mark;
      lines.push('```');
    } else lines.push(block(line, escape));
  }
  if (fence !== '') lines.push('```');
  return lines.join('\n');
}

function block(line: string, escape: (text: string) => string): string {
  const heading = /^ {0,3}#{1,6}[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/.exec(line);
  if (heading) return `*${escape(heading[1]!.replace(/[*_`]/g, ''))}*`;
  const bullet = /^([ \t]*)[*+-][ \t]+(.*)$/.exec(line);
  if (bullet) return `${bullet[1]}• ${inline(bullet[2]!, escape)}`;
  const quote = /^> ?(.*)$/.exec(line);
  return quote ? `>${inline(quote[1]!, escape)}` : inline(line.replace(/ {2,}$/, ''), escape);
}

/** One run of markup at a time, longest mark first; every pattern is bounded, so that a hostile line costs little. */
const runs =
  /\\([!-/:-@[-`{-~])|`([^`\n]{1,1000})`|\[([^[\]\n]{1,500})\]\((https?:\/\/[^\s()<>|]{1,2048})\)|(\*\*|__)(?=\S)([^\n]{1,2000}?\S?)\5(?![*_])|~~(?=\S)([^~\n]{1,2000})~~|(?<![\w*])([*_])(?=[^\s*_])([^*_\n]{1,2000})\8(?!\w)/g;

function inline(text: string, escape: (text: string) => string, depth = 0): string {
  if (depth > 3) return escape(text);
  const inner = (of: string): string => inline(of, escape, depth + 1);
  let out = '';
  let at = 0;
  for (const found of text.matchAll(runs)) {
    const [whole, escaped, code, words, address, , bold, struck, , italic] = found;
    out += escape(text.slice(at, found.index));
    at = found.index + whole.length;
    if (escaped !== undefined) out += escape(escaped);
    else if (code !== undefined) out += `\`${escape(code)}\``;
    else if (words !== undefined && address !== undefined)
      out += `<${escape(address)}|${escape(words.replace(/[*_`|]/g, ''))}>`;
    else if (bold !== undefined) out += `*${inner(bold)}*`;
    else if (struck !== undefined) out += `~${inner(struck)}~`;
    else out += `_${inner(italic ?? '')}_`;
  }
  return out + escape(text.slice(at));
}
