import { isObject, list, listOf, objectOf, Refused, text, unique } from './graph.ts';
import type { Json, Rules } from './graph.ts';
import type { Pressable } from './handset.ts';

/** What the Cloud API refuses in a message, and what a telephone shows of one that it takes. Limits: facts of the platform's reference. */
export const rules: Rules = {
  missing: (field) => {
    throw new Refused({
      code: 131008,
      message: 'Required parameter is missing',
      details: `Parameter '${field}' is mandatory`,
    });
  },
  invalid: (field, why) => {
    throw new Refused({
      code: 131009,
      message: 'Parameter value is not valid',
      details: `Parameter '${field}' ${why}`,
    });
  },
};

export interface Looks {
  text: string;
  buttons: Pressable[];
  mediaId?: string;
}

export interface Template {
  name: string;
  language: string;
  /** Text of the body with {{1}}, {{2}} … */
  body: string;
  header?: 'text' | 'image' | 'video' | 'document';
  buttons?: { type: 'quick_reply' | 'url' | 'copy_code'; text: string }[];
}

type Look = (body: Json, store: { templates: Template[]; hasMedia(id: string): boolean }) => Looks;
const plain = (said: string): Looks => ({ text: said, buttons: [] });

const location: Look = ({ location: given }) => {
  const { latitude, longitude, name, address } = objectOf(given);
  for (const [field, value, most] of [
    ['latitude', latitude, 90],
    ['longitude', longitude, 180],
  ] as const) {
    if (value === undefined) rules.missing(`location.${field}`);
    if (typeof value !== 'number' || Math.abs(value) > most)
      rules.invalid(`location.${field}`, 'is out of range');
  }
  if (name !== undefined) text(rules, name, 'location.name', { max: 1000 });
  if (address !== undefined) text(rules, address, 'location.address', { max: 1000 });
  return plain([name, address, `${String(latitude)},${String(longitude)}`].filter(Boolean).join('\n'));
};

const contacts: Look = ({ contacts: given }) =>
  plain(
    list(rules, given, 'contacts', { max: 257 })
      .map((contact) => {
        const name = objectOf(objectOf(contact)['name']);
        const formatted = text(rules, name['formatted_name'], 'contacts.name.formatted_name', { max: 1024 });
        if (Object.keys(name).length < 2) rules.missing('contacts.name.first_name');
        return [
          formatted,
          ...listOf(objectOf(contact)['phones']).map((phone) => objectOf(phone)['phone']),
        ].join(' ');
      })
      .join('\n'),
  );

function fileOf(value: unknown, field: string, store: { hasMedia(id: string): boolean }): string {
  const { id, link } = objectOf(value);
  if (id === undefined && link === undefined) return rules.missing(`${field}.id`);
  if (id !== undefined && !store.hasMedia(String(id)))
    throw new Refused({ code: 131053, message: 'Media upload error', details: 'The media id is not known' });
  return String(id ?? link);
}

const captionMax = 1024;
const media =
  (type: 'image' | 'audio' | 'video' | 'document' | 'sticker'): Look =>
  (body, store) => {
    const mediaId = fileOf(body[type], type, store);
    const { caption, filename } = objectOf(body[type]);
    if (caption !== undefined && (type === 'audio' || type === 'sticker'))
      rules.invalid(`${type}.caption`, 'is unexpected');
    if (caption !== undefined) text(rules, caption, `${type}.caption`, { max: captionMax });
    if (filename !== undefined) text(rules, filename, `${type}.filename`, { max: 240 });
    return { text: typeof caption === 'string' ? caption : '', buttons: [], mediaId };
  };

const interactive: Look = ({ interactive: given }, store) => {
  const { type, header, body, footer, action } = objectOf(given);
  const said = text(rules, objectOf(body)['text'], 'interactive.body.text', { max: 1024 });
  const top = objectOf(header);
  if (header !== undefined && top['type'] === 'text')
    text(rules, top['text'], 'interactive.header.text', { max: 60 });
  const mediaId = ['image', 'video', 'document'].includes(String(top['type']))
    ? fileOf(top[String(top['type'])], 'interactive.header', store)
    : undefined;
  if (footer !== undefined) text(rules, objectOf(footer)['text'], 'interactive.footer.text', { max: 60 });
  const shown = [top['text'], said, objectOf(footer)['text']].filter(Boolean).join('\n');
  const buttons = Object.hasOwn(actions, String(type))
    ? actions[String(type)]!(objectOf(action))
    : rules.invalid('interactive.type', 'is unknown');
  return { text: shown, buttons, ...(mediaId === undefined ? {} : { mediaId }) };
};

const actions: Record<string, (action: Json) => Pressable[]> = {
  button: ({ buttons }) => {
    const pressable = list(rules, buttons, 'interactive.action.buttons', { max: 3 }).map(
      (button): Pressable => {
        const { id, title } = objectOf(objectOf(button)['reply']);
        return {
          how: 'button',
          payload: text(rules, id, 'interactive.action.buttons.reply.id', { max: 256 }),
          title: text(rules, title, 'interactive.action.buttons.reply.title', { max: 20 }),
        };
      },
    );
    unique(
      rules,
      pressable.map(({ payload }) => payload),
      'interactive.action.buttons.reply.id',
    );
    unique(
      rules,
      pressable.map(({ title }) => title),
      'interactive.action.buttons.reply.title',
    );
    return pressable;
  },
  list: ({ button, sections }) => {
    text(rules, button, 'interactive.action.button', { max: 20 });
    const given = list(rules, sections, 'interactive.action.sections', { max: 10 }).map(objectOf);
    if (given.length > 1)
      for (const { title } of given) text(rules, title, 'interactive.action.sections.title', { max: 24 });
    const rows = list(
      rules,
      given.flatMap((section) => listOf(section['rows'])),
      'interactive.action.sections.rows',
      { max: 10 },
    );
    const pressable = rows.map((row): Pressable => {
      const { id, title, description } = objectOf(row);
      if (description !== undefined) text(rules, description, 'rows.description', { max: 72 });
      return {
        how: 'row',
        payload: text(rules, id, 'rows.id', { max: 200 }),
        title: text(rules, title, 'rows.title', { max: 24 }),
      };
    });
    unique(
      rules,
      pressable.map(({ payload }) => payload),
      'rows.id',
    );
    return pressable;
  },
  cta_url: ({ name, parameters }) => {
    if (name !== 'cta_url') rules.invalid('interactive.action.name', 'must be cta_url');
    text(rules, objectOf(parameters)['display_text'], 'interactive.action.parameters.display_text', {
      max: 20,
    });
    const url = text(rules, objectOf(parameters)['url'], 'interactive.action.parameters.url', { max: 2000 });
    if (!/^https?:\/\//.test(url)) rules.invalid('interactive.action.parameters.url', 'is no web address');
    return [];
  },
};

const template: Look = ({ template: given }, { templates }) => {
  const { name, language, components } = objectOf(given);
  text(rules, name, 'template.name', { max: 512 });
  const code = text(rules, objectOf(language)['code'], 'template.language.code', { max: 16 });
  const stored = templates.find((each) => each.name === name && each.language === code);
  if (!stored)
    throw new Refused({
      status: 404,
      code: 132001,
      message: 'Template name does not exist in the translation',
      details: `template name (${String(name)}) does not exist in ${code}`,
    });
  const part = (type: string) =>
    listOf(components)
      .map(objectOf)
      .filter((each) => each['type'] === type);
  const values = part('body')
    .flatMap((each) => listOf(each['parameters']))
    .map((each) => String(objectOf(each)['text'] ?? ''));
  const wanted = new Set(stored.body.match(/\{\{\d+\}\}/g)).size;
  const headed = part('header')
    .flatMap((each) => listOf(each['parameters']))
    .map((each) => objectOf(each)['type']);
  if (values.length !== wanted)
    throw new Refused({
      code: 132000,
      message: 'Number of parameters does not match the expected number of params',
      details: `body: number of localizable_params (${values.length}) does not match the expected number of params (${wanted})`,
    });
  if (stored.header !== headed[0])
    throw new Refused({
      code: 132012,
      message: 'Parameter format does not match format in the created template',
      details: `header: expected ${stored.header ?? 'none'}, received ${String(headed[0] ?? 'none')}`,
    });
  const payloads = new Map(
    part('button').map((each) => [String(each['index']), objectOf(listOf(each['parameters'])[0])['payload']]),
  );
  return {
    text: stored.body.replace(/\{\{(\d+)\}\}/g, (_all, at: string) => values[Number(at) - 1] ?? ''),
    buttons: (stored.buttons ?? []).flatMap(({ type, text: title }, index) =>
      type === 'quick_reply'
        ? [{ how: 'template' as const, title, payload: String(payloads.get(String(index)) ?? title) }]
        : [],
    ),
  };
};

const reaction: Look = ({ reaction: given }) => {
  text(rules, objectOf(given)['message_id'], 'reaction.message_id', { max: 1024 });
  return plain(text(rules, objectOf(given)['emoji'], 'reaction.emoji', { min: 0, max: 64 }));
};

const looks: Record<string, Look> = {
  text: ({ text: given }) => plain(text(rules, objectOf(given)['body'], 'text.body', { max: 4096 })),
  location,
  contacts,
  image: media('image'),
  audio: media('audio'),
  video: media('video'),
  document: media('document'),
  sticker: media('sticker'),
  interactive,
  template,
  reaction,
};

/** Refuses what the platform refuses; else how it looks. */
export function looksOf(body: Json, store: Parameters<Look>[1]): Looks {
  const type = typeof body['type'] === 'string' ? body['type'] : 'text';
  const look = Object.hasOwn(looks, type) ? looks[type] : undefined;
  if (!look)
    throw new Refused({
      code: 131051,
      message: 'Unsupported message type',
      details: `Message type ${type} is not supported`,
    });
  if (type !== 'contacts' && !isObject(body[type])) return rules.missing(type);
  return look(body, store);
}

/** Upload limits by media type, in bytes. */
export const uploadLimits: readonly (readonly [RegExp, number])[] = [
  [/^image\/webp$/, 500 * 1024],
  [/^image\/(jpeg|png)$/, 5 << 20],
  [/^(audio\/(aac|amr|mpeg|mp4|ogg)|video\/(mp4|3gpp))$/, 16 << 20],
  [/^(text\/plain|application\/(pdf|msword|vnd\..+))$/, 100 << 20],
];
