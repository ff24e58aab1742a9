import { createHash } from 'node:crypto';
import type { Content, Media } from '../../protocol/content.ts';
import type { Context, RevokeOutcome, RevokeRequest, SendOutcome, SendRequest } from '../contract/index.ts';
import { rejected } from '../kit/json-answer.ts';
import { cmidOf, peerOf, providerIdOf } from './address.ts';
import { callVk } from './api.ts';
import type { Vk } from './api.ts';
import type { VkAccount } from './manifest.ts';
import { paramsOf } from './render.ts';
import { outcomeIn } from './status.ts';
import { upload } from './upload.ts';
import { doneSchema, sentSchema } from './wire.ts';

/** `random_id` (int32): VK takes one only once, so the same send has the same. Zero would switch that off. */
export const randomIdOf = (idempotencyKey: string): number =>
  createHash('sha256').update(idempotencyKey).digest().readInt32BE() || 1;

export async function send(request: SendRequest, account: VkAccount, context: Context): Promise<SendOutcome> {
  const { content } = request.part;
  const peer = peerOf(request.address);
  const at = { account, context, peer };
  const target = cmidOf(peer, request.replyTo);
  const signal = signalOf(content, peer, target);
  if (signal === 'nothing') return { type: 'sent', providerIds: [] };
  if (signal) return signal === 'no target' ? rejected('content_refused') : done(signal, at);
  const params = paramsOf(request.part);
  if (!params) return rejected(content.kind === 'native' ? 'content_refused' : 'content_unsupported');
  const attached = await attach(content, request, at);
  if (attached.type !== 'attached') return attached;
  const result = await callVk(at, 'messages.send', {
    ...params,
    ...attached.params,
    ...(target === undefined ? {} : { forward: forward(peer, target) }),
    // several receivers in form: only then VK tells the number of the message in its conversation
    peer_ids: String(peer),
    random_id: String(randomIdOf(request.idempotencyKey)),
  });
  return outcomeIn(result, context.now(), (json) => {
    const cmid = sentSchema.safeParse(json).data?.response[0]?.conversation_message_id;
    return cmid === undefined ? undefined : [providerIdOf(peer, cmid)];
  });
}

const forward = (peer: number, cmid: number): string =>
  JSON.stringify({ peer_id: peer, conversation_message_ids: [cmid], is_reply: 1 });

type Call = { method: string; params: Record<string, string> };

/** What is no message of its own: the call to make, nothing to do, or that what it is about is not known. Undefined: it is one. */
function signalOf(
  content: Content,
  peer: number,
  target: number | undefined,
): Call | 'nothing' | 'no target' | undefined {
  const peer_id = String(peer);
  switch (content.kind) {
    case 'typing':
      return content.on === false
        ? 'nothing'
        : { method: 'messages.setActivity', params: { peer_id, type: 'typing' } };
    case 'read':
      return { method: 'messages.markAsRead', params: { peer_id, mark_conversation_as_read: '1' } };
    case 'edit': {
      if (target === undefined) return 'no target';
      // the schema of 5.199 calls it cmid, the page of the method by its long name
      const number = { cmid: String(target), conversation_message_id: String(target) };
      return { method: 'messages.edit', params: { peer_id, ...number, message: content.text } };
    }
    case 'removal':
      return target === undefined ? 'no target' : removal(peer_id, [target]);
    default:
      return undefined;
  }
}

const removal = (peer_id: string, cmids: readonly number[]): Call => ({
  method: 'messages.delete',
  params: { peer_id, cmids: cmids.join(','), delete_for_all: '1' },
});

const done = async ({ method, params }: Call, at: Vk): Promise<SendOutcome> =>
  outcomeIn(await callVk(at, method, params), at.context.now(), (json) =>
    doneSchema.safeParse(json).success ? [] : undefined,
  );

/** The file of a part, uploaded; a card's picture that isn't there does not hold up the card. */
async function attach(
  content: Content,
  { media }: SendRequest,
  at: Vk & { peer: number },
): Promise<{ type: 'attached'; params: Record<string, string> } | SendOutcome> {
  const of: Media | undefined =
    content.kind === 'media' ? content.media : content.kind === 'card' ? content.card.image : undefined;
  const held = of?.id === undefined ? undefined : media.get(of.id);
  if (!of || !held)
    return content.kind === 'media' ? rejected('media_unavailable') : { type: 'attached', params: {} };
  const uploaded = await upload(of, held, at);
  return uploaded.type === 'uploaded'
    ? { type: 'attached', params: { attachment: uploaded.attachment } }
    : uploaded;
}

/** Deletes for everybody, which VK allows for a day. */
export async function revoke(
  { address, providerIds }: RevokeRequest,
  account: VkAccount,
  context: Context,
): Promise<RevokeOutcome> {
  const peer = peerOf(address);
  const cmids = providerIds.flatMap((id) => cmidOf(peer, id) ?? []);
  if (cmids.length < providerIds.length) return 'unsupported';
  const outcome = await done(removal(String(peer), cmids), { account, context });
  return outcome.type === 'sent' ? 'revoked' : 'too_late';
}
