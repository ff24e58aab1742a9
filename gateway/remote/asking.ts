import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import type { WireOperationName } from '../../protocol/connector-wire/index.ts';
import { connectorSubject } from '../../protocol/subjects.ts';
import type { CallAnswer, Calls } from '../bus/port.ts';
import { readWire, writeWire } from './codec.ts';

export interface AskingOptions {
  calls: Calls;
  /** Whether an instance lives. */
  up(connector: string): boolean;
}

interface Within {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** `away`: no instance has said that it lives, and nobody was asked. `nobody`: one lives, and none listens now. */
export type Asked = CallAnswer | { type: 'too_large' } | { type: 'away' };
export type Ask = (operation: WireOperationName, request: unknown, within: Within) => Promise<Asked>;

/** Asks one instance of the connector. */
export const askOf =
  (name: string, { calls, up }: AskingOptions): Ask =>
  async (operation, request, within) => {
    const payload = writeWire(request);
    if (payload === undefined) return { type: 'too_large' };
    return up(name) ? calls.request(connectorSubject(name, operation), payload, within) : { type: 'away' };
  };

const againMs = 100;

/** The same with patience where one instance is about to take over from another, or to begin. */
export const patient =
  (ask: Ask, patienceMs: number, waitsFor: readonly Asked['type'][] = ['nobody']): Ask =>
  async (operation, request, within) => {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      const answer = await ask(operation, request, within);
      if (!waitsFor.includes(answer.type) || within.signal?.aborted || performance.now() > deadlineMs)
        return answer;
      await wait(againMs);
    }
  };

/** What was answered. undefined: nobody is there, no answer came in time, or none that can be read. Never rejects. */
export async function answerTo<T>(
  ask: Ask,
  operation: WireOperationName,
  { request, schema, ...within }: Within & { request: unknown; schema: z.ZodType<T> },
): Promise<T | undefined> {
  const answer = await ask(operation, request, within);
  const reply = answer.type === 'reply' ? readWire(answer.payload, schema) : undefined;
  return reply?.ok ? reply.value : undefined;
}
