import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import { traceUrl } from './context.ts';
import { printable } from './terminal.ts';

export interface SendOptions {
  target: Target;
  /** An address, a consumer or a conversation. */
  to: string;
  text: string;
  /** Wait until the message is delivered or has failed. */
  wait: boolean;
}

const messageSchema = z.looseObject({
  id: z.string(),
  state: z.string().optional(),
  failure: z.looseObject({ code: z.string(), advice: z.string().optional() }).optional(),
});

const good = new Set(['delivered', 'read']);
const bad = new Set(['failed', 'expired', 'suppressed', 'cancelled']);
const patienceMs = 60_000;

/** Sends a text, prints its id and where its trace is. */
export async function send(options: SendOptions, context: CommandContext): Promise<number> {
  const { out, note, paint } = context;
  const sent = await callApi(options.target, {
    method: 'POST',
    path: '/v1/messages',
    headers: { 'idempotency-key': randomUUID() },
    body: { to: options.to, content: { kind: 'text', text: options.text } },
    expects: messageSchema,
  });
  if (!sent.ok) {
    note(sent.line);
    return 1;
  }
  const { id, state = 'accepted' } = sent.body;
  out(`${paint('bold', id)}  ${printable(state)}`);
  out(`Trace  ${paint('cyan', traceUrl(options.target.url, id))}`);
  out(`       ${paint('dim', `npx passerelle trace ${id}`)}`);
  return options.wait ? untilSettled({ id, shown: state }, options.target, context) : 0;
}

/** `shown` is the state that was printed last. */
async function untilSettled(
  { id, shown }: { id: string; shown: string },
  target: Target,
  { out, note, paint, signal }: CommandContext,
): Promise<number> {
  for (const untilMs = performance.now() + patienceMs; performance.now() < untilMs && !signal.aborted;) {
    const reply = await callApi(target, {
      method: 'GET',
      path: `/v1/messages/${id}`,
      expects: messageSchema,
    });
    if (!reply.ok) {
      note(reply.line);
      return 1;
    }
    const { state = '', failure } = reply.body;
    if (state !== shown)
      out(paint(good.has(state) ? 'green' : bad.has(state) ? 'red' : 'dim', `       ${printable(state)}`));
    shown = state;
    if (good.has(state)) return 0;
    if (bad.has(state)) {
      note(printable([failure?.code, failure?.advice].filter(Boolean).join(': ') || state));
      return 1;
    }
    await wait(200, undefined, { signal }).catch(() => undefined);
  }
  note(`Not settled yet (${printable(shown)}): see the trace`);
  return 1;
}
