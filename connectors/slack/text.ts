import { singleStar } from '../kit/single-star.ts';
import { emojiOf } from './emoji.ts';

/** The three characters that Slack gives a meaning of its own: nothing a text holds becomes a mention, a link or an alarm to all. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A text object of a card, which takes mrkdwn alone. Its limit counts what is written, so the text is shortened until it fits. */
export function mrkdwn(text: string, max: number): { type: 'mrkdwn'; text: string; verbatim: true } {
  let kept = text;
  while (escape(kept).length > max)
    kept = `${kept
      .slice(0, -2)
      .toWellFormed()
      .replace(/\ufffd$/, '')}…`;
  return { type: 'mrkdwn', text: escape(kept), verbatim: true };
}

export const fromMarkdown = (markdown: string): string => singleStar(markdown, escape);

/** What a person wrote, out of Slack's markup: links as words and address, mentions as `@id`, emoji where they are known. */
export function plainOf(text: string): string {
  return text
    .replace(/<([^<>\n]{1,4096})>/g, (_, inside: string) => {
      const at = inside.indexOf('|');
      const [target, words] = at < 0 ? [inside, ''] : [inside.slice(0, at), inside.slice(at + 1)];
      if (/^[@#!]/.test(target))
        return words ? `${target[0] === '#' ? '#' : ''}${words}` : target.replace(/^!(?:subteam\^)?/, '@');
      const address = target.replace(/^(?:mailto|tel):/, '');
      return !words || words === address || address.endsWith(`//${words}`)
        ? address
        : `${words} (${address})`;
    })
    .replace(/:([a-z0-9_+-]{1,64}(?:::skin-tone-[2-6])?):/g, (code, name: string) => {
      const emoji = emojiOf(name);
      return emoji.startsWith(':') ? code : emoji;
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
