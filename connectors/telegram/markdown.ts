/**
 * The part of CommonMark that Telegram can show, as plain text plus entities (https://core.telegram.org/bots/api#messageentity).
 * Entities rather than HTML: there is nothing to escape, nothing a text can break out of, and no text that Telegram fails to parse.
 * What is not understood stays as it was written. The text never gets longer than its source, so limits hold after rendering.
 */
export interface Entity {
  type: 'bold' | 'italic' | 'strikethrough' | 'code' | 'pre' | 'blockquote' | 'text_link';
  /** UTF-16 units, as in JavaScript. */
  offset: number;
  length: number;
  url?: string;
  language?: string;
}

export interface Formatted {
  text: string;
  entities: Entity[];
}

/** Marks are tried in this order at every place; the longer one first. */
const marks: { mark: string; type: 'bold' | 'italic' | 'strikethrough' }[] = [
  { mark: '**', type: 'bold' },
  { mark: '__', type: 'bold' },
  { mark: '~~', type: 'strikethrough' },
  { mark: '*', type: 'italic' },
  { mark: '_', type: 'italic' },
];
/** Deeper marks stay as they are: bounds the work on hostile texts. */
const maxDepth = 4;

export function formatted(source: string): Formatted {
  const out: Formatted = { text: '', entities: [] };
  let rest = source.replace(/\r\n?/g, '\n');
  while (rest) {
    const fence = /^(`{3,})([\w+#-]{0,32})[^\n`]*\n([\s\S]*?)\n?^\1[ \t]*$\n?/m.exec(rest);
    const before = fence ? rest.slice(0, fence.index) : rest;
    if (before) blocks(before, out);
    if (!fence) break;
    const [whole, , language, code] = fence;
    if (code) add(out, { type: 'pre', ...(language ? { language } : {}) }, () => (out.text += code));
    rest = rest.slice(fence.index + whole.length);
    if (whole.endsWith('\n') && rest) out.text += '\n';
  }
  out.text = out.text.replace(/\n+$/, '');
  const end = out.text.length;
  return {
    text: out.text,
    entities: out.entities.flatMap((entity) =>
      entity.offset < end ? { ...entity, length: Math.min(entity.length, end - entity.offset) } : [],
    ),
  };
}

/** Notes an entity around what `write` writes; an empty one is none. */
function add(out: Formatted, entity: Omit<Entity, 'offset' | 'length'>, write: () => unknown): void {
  const offset = out.text.length;
  const place = out.entities.length;
  write();
  const length = out.text.length - offset;
  if (length > 0) out.entities.splice(place, 0, { ...entity, offset, length });
}

/** Line by line: headings, quotes and bullets, and inside each the inline marks. */
function blocks(source: string, out: Formatted): void {
  const lines = source.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const heading = /^#{1,6} +(.+?)(?: +#+)?$/.exec(line);
    const bullet = /^( *)[-*+] +(.*)$/.exec(line);
    if (/^> ?/.test(line)) {
      const quoted = [line];
      while (lines[i + 1] !== undefined && /^> ?/.test(lines[i + 1]!)) quoted.push(lines[++i]!);
      add(out, { type: 'blockquote' }, () =>
        inline(quoted.map((one) => one.replace(/^> ?/, '')).join('\n'), out, 0),
      );
    } else if (heading) add(out, { type: 'bold' }, () => inline(heading[1]!, out, 1));
    else if (bullet) {
      out.text += `${bullet[1]}• `;
      inline(bullet[2]!, out, 0);
    } else inline(line.replace(/(?: {2,}|\\)$/, ''), out, 0);
    if (i < lines.length - 1) out.text += '\n';
  }
}

function inline(source: string, out: Formatted, depth: number): void {
  let at = 0;
  while (at < source.length) {
    const used = depth < maxDepth ? span(source, at, out, depth) : 0;
    if (used > 0) at += used;
    else {
      const escaped = source[at] === '\\' && /[!-/:-@[-`{-~]/.test(source[at + 1] ?? '');
      out.text += source[at + (escaped ? 1 : 0)];
      at += escaped ? 2 : 1;
    }
  }
}

/** Writes the span that begins at `at`, and says how much of the source it took; 0 if none begins there. */
function span(source: string, at: number, out: Formatted, depth: number): number {
  if (source[at] === '`') return codeSpan(source, at, out);
  if (source[at] === '[') return link(source, at, out, depth);
  for (const { mark, type } of marks) {
    if (!source.startsWith(mark, at)) continue;
    const end = closing(source, at, mark);
    if (end === undefined) continue;
    add(out, { type }, () => inline(source.slice(at + mark.length, end), out, depth + 1));
    return end + mark.length - at;
  }
  return 0;
}

function codeSpan(source: string, at: number, out: Formatted): number {
  const end = source.indexOf('`', at + 1);
  if (end <= at + 1) return 0;
  add(out, { type: 'code' }, () => (out.text += source.slice(at + 1, end)));
  return end + 1 - at;
}

/** Only web addresses become links; anything else stays as text, so that a link never hides what it does. */
function link(source: string, at: number, out: Formatted, depth: number): number {
  const match = /^\[([^[\]\n]{1,1024})\]\((https?:\/\/[^\s()<>]{1,2048})\)/i.exec(
    source.slice(at, at + 3100),
  );
  if (!match || !URL.canParse(match[2]!)) return 0;
  add(out, { type: 'text_link', url: match[2]! }, () => inline(match[1]!, out, depth + 1));
  return match[0].length;
}

/** Where the mark that opens at `at` closes: not beside a space, within the paragraph, and `_` not inside a word. */
function closing(source: string, at: number, mark: string): number | undefined {
  const start = at + mark.length;
  const inWord = mark[0] === '_';
  if (/^\s?$/.test(source[start] ?? '') || (inWord && /\w/.test(source[at - 1] ?? ''))) return undefined;
  const paragraph = source.indexOf('\n\n', start);
  const last = paragraph < 0 ? source.length : paragraph;
  for (
    let end = source.indexOf(mark, start + 1);
    end >= 0 && end < last;
    end = source.indexOf(mark, end + 1)
  ) {
    const double = mark.length === 1 && (source[end + 1] === mark || source[end - 1] === mark);
    if (double || /\s|\\/.test(source[end - 1]!)) continue;
    // In a run of three, as in `**a *b***`, the inner mark closes first.
    if (mark.length === 2 && source[end + 2] === mark[0]) end += 1;
    if (inWord && /\w/.test(source[end + mark.length] ?? '')) continue;
    return end;
  }
  return undefined;
}
