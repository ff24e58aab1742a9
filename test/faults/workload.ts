import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Client } from './client.ts';
import type { Entry } from './history.ts';
import { digestOf } from './id-table.ts';
import type { PageAccount, Person, Platform } from './platform.ts';

export interface WorkloadOptions {
  chance: Chance;
  people: readonly Person[];
  accounts: readonly PageAccount[];
  platform: Platform;
  client: Client;
  /** Where the merchants reach the API, their keys, and their accounts' ids by account. */
  apiUrl: string;
  keys: readonly string[];
  accountIds: readonly string[];
  /** Of all conversations, both ways. */
  messages: number;
  /** The time they are spread over; as fast as they are taken where that is too short. */
  seconds: number;
  record(entry: Omit<Entry, 'atMs'>): void;
  signal: AbortSignal;
}

const nothing = { conversation: 0, number: 0, id: 0, value: 0 };
/** Gives up on what is never taken: a bug, which must not hang the run. */
const patienceMs = 180_000;

export type Workload = {
  /** Resolves when everything was accepted. */
  done: Promise<void>;
};

/**
 * Every conversation has a person who writes and a merchant who sends, each one message after the other: the next goes out when the
 * one before was accepted, so that the order is known. What is repeated, and when, comes from the seed.
 */
export function startWorkload(options: WorkloadOptions): Workload {
  const { people, messages } = options;
  const shareOf = (place: number) =>
    Math.floor(messages / (people.length * 2)) + (place < messages % (people.length * 2) ? 1 : 0);
  const all = people.flatMap((person, i) => [
    writes(options, person, shareOf(i * 2)),
    sends(options, person, shareOf(i * 2 + 1)),
  ]);
  return { done: Promise.all(all).then(() => undefined) };
}

async function writes(options: WorkloadOptions, person: Person, count: number): Promise<void> {
  const { chance, platform, accounts, record, signal } = options;
  const account = accounts[person.account]!;
  const turn = turns(options, count, ['pace in', person.conversation]);
  const hook = (number: number) => {
    const mid = `m_in_${person.conversation}_${number}`;
    const message = { mid, text: `in ${person.conversation} ${number}` };
    return untilTaken(signal, () => platform.call(account, { sender: { id: person.psid }, message }));
  };
  for (let number = 0; number < count; number++) {
    await turn(number);
    if (signal.aborted) return;
    const mood = chance('writes', person.conversation, number);
    // a platform that doubts its own memory: the same call-back twice at once, or once more later
    await (mood < 0.15 ? Promise.all([hook(number), hook(number)]) : hook(number));
    // cut short, it isn't known to be taken
    if (signal.aborted) return;
    record({ ...nothing, step: 'in accepted', conversation: person.conversation, number });
    if (mood > 0.9 && number > 0) await hook(number - 1);
  }
}

async function sends(options: WorkloadOptions, person: Person, count: number): Promise<void> {
  const { chance, client, apiUrl, keys, accountIds, record, signal } = options;
  const turn = turns(options, count, ['pace out', person.conversation]);
  const send = (number: number) => {
    const text = `out ${person.conversation} ${number}`;
    const body = JSON.stringify({
      to: `messenger:${person.psid}`,
      from: accountIds[person.account],
      content: { kind: 'text', text },
    });
    const headers = { authorization: `Bearer ${keys[person.merchant]}`, 'idempotency-key': text };
    return untilTaken(signal, async () => {
      const answer = await client.post(`${apiUrl}/v1/messages`, body, headers);
      if (answer.status === 202) {
        const { id } = JSON.parse(answer.body) as { id: string };
        record({
          ...nothing,
          step: 'out accepted',
          conversation: person.conversation,
          number,
          id: digestOf(id),
        });
      }
      return answer.status;
    });
  };
  for (let number = 0; number < count; number++) {
    await turn(number);
    if (signal.aborted) return;
    const mood = chance('sends', person.conversation, number);
    await (mood < 0.1 ? Promise.all([send(number), send(number)]) : send(number));
    if (mood > 0.93 && number > 0) await send(number - 1);
  }
}

/** Waits for a message's time: evenly over the run, but for the seed's jitter. What is late goes at once. */
function turns(
  { seconds, chance, signal }: WorkloadOptions,
  count: number,
  [about, conversation]: [string, number],
) {
  const beganAt = performance.now();
  const gapMs = (seconds * 1000) / Math.max(1, count);
  return async (number: number): Promise<void> => {
    const dueMs = (number + chance(about, conversation, number)) * gapMs;
    const waitMs = beganAt + dueMs - performance.now();
    if (waitMs > 0) await pause(waitMs, undefined, { signal }).catch(() => undefined);
  };
}

/** Repeats a call until it is answered with 2xx; only what a repetition can heal is repeated. */
async function untilTaken(signal: AbortSignal, call: () => Promise<number>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let pauseMs = 20; !signal.aborted; pauseMs = Math.min(pauseMs * 1.5, 300)) {
    const status = await call().catch(() => 0);
    if (status >= 200 && status < 300) return;
    if (status !== 0 && status !== 409 && status !== 429 && status < 500)
      throw new Error(`refused with ${status}`);
    if (performance.now() > deadline)
      throw new Error(`not accepted within ${patienceMs} ms: last answer ${status || 'none'}`);
    await pause(pauseMs);
  }
}
