import type { SendOutcome, SendRequest } from '../contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { withOwnText } from '../kit/own-text.ts';
import { advance, broadcast, inTurn, liveKey, providerIdOfPart, remember } from './hub.ts';
import type { LiveThread, WebchatHost } from './hub.ts';
import type { Threads } from './live.ts';
import { normaliseAddress, visitorAddress } from './token.ts';
import type { WireEntry } from './wire.ts';

/**
 * Shows a message to the visitor's open panels. It is `sent` also when none is open: the thread is in the ledger, and the next
 * resume brings it. `delivered` and `read` come as receipts when a panel confirms them.
 */
export async function sendToVisitor(
  request: SendRequest,
  { accountId, threads, host }: { accountId: string; threads: Threads; host: WebchatHost },
): Promise<SendOutcome> {
  const address = normaliseAddress(request.address);
  if (!address) return { type: 'rejected', failure: failure('address_invalid') };
  const sent: SendOutcome = {
    type: 'sent',
    providerIds: [providerIdOfPart(request.messageId, partOf(request))],
  };
  const live = threads.get(liveKey(accountId, address.slice(visitorAddress('').length)));
  if (!live) return sent;
  const { content } = request.part;
  if (content.kind === 'typing') broadcast(live, { type: 'typing', on: content.on ?? true });
  else if (content.kind === 'read')
    broadcast(live, { type: 'state', message_id: content.message_id, state: 'read' });
  else await inTurn(live, () => show(live, request, host));
  return sent;
}

/** The gateway's key of a part ends in the part's place: `msg_….1`. */
const partOf = ({ idempotencyKey }: SendRequest): number =>
  Number(/\.(\d{1,3})$/.exec(idempotencyKey)?.[1] ?? 0);

async function show(live: LiveThread, request: SendRequest, host: WebchatHost): Promise<void> {
  // If the ledger cannot be read now, the part itself is shown: the next resume puts the full entry in its place.
  await advance(live, host).catch(() =>
    host.log.warn('webchat_thread_unread', { message_id: request.messageId }),
  );
  if (live.shown.has(request.messageId)) return;
  const entry: WireEntry = {
    message_id: request.messageId,
    sequence: live.cursor,
    direction: 'outbound',
    content: withMediaUrls(request),
    ...(request.part.payloads && { payloads: request.part.payloads }),
    state: 'sent',
    at_ms: host.now(),
  };
  remember(live, entry);
  broadcast(live, { type: 'entry', entry });
}

/** Gives every media item in a part the address under which a browser can fetch it. */
function withMediaUrls({ part, media }: SendRequest): WireEntry['content'] {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const filled = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
    const held = typeof filled.id === 'string' && 'type' in filled ? media.get(filled.id) : undefined;
    return held ? { ...filled, url: held.url, media_type: held.mediaType } : filled;
  };
  return fill(withOwnText(part.content)) as WireEntry['content'];
}
