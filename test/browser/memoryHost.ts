import { randomBytes } from 'node:crypto';
import type { Accepted, Account, Host, InboundItem, ThreadEntry } from '../../connectors/contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import type { DeliveryState } from '../../protocol/delivery.ts';
import { mayFollow } from '../../protocol/delivery.ts';
import { makeId } from '../../protocol/ids.ts';
import type { IdKind } from '../../protocol/ids.ts';
import { optionPayload, optionsOf } from '../../protocol/questions.ts';

/** What a host was asked to take in, with the account it was for. */
export type Taken = InboundItem & { accountId: string };

export interface MemoryHost<C, K, S> extends Host<C, K, S> {
  /** Every item that was new, oldest first. */
  readonly inbox: Taken[];
  /** Bytes of inbound media by the id that content names. */
  readonly media: Map<string, { bytes: Uint8Array; mediaType: string }>;
  /** Everything logged, as text: for tests that look for what must not be there. */
  readonly logged: string[];
  /** Puts an outbound message into the thread, as the gateway does before it dispatches. */
  write(account: Account, address: string, content: Content): ThreadEntry;
  setState(messageId: string, state: DeliveryState): void;
  state(messageId: string): DeliveryState | undefined;
  /** The ledger cannot be written while true. */
  broken: boolean;
  clockMs: number | undefined;
  stop(): void;
}

interface Options<S> {
  accounts: Account<never, never>[];
  settings: S;
  /** The address under which media are served. */
  mediaUrl?: (id: string) => string;
}

/** The gateway's side of the contract, in memory: commits, de-duplicates by (account, provider id), keeps threads. */
export function memoryHost<C, K, S>({
  accounts,
  settings,
  mediaUrl = (id) => `http://gateway.test/media/${id}`,
}: Options<S>): MemoryHost<C, K, S> {
  const threads = new Map<string, ThreadEntry[]>();
  const seen = new Map<string, string>();
  const stopping = new AbortController();
  const id = (kind: IdKind): string => makeId(kind, { nowMs: host.now(), random: randomBytes(10) });
  const threadOf = (account: { id: string }, address: string): ThreadEntry[] => {
    const key = `${account.id} ${address}`;
    return threads.get(key) ?? threads.set(key, []).get(key)!;
  };
  const find = (messageId: string): ThreadEntry | undefined =>
    [...threads.values()].flat().find((entry) => entry.messageId === messageId);

  function take(account: Account<C, K>, item: InboundItem): Accepted {
    if (item.type === 'receipt') {
      const entry = find(item.providerIds[0]?.replace(/\.\d+$/, '') ?? '');
      if (entry?.state && item.state !== 'failed' && mayFollow(entry.state, item.state))
        entry.state = item.state;
    }
    if (item.type !== 'message') {
      host.inbox.push({ ...item, accountId: account.id });
      return { duplicate: false };
    }
    const key = `${account.id} ${item.providerId}`;
    const known = seen.get(key);
    if (known) return { duplicate: true, messageId: known };
    const messageId = id('message');
    seen.set(key, messageId);
    const thread = threadOf(account, item.sender.address);
    const { providerId } = item;
    thread.push({
      messageId,
      sequence: thread.length + 1,
      direction: 'inbound',
      content: stored(item),
      providerId,
      atMs: host.now(),
    });
    host.inbox.push({ ...item, accountId: account.id });
    return { duplicate: false, messageId };
  }

  function stored({ content, media }: Extract<InboundItem, { type: 'message' }>): Content {
    const held = content.kind === 'media' && content.media.id ? media?.[content.media.id] : undefined;
    if (content.kind !== 'media' || held?.bytes === undefined) return content;
    const mediaId = id('media');
    host.media.set(mediaId, { bytes: held.bytes, mediaType: held.mediaType ?? 'application/octet-stream' });
    return {
      ...content,
      media: { ...content.media, id: mediaId, url: mediaUrl(mediaId), bytes: held.bytes.length },
    };
  }

  const host: MemoryHost<C, K, S> = {
    inbox: [],
    media: new Map(),
    logged: [],
    broken: false,
    clockMs: undefined,
    settings,
    http: { call: async () => ({ type: 'unsent', reason: 'guard' }) },
    log: {
      info: (...line) => void host.logged.push(JSON.stringify(line)),
      warn: (...line) => void host.logged.push(JSON.stringify(line)),
      error: (...line) => void host.logged.push(JSON.stringify(line)),
    },
    now: () => host.clockMs ?? Date.now(),
    random: (size) => randomBytes(size),
    signal: stopping.signal,
    accounts: () => accounts as Account<C, K>[],
    account: (accountId) => (accounts as Account<C, K>[]).find((account) => account.id === accountId),
    accept: async (account, items) => {
      if (host.broken) throw new Error('the ledger cannot be written');
      return items.map((item) => take(account, item));
    },
    thread: async (account, address, after, limit) =>
      structuredClone(
        threadOf(account, address)
          .filter((entry) => entry.sequence > after)
          .slice(0, limit),
      ),
    write: (account, address, content) => {
      const thread = threadOf(account, address);
      const messageId = id('message');
      const payloads = optionsOf(content).map((_, at) => optionPayload(messageId, at));
      const entry: ThreadEntry = {
        messageId,
        sequence: thread.length + 1,
        direction: 'outbound',
        content,
        state: 'queued',
        atMs: host.now(),
        ...(payloads.length > 0 && { payloads }),
      };
      thread.push(entry);
      return structuredClone(entry);
    },
    setState: (messageId, state) => {
      const entry = find(messageId);
      if (entry?.state && mayFollow(entry.state, state)) entry.state = state;
    },
    state: (messageId) => find(messageId)?.state,
    stop: () => stopping.abort(),
  };
  return host;
}
