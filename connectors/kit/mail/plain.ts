import { convert } from 'html-to-text';

/** HTML longer than this is read up to here. */
const maxHtmlLength = 1_000_000;

/** HTML as text: links keep their address, quotes get `>`, pictures and styles go. Depth and breadth are bounded. */
export const htmlToPlain = (html: string): string =>
  convert(html, {
    wordwrap: false,
    limits: { maxInputLength: maxHtmlLength, maxDepth: 100, maxChildNodes: 20_000, ellipsis: '…' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'blockquote', options: { trimEmptyLines: true } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  }).trim();
