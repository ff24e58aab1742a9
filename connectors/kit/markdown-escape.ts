/**
 * Plain text for a platform that reads every text as Markdown: what could be a mark gets a backslash before it, so at most twice the
 * length. Addresses stay as they are, or they would be links to somewhere else.
 */
export const escapeMarkdown = (text: string): string =>
  text
    .split(/(\bhttps?:\/\/\S+)/)
    .map((part, index) => (index % 2 ? part : part.replace(/[\\`*_~[\]<>#|!]/g, '\\$&')))
    .join('')
    // a list or a heading only at the beginning of a line
    .replace(/^(\s{0,3})([-+]|\d{1,9}[.)])(?=\s)/gm, (_all, space: string, mark: string) =>
      /^\d/.test(mark) ? `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}` : `${space}\\${mark}`,
    );
