import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import { traceUrl } from './context.ts';
import type { ServerEvent } from './event-stream.ts';
import { serverEvents } from './event-stream.ts';
import { linked, printable } from './terminal.ts';

export interface ListenOptions {
  target: Target;
  /** Where each event goes; unset: events are only shown. */
  forwardTo?: string | undefined;
  secret: string;
  /** Events after this cursor; unset: from now on. */
  after?: string | undefined;
}

const envelopeSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  time: z.string().optional(),
  data: z.looseObject({}).optional(),
});
type EventEnvelope = z.infer<typeof envelopeSchema>;

/** The message that an event is about, if any. */
function messageIdOf({ data }: EventEnvelope): string | undefined {
  const ids = [data?.message_id, data?.id].filter((id) => typeof id === 'string' && id.startsWith('msg_'));
  return ids[0] as string | undefined;
}

type Forwarded = { ok: boolean; text: string };

/** Posts one event as a Standard Webhook, signed like the gateway's own. */
async function forward(
  options: ListenOptions & { forwardTo: string },
  id: string,
  body: string,
  signal: AbortSignal,
): Promise<Forwarded> {
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'passerelle-listen',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(options.secret).sign(id, at, body),
  };
  const sinceMs = performance.now();
  const took = () => `${Math.round(performance.now() - sinceMs)} ms`;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
    const response = await request(options.forwardTo, { method: 'POST', headers, body, signal: limit });
    await response.body.dump({ limit: 1024 * 1024 });
    return {
      ok: response.statusCode >= 200 && response.statusCode < 300,
      text: `${response.statusCode}  ${took()}`,
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    return {
      ok: false,
      text: `${error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : code}  ${took()}`,
    };
  }
}

/** One line an event: when, what, how the receiver took it, where to read on. */
function eventLine(
  { paint }: CommandContext,
  url: string,
  event: EventEnvelope,
  forwarded: Forwarded | undefined,
): string {
  const time = /T(\d\d:\d\d:\d\d)/.exec(event.time ?? '')?.[1] ?? '        ';
  const messageId = messageIdOf(event);
  const taken =
    forwarded && paint(forwarded.ok ? 'green' : 'red', `→ ${printable(forwarded.text)}`.padEnd(16));
  const link = messageId && linked(paint, printable(messageId), traceUrl(url, messageId));
  const state = typeof event.data?.state === 'string' ? printable(event.data.state) : '';
  const what = `${printable(event.type)}${state && ` ${state}`}`.padEnd(27);
  return [paint('dim', time), paint('bold', what), taken, link].filter(Boolean).join('  ').trimEnd();
}

async function take(event: ServerEvent, options: ListenOptions, context: CommandContext): Promise<void> {
  const read = envelopeSchema.safeParse(JSON.parse(event.data));
  if (!read.success) return;
  const { forwardTo } = options;
  const forwarded =
    forwardTo === undefined
      ? undefined
      : await forward({ ...options, forwardTo }, read.data.id, event.data, context.signal);
  if (context.signal.aborted) return;
  context.out(eventLine(context, options.target.url, read.data, forwarded));
}

/** How one connection ended: the cursor to go on from, and whether trying again can help. */
type Ending = { after: string | undefined; refused?: string };

async function readOnce(
  options: ListenOptions,
  context: CommandContext,
  onOpen: () => void,
): Promise<Ending> {
  const { target } = options;
  let after = options.after;
  const headers: Record<string, string> = {
    accept: 'text/event-stream',
    ...(target.key ? { authorization: `Bearer ${target.key}` } : {}),
  };
  if (after !== undefined) headers['last-event-id'] = after;
  try {
    const response = await request(`${target.url}/v1/events`, {
      headers,
      signal: context.signal,
      headersTimeout: 20_000,
      bodyTimeout: 120_000,
    });
    if (response.statusCode !== 200) {
      await response.body.dump();
      const hopeless = response.statusCode >= 400 && response.statusCode < 500 && response.statusCode !== 429;
      return hopeless ? { after, refused: String(response.statusCode) } : { after };
    }
    onOpen();
    response.body.setEncoding('utf8');
    const onMark = (id: string) => (after = id);
    for await (const event of serverEvents(response.body as AsyncIterable<string>, onMark)) {
      await take(event, options, context);
      if (!context.signal.aborted && event.id) after = event.id;
    }
  } catch {
    // The connection is gone, or was never there: the caller tries again from the last event.
  }
  return { after };
}

/** Shows and forwards events until interrupted, through any number of lost connections; each event once and in order. */
export async function listen(options: ListenOptions, context: CommandContext): Promise<number> {
  const { note, paint, signal } = context;
  let after = options.after;
  let failures = 0;
  while (!signal.aborted) {
    const onOpen = () => {
      note(paint('dim', failures > 0 ? 'Connected again' : 'Listening; Ctrl-C ends it'));
      failures = 0;
    };
    const ending = await readOnce({ ...options, after }, context, onOpen);
    after = ending.after;
    if (ending.refused !== undefined) {
      const why = await callApi(options.target, {
        method: 'GET',
        path: '/v1/accounts',
        expects: z.unknown(),
      });
      note(why.ok ? `The gateway refuses the event stream (${ending.refused})` : why.line);
      return 1;
    }
    if (signal.aborted) break;
    if (failures === 0) note(paint('yellow', `No connection to ${options.target.url}; trying on`));
    failures++;
    await wait(Math.min(5000, 250 * 2 ** Math.min(failures, 5)), undefined, { signal }).catch(
      () => undefined,
    );
  }
  return 0;
}
