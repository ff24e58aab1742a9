import type { ContentOf } from '../../protocol/content.ts';
import type { OutboundMedia, SendRequest } from '../contract/index.ts';
import { pressableCard, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits } from './manifest.ts';
import { escaped, fromMarkdown } from './text.ts';

type Json = Record<string, unknown>;
/** The body of "Create Message", and the file that goes with it. */
export interface Message {
  body: Json;
  file?: OutboundMedia;
}
export type Rendered =
  | { ok: true; message: Message }
  | { ok: false; code: 'content_unsupported' | 'media_unavailable' };

const ok = (body: Json, file?: OutboundMedia): Rendered => ({
  ok: true,
  message: { body, ...(file ? { file } : {}) },
});

export function render({ part, media }: Pick<SendRequest, 'part' | 'media'>): Rendered {
  const { content, payloads = [] } = part;
  const held = (id: string | undefined) => (id === undefined ? undefined : media.get(id));
  switch (content.kind) {
    case 'text':
      return ok({
        content: content.format === 'markdown' ? fromMarkdown(content.text) : escaped(content.text),
      });
    case 'edit':
      return ok({ content: escaped(content.text) });
    case 'media': {
      const file = held(content.media.id);
      if (!file) return { ok: false, code: 'media_unavailable' };
      return ok(
        {
          ...(content.caption ? { content: escaped(content.caption) } : {}),
          attachments: [
            {
              id: 0,
              filename: fileName(file),
              ...(content.media.alt ? { description: content.media.alt.slice(0, 1024).toWellFormed() } : {}),
            },
          ],
        },
        file,
      );
    }
    case 'choice':
      return ok({ content: escaped(content.text), components: choice(content, payloads) });
    case 'card':
      return card(content, payloads, held(content.card.image?.id));
    case 'native': {
      const { flags: _, ...body } = content.payload;
      return ok(body);
    }
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

/** A name that may stand in `attachment://`: letters, digits, dots, dashes. */
export const fileName = ({ name, mediaType }: OutboundMedia): string => {
  const plain = (name ?? '')
    .replace(/[^\w.-]/g, '_')
    .replace(/^[._]+/, '')
    .slice(-100);
  return plain || `file.${/^[a-z]+\/([a-z0-9]{1,8})\b/.exec(mediaType)?.[1] ?? 'bin'}`;
};

const types = { row: 1, button: 2, select: 3 } as const;
const styles = { plain: 2, link: 5 } as const;

const pressable = ({ title, payload }: Pressable): Json => ({
  type: types.button,
  style: styles.plain,
  label: title,
  custom_id: payload,
});

/** Five buttons a row, five rows a message. */
const rows = (buttons: Json[]): Json[] =>
  Array.from({ length: Math.ceil(buttons.length / limits.perRow) }, (_, i) => ({
    type: types.row,
    components: buttons.slice(i * limits.perRow, (i + 1) * limits.perRow),
  }));

function choice(content: ContentOf<'choice'>, payloads: string[]): Json[] {
  const { style, button, min_choices: min = 1, max_choices: max = 1 } = content;
  const options = pressableOptions(content.options, payloads);
  if (style !== 'list') return rows(options.map(pressable));
  const select = {
    type: types.select,
    custom_id: 'list',
    ...(button ? { placeholder: button } : {}),
    min_values: Math.min(min, options.length),
    max_values: Math.min(max, options.length),
    options: options.map(({ title, description, payload }) => ({
      label: title,
      value: payload,
      ...(description ? { description } : {}),
    })),
  };
  return [{ type: types.row, components: [select] }];
}

function cardButton(action: PressableAction): Json | string {
  if (action.type === 'reply') return pressable(action);
  if (action.type === 'call') return `${action.title}: ${action.phone}`;
  return action.url.length <= limits.url
    ? { type: types.button, style: styles.link, label: action.title, url: action.url }
    : `${action.title}: ${action.url}`;
}

/** An embed with its picture uploaded, buttons below; a link too long for a button stands in the text. */
function card(content: ContentOf<'card'>, payloads: string[], picture: OutboundMedia | undefined): Rendered {
  const of = pressableCard(content.card, payloads);
  if (of.image && !picture) return { ok: false, code: 'media_unavailable' };
  const pressed = of.actions.map(cardButton);
  const buttons = pressed.filter((each) => typeof each !== 'string');
  const lines = pressed.filter((each) => typeof each === 'string');
  const description = [of.subtitle && escaped(of.subtitle), ...lines].filter(Boolean).join('\n');
  const embed = {
    title: of.title,
    ...(description ? { description: shorten(description, limits.embedDescription) } : {}),
    ...(picture ? { image: { url: `attachment://${fileName(picture)}` } } : {}),
  };
  return ok(
    {
      embeds: [embed],
      ...(buttons.length ? { components: rows(buttons) } : {}),
      ...(picture ? { attachments: [{ id: 0, filename: fileName(picture) }] } : {}),
    },
    picture,
  );
}
