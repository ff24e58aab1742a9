import type { HookRequest, LiveClient, LiveHandler } from '../contract/index.ts';
import type { WebchatHost } from './hub.ts';
import { openPanel } from './live.ts';
import type { Threads } from './live.ts';
import type { WebchatAccount } from './manifest.ts';
import type { ServerFrame } from './wire.ts';

/** A panel where WebSockets don't get through: the same frames, in requests that wait. Its id is a secret of 128 bits. */
interface PollPanel {
  accountId: string;
  handler: LiveHandler;
  frames: string[];
  seenMs: number;
  ended: boolean;
  wake: () => void;
}

export type Polls = Map<string, PollPanel>;

export const maxWaitMs = 20_000;
const idleMs = 60_000;
const maxPanels = 10_000;
const maxFrames = 1000;

export type PollAnswer = { ok: true; poll: string; frames: ServerFrame[] } | { ok: false; status: 410 | 503 };

export async function poll(
  asked: { poll?: string | undefined; frames: unknown[] },
  at: { request: HookRequest; account: WebchatAccount; host: WebchatHost; threads: Threads; polls: Polls },
): Promise<PollAnswer> {
  const { account, host, polls } = at;
  sweep(polls, host.now());
  if (asked.poll === undefined && polls.size >= maxPanels) return { ok: false, status: 503 };
  const id = asked.poll ?? Buffer.from(host.random(16)).toString('base64url');
  const panel = asked.poll === undefined ? open(id, at) : polls.get(id);
  if (panel?.accountId !== account.id) return { ok: false, status: 410 };
  panel.seenMs = host.now();
  panel.wake(); // a request that still waits ends with what there is: this one takes over
  for (const frame of asked.frames) panel.handler.message(JSON.stringify(frame));
  if (panel.frames.length === 0 && !panel.ended) await somethingComes(panel, host.signal);
  panel.seenMs = host.now();
  if (panel.ended) polls.delete(id);
  return {
    ok: true,
    poll: id,
    frames: panel.frames.splice(0).map((text) => JSON.parse(text) as ServerFrame),
  };
}

function open(id: string, { request, account, host, threads, polls }: Parameters<typeof poll>[1]): PollPanel {
  const panel: PollPanel = {
    accountId: account.id,
    handler: { message: () => undefined, closed: () => undefined },
    frames: [],
    seenMs: host.now(),
    ended: false,
    wake: () => undefined,
  };
  const client: LiveClient = {
    headers: request.headers,
    query: request.query,
    send: (text) => {
      if (panel.frames.push(text) > maxFrames) return client.close(1013);
      panel.wake();
    },
    close: (code = 1000) => {
      if (panel.ended) return;
      panel.ended = true;
      panel.frames.push(JSON.stringify({ type: 'closed', code } satisfies ServerFrame));
      panel.handler.closed();
      panel.wake();
    },
  };
  panel.handler = openPanel({ client, account, host, threads });
  polls.set(id, panel);
  return panel;
}

const somethingComes = (panel: PollPanel, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, maxWaitMs);
    signal.addEventListener('abort', done);
    panel.wake = done;
  });

function sweep(polls: Polls, nowMs: number): void {
  for (const [id, panel] of polls) {
    if (nowMs - panel.seenMs < idleMs) continue;
    panel.handler.closed();
    polls.delete(id);
  }
}
