import { randomBytes } from 'node:crypto';
import type { Accepted, Account, Host, InboundItem, ThreadEntry } from '../connectors/contract/index.ts';
import type { Content } from '../protocol/content.ts';
import { mayFollow } from '../protocol/delivery.ts';
import type { DeliveryState } from '../protocol/delivery.ts';
import { makeId } from '../protocol/ids.ts';
import type { IdKind } from '../protocol/ids.ts';
import { optionPayload, optionsOf } from '../protocol/questions.ts';

export interface MemoryHost<C, K, S> extends Host<C, K, S> {
  /** Everything accepted for the first time, oldest first; how often something came again is in `repeated`. */
  readonly taken: { accountId: string; item: InboundItem }[];
  repeated: number;
  /** The items of `taken`. */
  readonly items: InboundItem[];
  /** Bytes of inbound media by the id that content names. */
  readonly media: Map<string, { bytes: Uint8Array; mediaType: string }>;
  /** Event names and fields of the log, as one line each: for tests that look for what must not be there. */
  readonly logged: string[];
  /** How many of the next accepts fail, as if the ledger could not be written; `Infinity` until it is set back. */
  failing: number;
  /** What time it is; the machine's own while undefined. */
  clockMs: number | undefined;
  /** Puts an outbound message into the thread, as the gateway does before it dispatches. */
  write(account: Account, address: string, content: Content): ThreadEntry;
  setState(messageId: string, state: DeliveryState): void;
  state(messageId: string): DeliveryState | undefined;
}

interface Options<S> {
  accounts: Account<never, never>[];
  settings: S;
}

/** The gateway's side of the contract, in memory: commits, de-duplicates by (account, provider id), keeps threads. */
export function memoryHost<C, K, S>({ accounts, settings }: Options<S>): MemoryHost<C, K, S> {
  const own = accounts as Account<C, K>[];
  const threads = new Map<string, ThreadEntry[]>();
  const seen = new Map<string, string>();
  const taken: MemoryHost<C, K, S>['taken'] = [];
  const logged: string[] = [];
  const note = (event: string, fields: Record<string, unknown> = {}): void =>
    void logged.push(`${event} ${JSON.stringify(fields)}`);
  const id = (kind: IdKind): string => makeId(kind, { nowMs: host.now(), random: randomBytes(10) });
  const threadOf = (account: { id: string }, address: string): ThreadEntry[] => {
    const key = `${account.id} ${address}`;
    return threads.get(key) ?? threads.set(key, []).get(key)!;
  };
  const find = (messageId: string): ThreadEntry | undefined =>
    [...threads.values()].flat().find((entry) => entry.messageId === messageId);
  const move = (entry: ThreadEntry | undefined, state: DeliveryState): void => {
    if (entry?.state && mayFollow(entry.state, state)) entry.state = state;
  };

  function take(account: Account<C, K>, item: InboundItem): Accepted {
    if (item.type === 'receipt' && item.state !== 'failed')
      move(find(item.providerIds[0]?.replace(/\.\d+$/, '') ?? ''), item.state);
    if (item.type !== 'message') {
      taken.push({ accountId: account.id, item });
      return { duplicate: false };
    }
    const key = `${account.id} ${item.providerId}`;
    const known = seen.get(key);
    if (known) {
      host.repeated++;
      return { duplicate: true, messageId: known };
    }
    const messageId = id('message');
    seen.set(key, messageId);
    const thread = threadOf(account, item.sender.address);
    thread.push({
      messageId,
      sequence: thread.length + 1,
      direction: 'inbound',
      content: stored(item),
      providerId: item.providerId,
      atMs: host.now(),
    });
    taken.push({ accountId: account.id, item });
    return { duplicate: false, messageId };
  }

  function stored({ content, media }: Extract<InboundItem, { type: 'message' }>): Content {
    const held = content.kind === 'media' && content.media.id ? media?.[content.media.id] : undefined;
    if (content.kind !== 'media' || held?.bytes === undefined) return content;
    const mediaId = id('media');
    host.media.set(mediaId, { bytes: held.bytes, mediaType: held.mediaType ?? 'application/octet-stream' });
    const url = `http://gateway.test/media/${mediaId}`;
    return { ...content, media: { ...content.media, id: mediaId, url, bytes: held.bytes.length } };
  }

  const host: MemoryHost<C, K, S> = {
    taken,
    repeated: 0,
    get items() {
      return taken.map(({ item }) => item);
    },
    media: new Map(),
    logged,
    failing: 0,
    clockMs: undefined,
    settings,
    http: { call: () => Promise.resolve({ type: 'unsent', reason: 'guard' }) },
    log: { info: note, warn: note, error: note },
    now: () => host.clockMs ?? Date.now(),
    random: (size) => new Uint8Array(randomBytes(size)),
    signal: new AbortController().signal,
    accounts: () => own,
    account: (accountId) => own.find((account) => account.id === accountId),
    accept: async (account, items) => {
      if (host.failing > 0) {
        host.failing--;
        throw new Error('the ledger cannot be written');
      }
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
    setState: (messageId, state) => move(find(messageId), state),
    state: (messageId) => find(messageId)?.state,
  };
  return host;
}
