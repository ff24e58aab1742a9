import { createHash } from 'node:crypto';
import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { sameSecret } from '../kit/signature.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { addressOf } from './address.ts';
import type { RocketAccount } from './manifest.ts';
import { eventSchema, tokenSchema } from './wire.ts';
import type { RocketEvent } from './wire.ts';

/** The integration's token stands in the body; nothing is signed. */
export function verify(request: HookRequest, { credentials }: RocketAccount): Verified {
  const read = readJsonAs(request.body, tokenSchema);
  return read.ok && sameSecret(read.value.token, credentials.webhook_token)
    ? { ok: true }
    : { ok: false, reason: 'the token of the integration is missing, or another' };
}

/** An answer without a body counts as failed there, and one with `text` would be posted. */
const response = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };

export function parse(request: HookRequest, { config }: RocketAccount): Parsed {
  const read = readJsonAs(request.body, eventSchema);
  return read.ok ? { ok: true, items: itemsOf(read.value, config.user_id), response } : read;
}

const ignored = (reason: string): InboundItem[] => [{ type: 'ignored', reason }];

function itemsOf(event: RocketEvent, ownId: string): InboundItem[] {
  const { message_id: id, user_id: userId = '', bot } = event;
  if (id === undefined) return ignored('unknown event: about no message');
  if (userId === ownId) return ignored('own echo');
  const address = addressOf(userId);
  if (address === undefined) return ignored('a sender that is no user');
  const replyTo = event.tmid ?? event.message?.tmid;
  const atMs = event.timestamp === undefined ? undefined : Math.max(0, Date.parse(event.timestamp));
  const common = {
    type: 'message' as const,
    sender: { address },
    ...defined({ atMs, replyTo }),
    ...(bot ? { automatic: true } : {}),
  };
  if (event.message) return files(event, id).map((said) => ({ ...common, ...said }));
  const text = wellFormed(event.text ?? '');
  // a file is also told of without its file
  if (text === '') return ignored('a message without text');
  if (event.isEdited) {
    // the time of the edit is not told: the words tell two edits apart
    const words = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const content = { kind: 'edit' as const, message_id: '', text };
    return [{ ...common, providerId: `${id}:edited:${words}`, content, replyTo: id }];
  }
  return [{ ...common, providerId: id, content: { kind: 'text', text } }];
}

/** Words in `text` come by themselves, under the id of the message; an older server has them in the description. */
function files(
  { message, text }: RocketEvent,
  id: string,
): Pick<InboundMessage, 'providerId' | 'content' | 'media'>[] {
  const all = message?.files ?? (message?.file ? [message.file] : []);
  // thumbnails stand among the files, named after the picture
  const own = all.filter(({ name }) => !name?.startsWith('thumb-'));
  return own.map(({ _id: fileId, ...file }, index) => {
    const caption = text ? undefined : lineOf(message?.attachments?.[index]?.description, 65_536);
    const name = lineOf(file.name, 240);
    return {
      providerId: `${id}:file:${index}`,
      content: { kind: 'media', media: { type: typeOf(file.type), id: 'file' }, ...defined({ caption }) },
      media: {
        file: {
          reference: `${fileId}/${encodeURIComponent(name ?? 'file')}`,
          ...defined({ mediaType: file.type ?? undefined, name }),
        },
      },
    };
  });
}

function typeOf(mediaType: string | null | undefined): 'image' | 'audio' | 'video' | 'file' {
  const type = mediaType?.split('/')[0];
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'file';
}
