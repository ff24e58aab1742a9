/** What no mail's text may hold: control characters but tab and line ends. */
// eslint-disable-next-line no-control-regex -- control characters are what this finds
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
export const withoutControls = (text: string): string => text.replaceAll(controls, '');

/** Text for the inside of HTML, attributes included. */
export const escapeHtml = (text: string): string =>
  withoutControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Plain text as paragraphs, its line breaks kept; addresses of web pages become links. */
export const textToHtml = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p style="margin:0 0 14px" dir="auto">${withLinks(paragraph)}</p>`)
    .join('\n');

const webAddress = /https?:\/\/[^\s<>()"]{1,2048}[^\s<>()".,;:!?']/g;

function withLinks(text: string): string {
  let html = '';
  let at = 0;
  for (const match of text.matchAll(webAddress)) {
    html += breaks(escapeHtml(text.slice(at, match.index))) + link(match[0], escapeHtml(match[0]));
    at = match.index + match[0].length;
  }
  return html + breaks(escapeHtml(text.slice(at)));
}

/** The part of CommonMark 0.31 that people write in messages → HTML. All text is escaped; only http, https and mailto become links. */
export function markdownToHtml(markdown: string): string {
  const html: string[] = [];
  const lines = markdown.replaceAll(/\r\n?/g, '\n').split('\n');
  for (let i = 0; i < lines.length;) {
    const block = blocks.find(({ starts }) => starts.test(lines[i]!));
    if (!block) {
      i++;
      continue;
    }
    let end = i + 1;
    while (end < lines.length && block.goesOn(lines[end]!)) end++;
    html.push(block.render(lines.slice(i, end)));
    i = end + (block.closes?.test(lines[end] ?? '') ? 1 : 0);
  }
  return html.join('\n');
}

interface Block {
  starts: RegExp;
  goesOn(line: string): boolean;
  /** A line that ends the block and belongs to it. */
  closes?: RegExp;
  render(lines: string[]): string;
}

const fence = /^ {0,3}```/;
const bullet = /^ {0,3}[-*+] +/;
const numbered = /^ {0,3}\d{1,9}[.)] +/;
const quote = /^ {0,3}> ?/;
const heading = /^ {0,3}(#{1,6}) +/;
const rule = /^ {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$/;
const special = [fence, heading, rule, bullet, numbered, quote];
const item = (mark: RegExp) => (line: string) => mark.test(line) || /^ {2,}\S/.test(line);

const blocks: Block[] = [
  {
    starts: fence,
    goesOn: (line) => !fence.test(line),
    closes: fence,
    render: (lines) =>
      `<pre style="white-space:pre-wrap"><code>${escapeHtml(lines.slice(1).join('\n'))}</code></pre>`,
  },
  {
    starts: heading,
    goesOn: () => false,
    render: ([line = '']) => {
      const level = heading.exec(line)![1]!.length;
      return `<h${level}>${inline(line.replace(heading, '').replace(/(?<!\s)\s+#+\s*$/, ''))}</h${level}>`;
    },
  },
  { starts: rule, goesOn: () => false, render: () => '<hr>' },
  { starts: bullet, goesOn: item(bullet), render: (lines) => `<ul>${items(lines, bullet)}</ul>` },
  {
    starts: numbered,
    goesOn: item(numbered),
    render: (lines) => `<ol start="${Number.parseInt(lines[0]!.trim(), 10)}">${items(lines, numbered)}</ol>`,
  },
  {
    starts: quote,
    goesOn: (line) => quote.test(line),
    // the inside once more, one mark less: as deep as a line has marks, at most 20
    render: (lines) => {
      const inside = lines.map((line) => line.replace(quote, '')).join('\n');
      const tooDeep = /^(?: {0,3}> ?){20}/.test(lines[0]!);
      return `<blockquote>${tooDeep ? `<p>${inline(inside)}</p>` : markdownToHtml(inside)}</blockquote>`;
    },
  },
  {
    starts: /\S/,
    goesOn: (line) => line.trim() !== '' && !special.some((mark) => mark.test(line)),
    render: (lines) => `<p>${inline(lines.join('\n'))}</p>`,
  },
];

function items(lines: string[], mark: RegExp): string {
  const entries: string[] = [];
  for (const line of lines) {
    if (mark.test(line)) entries.push(line.replace(mark, ''));
    else entries[entries.length - 1] += `\n${line.trim()}`;
  }
  return entries.map((entry) => `<li>${inline(entry)}</li>`).join('');
}

/** Each alternative ends at the first of its closing marks, so that a text without one costs no more than its length. */
const marks =
  /\\([!-/:-@[-`{-~])|`([^`\n]+)`|\[([^\]\n]{1,500})\]\(([^()\s]{1,2048})\)|\*\*([^*\n]{1,2000})\*\*|\*([^*\s][^*\n]{0,2000})\*|(?<![\p{L}\p{N}])_([^_\s][^_\n]{0,2000})_(?![\p{L}\p{N}])|(https?:\/\/[^\s<>()"]{1,2048}[^\s<>()".,;:!?'])/gu;

function inline(text: string): string {
  let html = '';
  let at = 0;
  for (const match of text.matchAll(marks)) {
    html += breaks(escapeHtml(text.slice(at, match.index))) + marked(match);
    at = match.index + match[0].length;
  }
  return html + breaks(escapeHtml(text.slice(at)));
}

const breaks = (html: string): string => html.replaceAll('\n', '<br>\n');

function marked([
  whole,
  escaped,
  code,
  words,
  target,
  strong,
  emphasis,
  alsoEmphasis,
  bare,
]: RegExpMatchArray): string {
  if (escaped) return escapeHtml(escaped);
  if (code) return `<code>${escapeHtml(code)}</code>`;
  if (words && target) return isLink(target) ? link(target, inlineWords(words)) : escapeHtml(whole);
  if (strong) return `<strong>${inlineWords(strong)}</strong>`;
  if (emphasis ?? alsoEmphasis) return `<em>${inlineWords((emphasis ?? alsoEmphasis)!)}</em>`;
  return bare ? link(bare, escapeHtml(bare)) : escapeHtml(whole);
}

/** Marks within marks: emphasis and code, no links within links. */
const inlineWords = (text: string): string =>
  escapeHtml(text)
    .replaceAll(/\*\*([^*\n]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/\*([^*\n]+)\*/g, '<em>$1</em>')
    .replaceAll(/`([^`\n]+)`/g, '<code>$1</code>');

const isLink = (target: string): boolean => /^(?:https?:\/\/|mailto:)/i.test(target) && URL.canParse(target);
const link = (target: string, html: string): string => `<a href="${escapeHtml(target)}">${html}</a>`;
