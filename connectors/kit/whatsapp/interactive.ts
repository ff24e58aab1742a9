import type { Card, ContentOf } from '../../../protocol/content.ts';
import type { Part } from '../../contract/index.ts';
import { cut, defined } from '../fields.ts';
import { cloudCapabilities, limits } from './capabilities.ts';
import type { Rendered } from './rendered.ts';

const { buttons, list } = cloudCapabilities;

/** Reply buttons where they hold all that is to be shown, else a list. */
export function choice(content: ContentOf<'choice'>, payloads: string[]): Rendered {
  const { options } = content;
  const fitsButtons =
    options.length <= buttons!.max && options.every(({ title }) => title.length <= buttons!.label.max);
  const asList =
    !fitsButtons ||
    content.style === 'list' ||
    (content.style === undefined && options.some(({ description }) => description));
  const framed = frame(content);
  if (!framed) return { ok: false, code: 'content_too_large' };
  const action = asList
    ? {
        button: cut(content.button ?? 'Options', list!.button.max),
        sections: [
          {
            rows: options.map(({ title, description }, index) =>
              defined({
                id: payloads[index]!,
                title: cut(title, list!.label.max),
                description: description ? cut(description, list!.description.max) : undefined,
              }),
            ),
          },
        ],
      }
    : { buttons: options.map(({ title }, index) => replyButton(title, payloads[index]!)) };
  return interactive({ type: asList ? 'list' : 'button', ...framed, action });
}

/** Header, body and footer. A header or footer too long for its place goes into the body if there is room. */
export function frame({ header, text, footer }: Pick<ContentOf<'choice'>, 'header' | 'text' | 'footer'>) {
  const headed = header !== undefined && header.length <= limits.header;
  const footed = footer !== undefined && footer.length <= limits.footer;
  const body = [headed ? undefined : header, text, footed ? undefined : footer].filter(Boolean).join('\n\n');
  if (body.length > limits.body) return undefined;
  return defined({
    header: headed ? { type: 'text', text: header } : undefined,
    body: { text: body },
    footer: footed ? { text: footer } : undefined,
  });
}

/**
 * A card: reply buttons, or one button with a link; the platform mixes them never and takes one link only. The links that have
 * no button stand in the text. Without anything to press it is a picture with a caption, or a text.
 */
export function card(
  { title, subtitle, actions = [] }: Card,
  payloads: string[],
  image: object | undefined,
): Rendered {
  const replies = actions.filter((action) => action.type === 'reply');
  const urls = actions.filter((action) => action.type === 'url');
  const linked = replies.length ? undefined : urls[0];
  const written = urls
    .filter((action) => action !== linked)
    .map((action) => `${action.title}: ${action.url}`);
  const text = [title, subtitle, ...written].filter(Boolean).join('\n');
  if (text.length > limits.body) return { ok: false, code: 'content_too_large' };
  if (!replies.length && !linked)
    return {
      ok: true,
      bodies: [
        image
          ? { type: 'image', image: { ...image, caption: text } }
          : { type: 'text', text: { body: text } },
      ],
    };
  return interactive({
    type: linked ? 'cta_url' : 'button',
    ...(image ? { header: { type: 'image', image } } : {}),
    body: { text },
    action: linked
      ? {
          name: 'cta_url',
          parameters: { display_text: cut(linked.title, limits.urlButton), url: linked.url },
        }
      : { buttons: replies.map((reply, index) => replyButton(reply.title, payloads[index]!)) },
  });
}

const replyButton = (title: string, id: string) => ({
  type: 'reply',
  reply: { id, title: cut(title, buttons!.label.max) },
});

export const interactive = (body: object): Rendered => ({
  ok: true,
  bodies: [{ type: 'interactive', interactive: body }],
});

/** Payloads of a part; a content that went around the gateway has the options' own ids. */
export const payloadsOf = ({ content, payloads }: Part, ids: string[]): string[] =>
  payloads && payloads.length === ids.length
    ? payloads
    : content.kind === 'choice' || content.kind === 'card' || content.kind === 'carousel'
      ? ids
      : [];
