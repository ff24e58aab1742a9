/**
 * CommonMark (https://spec.commonmark.org/0.31.2/) → plain text for channels without markdown. Marks go, words and addresses stay: a
 * link becomes `words (address)`. It reads what people write in messages, not the whole of CommonMark; what it doesn't know stays as
 * written. One pass, linear, and nothing in it is ever taken for HTML.
 */
export function markdownToPlain(markdown: string): string {
  const lines: string[] = [];
  let fence = '';
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence !== '') {
      if (mark.startsWith(fence) && line.trim() === mark) fence = '';
      else lines.push(`\u0000${line}`);
    } else if (mark !== '' && !(mark[0] === '`' && line.trim().slice(mark.length).includes('`')))
      fence = mark;
    else lines.push(blockLine(line, lines.at(-1)));
  }
  const blocks = joinRuns(lines);
  return blocks.replace(/\n{3,}/g, '\n\n').trim();
}

/** Code lines (marked by a NUL, which no text has here) stay as written; runs of other lines are read for inline marks together. */
function joinRuns(lines: string[]): string {
  const done: string[] = [];
  let run: string[] = [];
  const flush = () => {
    if (run.length > 0) done.push(inline(run.join('\n')));
    run = [];
  };
  for (const line of lines) {
    if (line.startsWith('\u0000')) {
      flush();
      done.push(line.slice(1));
    } else run.push(line);
  }
  flush();
  return done.join('\n');
}

function blockLine(line: string, before: string | undefined): string {
  const text = line.replaceAll('\u0000', '\ufffd').trimEnd();
  const heading = /^ {0,3}#{1,6}(?:[ \t]+(.*))?$/.exec(text);
  if (heading) return (heading[1] ?? '').replace(/(?<![ \t])[ \t]+#+$/, '');
  if (/^ {0,3}(?:=+|-+)$/.test(text) && before?.trim()) return '';
  if (/^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(text)) return '';
  const item = /^([ \t]*)[*+-][ \t]+(.*)$/.exec(text);
  if (item) return `${item[1]}- ${item[2]}`;
  return text;
}

/** A run of emphasis marks that may open: its place in the output, and how many of them have no partner yet. */
interface Mark {
  at: number;
  left: number;
}

const escapable = /[!-/:-@[-`{-~]/;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function inline(text: string): string {
  const out: string[] = [];
  const brackets: number[] = [];
  const emphasis = new Map<string, Mark[]>();
  const closers = codeCloser(text);
  for (let i = 0; i < text.length;) {
    const letter = text[i]!;
    if (letter === '\\' && escapable.test(text[i + 1] ?? '')) {
      out.push(text[i + 1]!);
      i += 2;
    } else if (letter === '\\' && text[i + 1] === '\n') i++;
    else if (letter === '`') {
      const length = runLength(text, i);
      const close = closers(i, length);
      out.push(close < 0 ? text.slice(i, i + length) : codeText(text.slice(i + length, close)));
      i = close < 0 ? i + length : close + length;
    } else if (letter === '[' || (letter === '!' && text[i + 1] === '[')) {
      brackets.push(out.push(letter === '!' ? '![' : '[') - 1);
      i += letter === '!' ? 2 : 1;
    } else if (letter === ']') i = closeBracket(text, i, out, brackets);
    else if (letter === '*' || letter === '_' || letter === '~') i = emphasisRun(text, i, out, emphasis);
    else if (letter === '<' || letter === '&') {
      const [shown, length] = special(text, i);
      out.push(shown);
      i += length;
    } else {
      const end = plainEnd(text, i);
      out.push(text.slice(i, end));
      i = end;
    }
  }
  return out.join('').replace(/(?<! ) +\n/g, '\n');
}

const specials = /[\\`[\]!*_~<&]/g;
function plainEnd(text: string, from: number): number {
  specials.lastIndex = from + 1;
  return specials.exec(text)?.index ?? text.length;
}

function runLength(text: string, from: number): number {
  let end = from;
  while (text[end] === text[from]) end++;
  return end - from;
}

/** Finds the run of as many backticks that closes a code span; each run is looked at once for each length. */
function codeCloser(text: string): (at: number, length: number) => number {
  const runs = new Map<number, number[]>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const places = runs.get(run.length);
    if (places) places.push(index);
    else runs.set(run.length, [index]);
  }
  for (const places of runs.values()) places.reverse();
  return (at, length) => {
    const places = runs.get(length) ?? [];
    while (places.length > 0 && places.at(-1)! <= at) places.pop();
    return places.at(-1) ?? -1;
  };
}

const codeText = (code: string): string => (/^ .*\S.* $/s.test(code) ? code.slice(1, -1) : code);

/** `](address "title")`: the words, then the address unless the words are it. */
function closeBracket(text: string, at: number, out: string[], brackets: number[]): number {
  const open = brackets.pop();
  const target = open === undefined ? undefined : linkTarget(text, at + 1);
  if (open === undefined || !target) {
    out.push(']');
    return at + 1;
  }
  out[open] = '';
  // words that are an address are a few pieces at most; longer ones are not put together, to stay linear
  const words = out.length - open > 16 ? undefined : out.slice(open).join('');
  const { address } = target;
  if (words === '') out.push(address);
  else if (address !== '' && words !== address && `mailto:${words}` !== address) out.push(` (${address})`);
  return target.end;
}

const maxAddress = 2048;
/** Of parentheses in an address: CommonMark 6.3 lets a program stop at 32. */
const maxNesting = 32;

function linkTarget(text: string, from: number): { address: string; end: number } | undefined {
  if (text[from] !== '(') return undefined;
  let at = from + 1;
  while (text[at] === ' ') at++;
  const start = at;
  let depth = 0;
  for (; at < text.length && at - start <= maxAddress && !/\s/.test(text[at]!); at++) {
    if (text[at] === '(' && ++depth > maxNesting) return undefined;
    else if (text[at] === ')' && depth-- === 0) break;
  }
  const address = text.slice(start, at).replace(/^<(.*)>$/, '$1');
  const rest = /^[ \n]*(?:"[^"]{0,300}"|'[^']{0,300}')?[ \n]*\)/.exec(text.slice(at, at + 320));
  return rest ? { address, end: at + rest[0].length } : undefined;
}

/** Emphasis by the flanking rules of CommonMark 6.2, without the rule of three: marks that find a partner go, others stay. */
function emphasisRun(text: string, at: number, out: string[], open: Map<string, Mark[]>): number {
  const letter = text[at]!;
  const length = runLength(text, at);
  const before = text[at - 1] ?? ' ';
  const after = text[at + length] ?? ' ';
  const [spaceBefore, spaceAfter] = [/\s/.test(before), /\s/.test(after)];
  const [markBefore, markAfter] = [/[\p{P}\p{S}]/u.test(before), /[\p{P}\p{S}]/u.test(after)];
  const left = !spaceAfter && (!markAfter || spaceBefore || markBefore);
  const right = !spaceBefore && (!markBefore || spaceAfter || markAfter);
  const opens = letter === '_' ? left && (!right || markBefore) : left;
  const closes = letter === '_' ? right && (!left || markAfter) : right;
  const stack = open.get(letter) ?? [];
  open.set(letter, stack);
  let kept = letter === '~' && length !== 2 ? 0 : length;
  if (kept === 0) out.push(text.slice(at, at + length));
  for (let partner = closes ? stack.at(-1) : undefined; partner && kept > 0; partner = stack.at(-1)) {
    const pair = Math.min(kept, partner.left);
    kept -= pair;
    partner.left -= pair;
    out[partner.at] = letter.repeat(partner.left);
    if (partner.left === 0) stack.pop();
  }
  if (kept > 0) {
    const place = out.push(letter.repeat(kept)) - 1;
    if (opens) stack.push({ at: place, left: kept });
  }
  return at + length;
}

/** An address in angle brackets, a line break, or a character reference; anything else stays as written. */
function special(text: string, at: number): [string, number] {
  const ahead = text.slice(at, at + maxAddress);
  const address = /^<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>/i.exec(ahead);
  if (address) return [address[1]!, address[0].length];
  const lineBreak = /^<br ?\/?>/i.exec(ahead);
  if (lineBreak) return ['\n', lineBreak[0].length];
  const entity = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/i.exec(ahead);
  if (!entity) return [text[at]!, 1];
  const code = entity[1] ? Number(entity[1]) : entity[2] ? Number.parseInt(entity[2], 16) : undefined;
  if (code === undefined) return [entities[entity[3]!] ?? entity[0], entity[0].length];
  const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return [valid ? String.fromCodePoint(code) : '\ufffd', entity[0].length];
}
