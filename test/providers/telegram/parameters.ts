import type { Recorded } from '../emulator.ts';
import type { Json } from './model.ts';

export interface Upload {
  name: string;
  type: string;
  bytes: Uint8Array;
}

export interface Parameters {
  values: Json;
  files: Record<string, Upload>;
}

/** Parameters that are objects or lists; in a form they come as JSON in a text. */
const structured = new Set([
  'reply_markup',
  'reply_parameters',
  'entities',
  'caption_entities',
  'reaction',
  'allowed_updates',
  'options',
]);

/**
 * The four ways of passing parameters (https://core.telegram.org/bots/api#making-requests): query, JSON, form and multipart.
 * undefined: a body that is none of them.
 */
export async function readParameters({ path, headers, body }: Recorded): Promise<Parameters | undefined> {
  const query = Object.fromEntries(new URL(path, 'http://emulator').searchParams);
  const type = headers['content-type'] ?? '';
  const found: Parameters = { values: decoded(query), files: {} };
  if (body.length === 0) return found;
  try {
    if (type.startsWith('application/json')) {
      const json = JSON.parse(body.toString('utf8')) as unknown;
      if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
      return { ...found, values: { ...found.values, ...json } };
    }
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    for (const [name, value] of form) {
      if (typeof value === 'string') Object.assign(found.values, decoded({ [name]: value }));
      else
        found.files[name] = {
          name: value.name,
          type: value.type,
          bytes: new Uint8Array(await value.arrayBuffer()),
        };
    }
    return found;
  } catch {
    return undefined;
  }
}

const decoded = (texts: Record<string, string>): Json =>
  Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [
      name,
      structured.has(name) ? (JSON.parse(value) as unknown) : value,
    ]),
  );
