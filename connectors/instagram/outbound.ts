import { failure } from '../../protocol/failures.ts';
import type { Context, ProbeOutcome, SendOutcome, SendRequest } from '../contract/index.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { callGraph, graphUrl } from '../kit/meta/graph.ts';
import type { GraphAnswer } from '../kit/meta/graph.ts';
import { sendInOrder, upload } from '../kit/meta/send.ts';
import { tokenExpiry } from '../kit/meta/token-expiry.ts';
import { igsidOf } from './address.ts';
import type { InstagramAccount } from './manifest.ts';
import { attachmentType, render } from './render.ts';
import type { Handle } from './render.ts';
import { codes } from './status.ts';
import { attachmentIdSchema, meSchema, sentSchema } from './wire.ts';

/** With Facebook Login the Page sends for the account. */
export const nodeOf = ({ config }: InstagramAccount): string => config.page_id ?? config.account_id;

export async function send(
  request: SendRequest,
  account: InstagramAccount,
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
  return sendInOrder(rendered.bodies, (body) =>
    callGraph(context, {
      method: 'POST',
      url: graphUrl(account.config, nodeOf(account), 'messages'),
      token: account.credentials.access_token,
      json: addressed(body, request),
      codes,
      schema: sentSchema,
    }),
  );
}

/** A sender action goes with the receiver alone; a message may quote. */
function addressed(
  body: Record<string, unknown>,
  { address, replyTo }: SendRequest,
): Record<string, unknown> {
  const recipient = { id: igsidOf(address) };
  if ('sender_action' in body) return { ...body, recipient };
  return { ...(replyTo ? { reply_to: { mid: replyTo } } : {}), ...body, recipient };
}

/** Only a Page can be given files; otherwise Meta fetches them. */
async function handleOf(
  request: SendRequest,
  { config, credentials }: InstagramAccount,
  context: Context,
): Promise<GraphAnswer<Handle | undefined>> {
  const { content } = request.part;
  if (content.kind !== 'media') return { ok: true, value: undefined };
  const item = content.media;
  const file = item.id === undefined ? undefined : request.media.get(item.id);
  const url = mediaUrl(item, request.media);
  if (!file || !config.page_id || config.media === 'link')
    return { ok: true, value: url ? { url } : undefined };
  return upload<Handle>(context, {
    url: graphUrl(config, config.page_id, 'message_attachments'),
    token: credentials.access_token,
    fields: {
      platform: 'instagram',
      message: JSON.stringify({ attachment: { type: attachmentType(item), payload: { is_reusable: true } } }),
    },
    fileField: 'filedata',
    media: file,
    codes,
    schema: attachmentIdSchema,
  });
}

/** Asks whose token it is: one of another account would be refused at every send. */
export async function probe(account: InstagramAccount, context: Context): Promise<ProbeOutcome> {
  const { config, credentials } = account;
  const answer = await callGraph(context, {
    method: 'GET',
    url: config.page_id
      ? `${graphUrl(config, config.page_id)}?fields=name,instagram_business_account`
      : `${graphUrl(config, 'me')}?fields=user_id,username`,
    token: credentials.access_token,
    codes,
    schema: meSchema,
  });
  if (!answer.ok) {
    const { outcome } = answer;
    const why =
      outcome.type === 'rejected'
        ? `${outcome.failure.code} ${outcome.failure.platform_code ?? ''}`
        : outcome.type;
    return { ok: false, detail: why.trim() };
  }
  const { user_id, instagram_business_account: linked, username, name } = answer.value;
  const id = config.page_id ? linked?.id : user_id;
  if (id !== config.account_id)
    return { ok: false, detail: `the token is of account ${id ?? 'unknown'}, not ${config.account_id}` };
  const detail = username ?? name;
  const { access_token: token, app_secret: appSecret } = credentials;
  return {
    ok: true,
    ...(detail ? { detail } : {}),
    // what graph.instagram.com has in its place would renew the token
    ...(config.page_id ? await tokenExpiry(config, { token, appSecret }, context) : {}),
  };
}
