import { setTimeout as wait } from 'node:timers/promises';
import type { Host, Session } from '../contract/index.ts';
import { answerAs, answerJson } from '../kit/http.ts';
import { callServer, probe } from './api.ts';
import type { MattermostAccount, MattermostConfig, MattermostCredentials } from './manifest.ts';
import { send } from './outbound.ts';
import { itemsOf } from './posts.ts';
import { channelsSchema, postListSchema, postSchema } from './wire.ts';

type MattermostHost = Host<MattermostConfig, MattermostCredentials, undefined>;

const betweenPollsMs = 2000;
/** New posts show in the list of channels; edits, deletions and reactions do not, so lively channels are read anyway, this often. */
const betweenSweepsMs = 30_000;
/** Lively: written in since then, and no more than so many. Also how far back a session looks when it begins. */
const livelyForMs = 86_400_000;
const maxLively = 50;
const maxListBytes = 8 << 20;

/** Up to where each channel was read. Unix milliseconds of the server. */
type Cursors = Map<string, number>;

/**
 * Direct messages, by asking for them. Outgoing webhooks know public channels only, and what a WebSocket misses while it is down is
 * lost; what is asked for with `since` is not. Everything is taken in before the cursor moves.
 */
export async function open(account: MattermostAccount, host: MattermostHost): Promise<Session> {
  const known = await probe(account, host);
  if (!known.ok) throw new Error(known.detail);
  const closing = new AbortController();
  const signal = AbortSignal.any([host.signal, closing.signal]);
  const closed = follow(account, { ...host, signal });
  return {
    send: (request, context) => send(request, account, context),
    closed,
    close: async () => {
      closing.abort();
      await closed;
    },
  };
}

/** Ends with the reason when the session is closed or the server cannot be read. */
async function follow(account: MattermostAccount, host: MattermostHost): Promise<string> {
  const cursors: Cursors = new Map();
  let sweptAtMs = 0;
  try {
    while (!host.signal.aborted) {
      const sweep = host.now() - sweptAtMs >= betweenSweepsMs;
      if (sweep) sweptAtMs = host.now();
      const problem = await poll(account, host, { cursors, sweep });
      if (problem !== undefined) return problem;
      await wait(betweenPollsMs, undefined, { signal: host.signal });
    }
  } catch {
    // the wait was cut short, or the ledger could not be written: either way the session is over
  }
  return host.signal.aborted ? 'closed' : 'not_accepted';
}

/** One round. Undefined when all went well. */
export async function poll(
  account: MattermostAccount,
  host: MattermostHost,
  { cursors, sweep }: { cursors: Cursors; sweep: boolean },
): Promise<string | undefined> {
  const at = { account, context: host };
  const result = await callServer(at, {
    method: 'GET',
    path: `users/${account.config.bot_id}/channels`,
    maxBytes: maxListBytes,
  });
  const channels = answerAs(result, channelsSchema);
  if (!channels) return result.type === 'answer' ? `status_${result.status}` : result.reason;
  const sinceMs = host.now() - livelyForMs;
  const lively = channels
    .filter(
      ({ id, type, last_post_at: last = 0 }) => type === 'D' && last > sinceMs && /^[a-z0-9]{26}$/.test(id),
    )
    .toSorted((a, b) => (b.last_post_at ?? 0) - (a.last_post_at ?? 0));
  for (const [place, { id, last_post_at: last = 0 }] of lively.entries()) {
    const cursor = cursors.get(id) ?? sinceMs;
    if (last <= cursor && !(sweep && place < maxLively)) continue;
    const problem = await read(account, host, { id, cursor, cursors });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function read(
  account: MattermostAccount,
  host: MattermostHost,
  { id, cursor, cursors }: { id: string; cursor: number; cursors: Cursors },
): Promise<string | undefined> {
  const path = `channels/${id}/posts?since=${cursor}`;
  const result = await callServer(
    { account, context: host },
    { method: 'GET', path, maxBytes: maxListBytes },
  );
  if (result.type !== 'answer' || result.status !== 200)
    return result.type === 'answer' ? `status_${result.status}` : result.reason;
  const list = answerJson(result);
  const heard = itemsOf(list, account.config.bot_id).filter(({ type }) => type !== 'ignored');
  if (heard.length > 0) await host.accept(account, heard);
  const posts = Object.values(postListSchema.safeParse(list).data?.posts ?? {});
  const updates = posts.flatMap((post) => postSchema.safeParse(post).data?.update_at ?? []);
  cursors.set(id, Math.max(cursor, ...updates));
  return undefined;
}
