import { failure } from '../../protocol/failures.ts';
import type { Context, OutboundMedia, SendOutcome, SendRequest } from '../contract/index.ts';
import { nameUuid } from '../kit/name-uuid.ts';
import { opaqueIdOf } from './address.ts';
import { callApple, ended } from './api.ts';
import { upload } from './files.ts';
import type { AppleAccount } from './manifest.ts';
import { isRichLink, render } from './render.ts';
import type { SentFile } from './render.ts';

export const messageIdOf = (idempotencyKey: string): string => nameUuid(`apple message ${idempotencyKey}`);

/** Apple takes pictures inside of messages as PNG of at most 200 KB, since 21 August 2026; whatever else goes as an attachment. */
const isEmbeddable = ({ mediaType, bytes }: OutboundMedia): boolean =>
  mediaType === 'image/png' && bytes <= 200_000;

export async function send(
  request: SendRequest,
  account: AppleAccount,
  context: Context,
): Promise<SendOutcome> {
  const { part, address, idempotencyKey, language } = request;
  const file = await fileOf(request, account, context);
  if (!file.ok) return file.outcome;
  const id = messageIdOf(idempotencyKey);
  const message = render(part, id, file.value);
  if (!message) {
    const code = ['media', 'card'].includes(part.content.kind) ? 'media_unavailable' : 'content_unsupported';
    return { type: 'rejected', failure: failure(code) };
  }
  const destinationId = opaqueIdOf(address);
  const envelope = { v: 1, id, sourceId: account.config.business_id, destinationId };
  const locale = language === undefined ? {} : { locale: language.replaceAll('-', '_') };
  const result = await callApple(
    account,
    {
      method: 'POST',
      path: 'message',
      headers: { id, 'destination-id': destinationId },
      json: { ...locale, ...message, ...envelope },
    },
    context,
  );
  return ended(result, context.now(), part.content.kind === 'typing' ? [] : [id]);
}

async function fileOf(
  { part: { content }, media }: SendRequest,
  account: AppleAccount,
  context: Context,
): Promise<{ ok: true; value: SentFile | undefined } | { ok: false; outcome: SendOutcome }> {
  const shown =
    content.kind === 'media' ? content.media : content.kind === 'card' ? content.card.image : undefined;
  const item = shown?.id === undefined ? undefined : media.get(shown.id);
  if (!item) return { ok: true, value: undefined };
  if (content.kind === 'card' && isRichLink(content.card) && isEmbeddable(item)) {
    const data = Buffer.from(await item.read()).toString('base64');
    return { ok: true, value: { embedded: { data, mimeType: item.mediaType } } };
  }
  const uploaded = await upload(item, account, context);
  return uploaded.ok ? { ok: true, value: { attachment: uploaded.attachment } } : uploaded;
}
