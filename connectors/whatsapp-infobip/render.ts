import type { ContentOf } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { SendRequest } from '../contract/index.ts';
import { defined } from '../kit/fields.ts';
import type { MadeAtMeta } from '../kit/whatsapp/config.ts';
import { linksOf } from '../kit/whatsapp/file.ts';
import type { FileOf } from '../kit/whatsapp/file.ts';
import { render as renderCloud } from '../kit/whatsapp/render.ts';
import { interactive } from './interactive.ts';
import type { Json, Message } from './interactive.ts';

type Rendered = { ok: true; messages: Message[] } | { ok: false; code: FailureCode };

/** What a part becomes: Infobip has one address for each kind, and Meta's contents under names of its own. */
export function render(
  request: Pick<SendRequest, 'part' | 'media' | 'replyTo' | 'messageId'>,
  made: MadeAtMeta,
): Rendered {
  const { content } = request.part;
  if (content.kind === 'native') return guarded(content.payload);
  const fileOf = linksOf(request);
  if (!fileOf) return { ok: false, code: 'media_unavailable' };
  if (content.kind === 'template')
    return { ok: true, messages: [{ path: 'template', content: template(content, fileOf) }] };
  const rendered = renderCloud(request, { fileOf, made });
  return rendered.ok ? { ok: true, messages: rendered.bodies.flatMap(translated) } : rendered;
}

function translated(body: Json): Message[] {
  const type = String(body['type']);
  const inner = body[type] as Json;
  switch (type) {
    case 'text':
      return [{ path: 'text', content: { text: inner['body'], previewUrl: inner['preview_url'] } }];
    case 'location':
      return [{ path: 'location', content: inner }];
    case 'contacts':
      return [{ path: 'contact', content: { contacts: (body[type] as Json[]).map(contact) } }];
    case 'interactive':
      return interactive(inner);
    default: {
      const { link: mediaUrl, caption, filename } = inner;
      return [{ path: type, content: defined({ mediaUrl, caption, filename }) }];
    }
  }
}

const contact = ({ name, ...rest }: Json): Json => {
  const { formatted_name: formattedName, first_name: firstName } = name as Json;
  return { ...rest, name: { formattedName, firstName } };
};

const buttonTypes = { quick_reply: 'QUICK_REPLY', url: 'URL', copy_code: 'COPY_CODE' } as const;
const headerTypes: Readonly<Record<string, string>> = { image: 'IMAGE', video: 'VIDEO', file: 'DOCUMENT' };

/** "Send WhatsApp template message". Its buttons are named by their order alone. */
function template(
  { name, language, header, parameters, buttons }: ContentOf<'template'>,
  fileOf: FileOf,
): Json {
  const [top] = header ?? [];
  const file = typeof top === 'object' ? fileOf(top) : undefined;
  const shown =
    typeof top === 'object'
      ? defined({
          type: headerTypes[top.type] ?? 'DOCUMENT',
          mediaUrl: file && 'link' in file ? file.link : undefined,
          filename: top.type === 'file' ? (top.name ?? 'file') : undefined,
        })
      : top === undefined
        ? undefined
        : { type: 'TEXT', placeholder: top };
  return {
    templateName: name,
    templateData: defined({
      body: { placeholders: parameters ?? [] },
      header: shown,
      buttons: buttons
        ?.toSorted((one, other) => one.index - other.index)
        .map(({ type, value }) => ({ type: buttonTypes[type], parameter: value })),
    }),
    language: language.replaceAll('-', '_'),
  };
}

/** A native payload is a message's path and content; who gets it, and from whom, is decided, and checked, by the gateway. */
function guarded({ path, content }: Json): Rendered {
  if (typeof path !== 'string' || !/^[a-z]+(-[a-z]+)*(\/[a-z]+(-[a-z]+)*)?$/.test(path))
    return { ok: false, code: 'content_refused' };
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return { ok: false, code: 'content_refused' };
  return { ok: true, messages: [{ path, content: content as Json }] };
}
