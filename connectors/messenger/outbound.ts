import { failure } from '../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { callGraph, graphUrl } from '../kit/meta/graph.ts';
import type { GraphAnswer } from '../kit/meta/graph.ts';
import { sendInOrder, upload } from '../kit/meta/send.ts';
import { psidOf } from './address.ts';
import type { MessengerAccount } from './manifest.ts';
import { mediaOf, render } from './render.ts';
import type { Handle } from './render.ts';
import { codes } from './status.ts';
import { attachmentIdSchema, sentSchema } from './wire.ts';

export async function send(
  request: SendRequest,
  account: MessengerAccount,
  context: Context,
): Promise<SendOutcome> {
  const handle = await handleOf(request, account, context);
  if (!handle.ok) return handle.outcome;
  const rendered = render({
    ...request,
    handle: handle.value,
    addressOf: (media) => mediaUrl(media, request.media),
  });
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const { config, credentials } = account;
  return sendInOrder(rendered.bodies, (body) =>
    callGraph(context, {
      method: 'POST',
      url: graphUrl(config, config.page_id, 'messages'),
      token: credentials.page_access_token,
      json: addressed(body, request),
      codes,
      schema: sentSchema,
    }),
  );
}

/** A sender action goes with the receiver alone; everything else is a response within the window, and may quote. */
function addressed(
  body: Record<string, unknown>,
  { address, replyTo }: SendRequest,
): Record<string, unknown> {
  const recipient = { id: psidOf(address) };
  if ('sender_action' in body) return { ...body, recipient };
  return {
    messaging_type: 'RESPONSE',
    ...(replyTo ? { reply_to: { mid: replyTo } } : {}),
    ...body,
    recipient,
  };
}

async function handleOf(
  request: SendRequest,
  { config, credentials }: MessengerAccount,
  context: Context,
): Promise<GraphAnswer<Handle | undefined>> {
  const item = mediaOf(request.part.content);
  if (!item) return { ok: true, value: undefined };
  const file = item.id === undefined ? undefined : request.media.get(item.id);
  const url = mediaUrl(item, request.media);
  if (url && (!file || config.media === 'link')) return { ok: true, value: { url } };
  if (!file) return { ok: false, outcome: { type: 'rejected', failure: failure('media_unavailable') } };
  const type = item.type === 'sticker' ? 'image' : item.type;
  return upload<Handle>(context, {
    url: graphUrl(config, config.page_id, 'message_attachments'),
    token: credentials.page_access_token,
    fields: { message: JSON.stringify({ attachment: { type, payload: { is_reusable: true } } }) },
    fileField: 'filedata',
    media: file,
    codes,
    schema: attachmentIdSchema,
  });
}
