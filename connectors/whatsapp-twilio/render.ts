import type { FailureCode } from '../../protocol/failures.ts';
import type { ContentOf, Media } from '../../protocol/content.ts';
import type { SendRequest } from '../contract/index.ts';
import { cut } from '../kit/fields.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { limits } from './manifest.ts';

/** Fields of the form, without sender and receiver. */
export type Fields = Record<string, string | string[]>;
type Rendered = { ok: true; bodies: Fields[] } | { ok: false; code: FailureCode };

const one = (fields: Fields): Rendered => ({ ok: true, bodies: [fields] });

/** What a part becomes: "Messages resource". */
export function render({ part, media }: Pick<SendRequest, 'part' | 'media'>): Rendered {
  const { content } = part;
  const addressOf = (item: Media): string | undefined => mediaUrl(item, media);
  switch (content.kind) {
    case 'text':
      return one({ Body: content.text });
    case 'media':
      return mediaFields(content, addressOf(content.media));
    case 'location':
      return one(place(content));
    case 'template':
      return template(content, addressOf);
    case 'native':
      return one(guarded(content.payload));
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

/** Sounds have no caption: it follows as a text. */
function mediaFields({ media, caption }: ContentOf<'media'>, url: string | undefined): Rendered {
  if (url === undefined) return { ok: false, code: 'media_unavailable' };
  if (caption === undefined) return one({ MediaUrl: url });
  return media.type === 'audio'
    ? { ok: true, bodies: [{ MediaUrl: url }, { Body: caption }] }
    : one({ MediaUrl: url, Body: caption });
}

/** `geo:latitude,longitude|label`; `Body` is the name of the place. */
function place({ latitude, longitude, name, address }: ContentOf<'location'>): Fields {
  const label = address ?? name;
  const where = `geo:${decimal(latitude)},${decimal(longitude)}`;
  return {
    Body: cut(name ?? address ?? `${decimal(latitude)}, ${decimal(longitude)}`, limits.label),
    PersistentAction: label ? `${where}|${cut(label.replaceAll('|', '/'), limits.label)}` : where,
  };
}

/** Never with an exponent, which small numbers would have. */
const decimal = (degrees: number): string =>
  String(Number(degrees.toFixed(6)) || 0).replace(/^(-?\d)e.*$/, '0');

/**
 * A template is named by its Content SID, which is of one language; what is none, Twilio refuses. Its variables are numbered through: the header's, the body's, then
 * the buttons'.
 */
function template(
  { name, header, parameters, buttons }: ContentOf<'template'>,
  addressOf: (media: Media) => string | undefined,
): Rendered {
  const top = (header ?? []).map((value) => (typeof value === 'string' ? value : addressOf(value)));
  const values = [...top, ...(parameters ?? []), ...(buttons ?? []).map(({ value }) => value)];
  if (values.some((value) => value === undefined)) return { ok: false, code: 'media_unavailable' };
  const variables = Object.fromEntries(values.map((value, index) => [String(index + 1), value]));
  return one({
    ContentSid: name,
    ...(values.length ? { ContentVariables: JSON.stringify(variables) } : {}),
  });
}

const ours = new Set(['to', 'from', 'messagingservicesid', 'statuscallback']);

/** A native payload says everything but who gets it, and from whom: that is decided, and checked, by the gateway. */
const guarded = (payload: Record<string, unknown>): Fields =>
  Object.fromEntries(
    Object.entries(payload)
      .filter(([name]) => !ours.has(name.toLowerCase()))
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(asText) : asText(value)]),
  );

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
