import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { MetaEmulator } from '../providers/meta.ts';
import type { TestMerchant } from '../gateway/gateway.ts';

/** A small generator of its own, so that a seed gives the same run (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Traffic {
  /** Texts that the gateway answered with 2xx, in the order of each person. */
  inbound: Map<string, string[]>;
  /** Message ids that the gateway answered with 202, by text. */
  outbound: Map<string, string>;
  /** Ends both sides after what is under way was accepted. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  merchant: TestMerchant;
  meta: MetaEmulator;
  hookUrl: string;
  people: string[];
  random: () => number;
}

/** Steady traffic for each person, in both directions: the platform and the merchant repeat everything until it is accepted. */
export function startTraffic({ merchant, meta, hookUrl, people, random }: TrafficOptions): Traffic {
  const inbound = new Map<string, string[]>(people.map((person) => [person, []]));
  const outbound = new Map<string, string>();
  const stopping = new AbortController();

  async function writes(person: string): Promise<void> {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const text = `in ${person} ${n}`;
      const hook = () => untilTaken(() => callHook(meta, hookUrl, { person, mid: `m_${person}_${n}`, text }));
      // a platform that doubts its own memory: the same call-back twice at once, or once more later
      await (random() < 0.2 ? Promise.all([hook(), hook()]) : hook());
      inbound.get(person)!.push(text);
      if (random() < 0.2) await hook();
      await pause(10 + random() * 30);
    }
  }

  async function sends(person: string): Promise<void> {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const text = `out ${person} ${n}`;
      const body = { to: `messenger:${person}`, content: { kind: 'text', text } };
      const ids = new Set<string>();
      const send = () =>
        untilTaken(async () => {
          const answer = await merchant.call('POST', '/v1/messages', body, { 'idempotency-key': text });
          if (answer.status === 202) ids.add(String(answer.body['id']));
          return answer.status;
        });
      await (random() < 0.2 ? Promise.all([send(), send()]) : send());
      if (ids.size !== 1) throw new Error(`one key became ${ids.size} messages`);
      outbound.set(text, [...ids][0]!);
      await pause(10 + random() * 40);
    }
  }

  const running = people.flatMap((person) => [writes(person), sends(person)]);
  const all = Promise.all(running);
  // one that fails ends the others; `stop` tells of it
  all.catch(() => stopping.abort());
  return {
    inbound,
    outbound,
    stop: async () => {
      stopping.abort();
      await all;
    },
  };
}

/** Repeats a call until it is answered with 2xx; only what a repetition can heal is repeated. */
async function untilTaken(call: () => Promise<number>): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const status = await call().catch(() => 0);
    if (status >= 200 && status < 300) return;
    if (status !== 0 && status !== 409 && status !== 429 && status < 500)
      throw new Error(`refused with ${status}`);
    await pause(30);
  }
  throw new Error('never taken');
}

async function callHook(
  meta: MetaEmulator,
  url: string,
  of: { person: string; mid: string; text: string },
): Promise<number> {
  const { config, credentials } = meta.accounts.messenger;
  const timestamp = Date.now();
  const message = {
    sender: { id: of.person },
    recipient: { id: config['page_id'] },
    timestamp,
    message: { mid: of.mid, text: of.text },
  };
  const body = JSON.stringify({
    object: 'page',
    entry: [{ id: config['page_id'], time: timestamp, messaging: [message] }],
  });
  const signature = createHmac('sha256', credentials['app_secret']!).update(body).digest('hex');
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}
