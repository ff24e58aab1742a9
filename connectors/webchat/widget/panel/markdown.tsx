import type { ComponentChildren } from 'preact';

/**
 * A small safe part of CommonMark: emphasis, code, links, lists, line breaks. It makes elements, never HTML, and links only to
 * http, https, mailto and tel; whatever else stays the text that it is.
 */
const inline =
  /\*\*(?<bold>[^*\n]+)\*\*|(?<![\w*])[*_](?<italic>[^*_\n]+)[*_](?![\w*])|`(?<code>[^`\n]+)`|\[(?<label>[^\]\n]+)\]\((?<target>[^\s()]+)\)|(?<url>https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'»])/gu;
/** Plain text: only its last alternative. */
const bare = new RegExp(inline.source.slice(inline.source.indexOf('(?<url>')), 'gu');

export const safeUrl = (url: string | undefined): string | undefined =>
  url && /^(https?:|mailto:|tel:)/i.test(url) ? url : undefined;

export const Link = ({
  to,
  children,
  class: name,
}: {
  to: string;
  children: ComponentChildren;
  class?: string;
}) => (
  <a href={safeUrl(to)} class={name} target="_blank" rel="noopener noreferrer nofollow">
    {children}
  </a>
);

function spans(text: string, pattern: RegExp): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const { bold, italic, code, label, target, url } = match.groups!;
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (bold) parts.push(<strong>{spans(bold, pattern)}</strong>);
    else if (italic) parts.push(<em>{spans(italic, pattern)}</em>);
    else if (code) parts.push(<code>{code}</code>);
    else if (label && target && safeUrl(target)) parts.push(<Link to={target}>{label}</Link>);
    else if (url) parts.push(<Link to={url}>{url}</Link>);
    else parts.push(match[0]);
  }
  parts.push(text.slice(from));
  return parts;
}

export function Text({ text, markdown }: { text: string; markdown?: boolean | undefined }) {
  if (!markdown) return <p dir="auto">{spans(text, bare)}</p>;
  const blocks: ComponentChildren[] = [];
  for (const block of text.split(/\n{2,}/)) {
    const lines = block.split('\n');
    if (lines.every((line) => /^\s*[-*+] /.test(line)))
      blocks.push(
        <ul dir="auto">
          {lines.map((line) => (
            <li>{spans(line.replace(/^\s*[-*+] /, ''), inline)}</li>
          ))}
        </ul>,
      );
    else if (lines.every((line) => /^\s*\d+[.)] /.test(line)))
      blocks.push(
        <ol dir="auto">
          {lines.map((line) => (
            <li>{spans(line.replace(/^\s*\d+[.)] /, ''), inline)}</li>
          ))}
        </ol>,
      );
    else if (/^#{1,6} /.test(block))
      blocks.push(
        <p dir="auto">
          <strong>{spans(block.replace(/^#+ /, ''), inline)}</strong>
        </p>,
      );
    else blocks.push(<p dir="auto">{spans(block, inline)}</p>);
  }
  return <>{blocks}</>;
}
