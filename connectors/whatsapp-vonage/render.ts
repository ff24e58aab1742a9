import type { FailureCode } from '../../protocol/failures.ts';
import type { SendRequest } from '../contract/index.ts';
import { defined } from '../kit/fields.ts';
import type { MadeAtMeta } from '../kit/whatsapp/config.ts';
import { linksOf } from '../kit/whatsapp/file.ts';
import { render as renderCloud } from '../kit/whatsapp/render.ts';

export type Body = Record<string, unknown>;
type Rendered = { ok: true; bodies: Body[] } | { ok: false; code: FailureCode };

const ours = new Set(['to', 'from', 'channel', 'webhook_url', 'webhook_version']);

/** What a part becomes: the Messages API's own kinds where it has them, else the Cloud API's object as `custom`. */
export function render(
  request: Pick<SendRequest, 'part' | 'media' | 'replyTo' | 'messageId'>,
  made: MadeAtMeta,
): Rendered {
  const { content } = request.part;
  // it says everything but who gets it, and from whom: that is decided, and checked, by the gateway
  if (content.kind === 'native')
    return {
      ok: true,
      bodies: [Object.fromEntries(Object.entries(content.payload).filter(([name]) => !ours.has(name)))],
    };
  const fileOf = linksOf(request);
  if (!fileOf) return { ok: false, code: 'media_unavailable' };
  const rendered = renderCloud(request, { fileOf, made });
  if (!rendered.ok) return rendered;
  const context = request.replyTo === undefined ? {} : { context: { message_uuid: request.replyTo } };
  return { ok: true, bodies: rendered.bodies.map((body) => ({ ...translated(body), ...context })) };
}

const mediaTypes: Readonly<Record<string, string>> = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  document: 'file',
  sticker: 'sticker',
};

function translated(body: Body): Body {
  const type = String(body['type']);
  const inner = body[type] as Record<string, string | undefined>;
  if (type === 'text') return { message_type: 'text', text: inner['body'] };
  if (type === 'reaction')
    return {
      message_type: 'reaction',
      reaction: inner['emoji'] ? { action: 'react', emoji: inner['emoji'] } : { action: 'unreact' },
    };
  const mediaType = mediaTypes[type];
  if (mediaType === undefined) return { message_type: 'custom', custom: body };
  const { link, caption, filename } = inner;
  return { message_type: mediaType, [mediaType]: defined({ url: link, caption, name: filename }) };
}
