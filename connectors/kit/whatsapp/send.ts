import type { Content, Media } from '../../../protocol/content.ts';
import { failure } from '../../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../../contract/index.ts';
import { callGraph } from '../meta/graph.ts';
import type { GraphAnswer } from '../meta/graph.ts';
import { idSchema, sendInOrder, upload } from '../meta/send.ts';
import { recipientOf } from './address.ts';
import type { MadeAtMeta } from './config.ts';
import { mediaOf } from './file.ts';
import type { Handle } from './file.ts';
import { render } from './render.ts';
import { codes } from './status.ts';
import { sentSchema } from './wire.ts';

/** Where the Cloud API is spoken, and who speaks. */
export interface CloudLine {
  /** The `messages` edge of the number. */
  messagesUrl: string;
  /** The `media` edge of the number. */
  mediaUrl: string;
  token: string;
  /** The header that takes the token as it is; left out: a bearer token. */
  tokenHeader?: string;
  /** Upload media, or let Meta fetch it from this gateway. */
  media: 'upload' | 'link';
  /** What the account has at Meta. */
  made?: MadeAtMeta;
}

/** Sends a part by the Cloud API: "Messages" (Cloud API reference), v25.0. */
export async function sendCloud(
  request: SendRequest,
  line: CloudLine,
  context: Context,
): Promise<SendOutcome> {
  const files = new Map<Media, Handle>();
  for (const item of mediaOf(request.part.content)) {
    const handle = await handleOf(item, request, line, context);
    if (!handle.ok) return handle.outcome;
    files.set(item, handle.value);
  }
  const rendered = render(request, { fileOf: (item) => files.get(item), made: line.made });
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  return sendInOrder(rendered.bodies, (body) =>
    callGraph(context, {
      method: 'POST',
      url: line.messagesUrl,
      token: line.token,
      tokenHeader: line.tokenHeader,
      json: { messaging_product: 'whatsapp', ...addressed(body, request) },
      codes,
      schema: sentSchema,
    }),
  );
}

/** Names the receiver and the message answered. A read mark has neither: it names the message it is about. */
function addressed(
  body: Record<string, unknown>,
  { address, part, replyTo }: SendRequest,
): Record<string, unknown> {
  if ('status' in body) return body;
  const context = replyTo && quotes(part.content) ? { context: { message_id: replyTo } } : {};
  return { recipient_type: 'individual', ...recipientOf(address), ...context, ...body };
}

const quotes = (content: Content): boolean => content.kind !== 'reaction';

/** Uploads a file, or names the gateway's address of it. */
async function handleOf(
  item: Media,
  request: SendRequest,
  line: CloudLine,
  context: Context,
): Promise<GraphAnswer<Handle>> {
  const file = item.id === undefined ? undefined : request.media.get(item.id);
  const link = file?.url ?? item.url;
  if (link && (!file || line.media === 'link')) return { ok: true, value: { link } };
  if (!file) return { ok: false, outcome: { type: 'rejected', failure: failure('media_unavailable') } };
  return upload<Handle>(context, {
    url: line.mediaUrl,
    token: line.token,
    tokenHeader: line.tokenHeader,
    fields: { messaging_product: 'whatsapp', type: file.mediaType },
    fileField: 'file',
    media: file,
    codes,
    schema: idSchema,
  });
}
