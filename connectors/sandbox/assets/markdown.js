import { h, safeUrl } from './element.js';

/**
 * The part of CommonMark that people use in messages, as nodes: strong, emphasis, code, links, lists, code blocks, headings.
 * Everything else stays as it was written.
 */
const inline = [
  [/`([^`]+)`/, ([, code]) => h('code', {}, code)],
  [/\*\*(.+?)\*\*|__(.+?)__/, ([, a, b]) => h('strong', {}, ...spans(a ?? b))],
  [/\*([^*\s](?:[^*]*[^*\s])?)\*|\b_([^_]+)_\b/, ([, a, b]) => h('em', {}, ...spans(a ?? b))],
  [/~~(.+?)~~/, ([, text]) => h('s', {}, ...spans(text))],
  [/\[([^\]]+)\]\(([^)\s]+)\)/, ([all, text, url]) => (safeUrl(url) ? link(url, text) : all)],
  [/https?:\/\/[^\s<>"')]+/, ([url]) => link(url, url)],
];

export const link = (url, text) => h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text);

/** One line as text nodes and elements. */
function spans(text) {
  let first;
  for (const [pattern, make] of inline) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, make };
  }
  if (!first) return [text];
  const { match, make } = first;
  return [
    text.slice(0, match.index),
    make(match),
    ...spans(text.slice(match.index + match[0].length)),
  ].filter((part) => part !== '');
}

/** Plain text, with its addresses as links. */
export const plainText = (text) =>
  h('p', {}, ...text.split(/(https?:\/\/[^\s<>"')]+)/).map((part, i) => (i % 2 ? link(part, part) : part)));

export function markdown(text) {
  const blocks = [];
  const parts = text.split(/^```[^\n]*\n([\s\S]*?)^```\s*$/m);
  parts.forEach((part, i) => {
    if (i % 2) return blocks.push(h('pre', { tabindex: '0' }, h('code', {}, part)));
    for (const paragraph of part.split(/\n{2,}/))
      if (paragraph.trim()) blocks.push(...linesOf(paragraph.trim().split('\n')));
  });
  return blocks;
}

function linesOf(lines) {
  const blocks = [];
  for (const line of lines) {
    const item = /^\s*(?:([-*+])|(\d+)[.)])\s+(.*)$/.exec(line);
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    const last = blocks.at(-1);
    if (item) {
      const tag = item[1] ? 'UL' : 'OL';
      const list =
        last?.tagName === tag ? last : h(tag, item[2] && item[2] !== '1' ? { start: item[2] } : {});
      list.append(h('li', {}, ...spans(item[3])));
      if (list !== last) blocks.push(list);
    } else if (heading) blocks.push(h('p', { class: 'heading' }, ...spans(heading[1])));
    else if (last?.tagName === 'P' && !last.classList.contains('heading'))
      last.append(h('br'), ...spans(line));
    else blocks.push(h('p', {}, ...spans(line)));
  }
  return blocks;
}
