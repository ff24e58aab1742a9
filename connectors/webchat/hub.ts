import { adapt } from '../../protocol/adapt/index.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { Host, InboundReceipt, ThreadEntry } from '../contract/index.ts';
import { withOwnText } from '../kit/own-text.ts';
import { manifest } from './manifest.ts';
import type { WebchatAccount, WebchatConfig, WebchatCredentials } from './manifest.ts';
import { visitorAddress } from './token.ts';
import type { ServerFrame, WireEntry } from './wire.ts';

export type WebchatHost = Host<WebchatConfig, WebchatCredentials, undefined>;

/** One open panel: a tab of the visitor's, by WebSocket or long poll. */
export interface Peer {
  send(frame: ServerFrame): void;
}

/** What one visitor has open right now. Nothing here is needed after a restart: the ledger has the thread. */
export interface LiveThread {
  key: string;
  account: WebchatAccount;
  visitorId: string;
  peers: Set<Peer>;
  /** Panels that joined or are about to; at none the thread is let go. */
  holds: number;
  /** Everything up to here was shown to all peers. */
  cursor: number;
  /** Outbound messages shown and not yet read, by sequence. */
  unread: Map<number, { messageId: string; parts: number; delivered: boolean }>;
  /** Ids of the messages shown last. */
  shown: Set<string>;
  /** Reads and pushes of one thread happen one after the other, so that panels see one order. */
  turn: Promise<unknown>;
}

const pageSize = 200;
const maxRemembered = 1000;
const unseen = new Set(['failed', 'expired', 'suppressed', 'cancelled']);

export const liveKey = (accountId: string, visitorId: string): string => `${accountId} ${visitorId}`;

export const newLiveThread = (account: WebchatAccount, visitorId: string): LiveThread => ({
  key: liveKey(account.id, visitorId),
  account,
  visitorId,
  peers: new Set(),
  holds: 0,
  cursor: 0,
  unread: new Map(),
  shown: new Set(),
  turn: Promise.resolve(),
});

/** Runs work in the thread's own order. A failure is the caller's and stops nobody behind it. */
export function inTurn<T>(live: LiveThread, work: () => Promise<T>): Promise<T> {
  const result = live.turn.then(work);
  live.turn = result.catch(() => undefined);
  return result;
}

export const broadcast = (live: LiveThread, frame: ServerFrame, except?: Peer): void => {
  for (const peer of live.peers) if (peer !== except) peer.send(frame);
};

/** The provider id of a visitor's message: theirs, within their own name space, so that no visitor can hit another's. */
export const providerIdOf = (visitorId: string, clientId: string): string => `${visitorId}/${clientId}`;

const maySee = (entry: ThreadEntry): boolean =>
  entry.content.kind !== 'typing' &&
  entry.content.kind !== 'read' &&
  !(entry.state && unseen.has(entry.state));

/** As the gateway adapts it on its way out: what the panel doesn't draw becomes something that it does, the same live and in history. */
function drawn({
  messageId,
  direction,
  content,
  payloads,
}: ThreadEntry): Pick<WireEntry, 'content' | 'payloads' | 'parts'> {
  const { name: connector, capabilities } = manifest;
  if (direction === 'inbound' || capabilities.outbound[content.kind] === 'native')
    return { content: withOwnText(content), ...(payloads && { payloads }) };
  const { parts } = adapt(content, capabilities, { messageId, connector, mediaUrl: () => '' });
  const [only] = parts;
  if (only && parts.length === 1) return only;
  return { content: { kind: 'text', text: standaloneText(content) || content.kind }, parts: parts.length };
}

function toWire(entry: ThreadEntry, visitorId: string): WireEntry {
  const prefix = providerIdOf(visitorId, '');
  return {
    message_id: entry.messageId,
    sequence: entry.sequence,
    direction: entry.direction,
    ...drawn(entry),
    ...(entry.state && { state: entry.state }),
    ...(entry.providerId?.startsWith(prefix) && { client_id: entry.providerId.slice(prefix.length) }),
    ...(entry.answer && isFinal(entry.answer) && { answers: entry.answer.message_id }),
    at_ms: entry.atMs,
  };
}

/** A step of a form that goes on leaves the form open. */
const isFinal = (answer: NonNullable<ThreadEntry['answer']>): boolean =>
  answer.type !== 'form' || answer.complete;

export function remember(live: LiveThread, entry: WireEntry): void {
  live.shown.add(entry.message_id);
  if (entry.direction === 'outbound' && entry.state !== 'read')
    live.unread.set(entry.sequence, {
      messageId: entry.message_id,
      parts: entry.parts ?? 1,
      delivered: entry.state === 'delivered',
    });
  for (const kept of [live.shown, live.unread])
    while (kept.size > maxRemembered) kept.delete(kept.keys().next().value as never);
}

/** Entries after a place, page by page, as far as the thread goes. */
export async function* entriesAfter(
  live: LiveThread,
  host: WebchatHost,
  after: number,
): AsyncGenerator<WireEntry[]> {
  for (let from = after; ;) {
    const page = await host.thread(live.account, visitorAddress(live.visitorId), from, pageSize);
    if (page.length > 0) yield page.filter(maySee).map((entry) => toWire(entry, live.visitorId));
    if (page.length < pageSize) return;
    from = page.at(-1)!.sequence;
  }
}

/** Shows what is new in the thread to every peer. To be called in turn. */
export async function advance(live: LiveThread, host: WebchatHost): Promise<void> {
  for await (const page of entriesAfter(live, host, live.cursor)) {
    for (const entry of page) {
      remember(live, entry);
      live.cursor = Math.max(live.cursor, entry.sequence);
      broadcast(live, { type: 'entry', entry });
    }
  }
}

/** What a confirmation up to a place says about each message, and forgets what needs no further one. */
export function receiptsUpTo(
  live: LiveThread,
  upTo: number,
  state: 'delivered' | 'read',
  atMs: number,
): InboundReceipt[] {
  const receipts: InboundReceipt[] = [];
  for (const [sequence, message] of live.unread) {
    if (sequence > upTo || (state === 'delivered' && message.delivered)) continue;
    message.delivered = true;
    if (state === 'read') live.unread.delete(sequence);
    for (let part = 0; part < message.parts; part++)
      receipts.push({
        type: 'receipt',
        providerIds: [providerIdOfPart(message.messageId, part)],
        state,
        atMs,
      });
  }
  return receipts;
}

export const providerIdOfPart = (messageId: string, part: number): string => `${messageId}.${part}`;
