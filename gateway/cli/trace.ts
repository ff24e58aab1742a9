import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import type { Paint } from './terminal.ts';
import { printable, shortened } from './terminal.ts';

const entrySchema = z.looseObject({
  at: z.string(),
  step: z.string(),
  detail: z.record(z.string(), z.unknown()).optional(),
  duration_ms: z.number().optional(),
});
type Entry = z.infer<typeof entrySchema>;
const traceSchema = z.looseObject({ message_id: z.string(), entries: z.array(entrySchema) });
const messageSchema = z.looseObject({
  direction: z.string().optional(),
  channel: z.string().optional(),
  state: z.string().optional(),
  conversation_id: z.string().optional(),
});

/** A time since the start, short enough to be read at a glance. */
export function elapsed(ms: number): string {
  if (ms < 1000) return `+${Math.round(ms)} ms`;
  if (ms < 60_000) return `+${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `+${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `+${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

const valueText = (value: unknown): string =>
  printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** The lines of one entry: the step with what fits beside it, every further field on a line of its own. */
function entryLines(entry: Entry, sinceMs: number, width: number, paint: Paint): string[] {
  const fields = Object.entries(entry.detail ?? {}).map(
    ([name, value]) => `${paint('dim', printable(name))} ${shortened(valueText(value), 100)}`,
  );
  const took =
    entry.duration_ms === undefined ? [] : [paint('yellow', `took ${Math.round(entry.duration_ms)} ms`)];
  const [first = '', ...rest] = [...took, ...fields];
  const head = `  ${paint('dim', elapsed(sinceMs).padStart(13))}  ${paint('cyan', '●')} ${paint('bold', printable(entry.step).padEnd(width))}`;
  const indent = `  ${' '.repeat(13)}  ${paint('dim', '│')} ${' '.repeat(width)}`;
  return [`${head}  ${first}`.trimEnd(), ...rest.map((field) => `${indent}  ${field}`)];
}

/** Everything that happened to a message, as a timeline. Pure. */
export function renderTimeline(entries: readonly Entry[], paint: Paint): string[] {
  const startMs = Date.parse(entries[0]?.at ?? '');
  const width = Math.max(0, ...entries.map((entry) => printable(entry.step).length));
  return entries.flatMap((entry) =>
    entryLines(entry, Math.max(0, Date.parse(entry.at) - startMs), width, paint),
  );
}

export interface TraceOptions {
  target: Target;
  id: string;
  json: boolean;
}

export async function trace(
  { target, id, json }: TraceOptions,
  { out, note, paint }: CommandContext,
): Promise<number> {
  const path = `/v1/messages/${encodeURIComponent(id)}`;
  const found = await callApi(target, { method: 'GET', path: `${path}/trace`, expects: traceSchema });
  if (!found.ok) {
    note(found.line);
    return 1;
  }
  if (json) {
    out(JSON.stringify(found.body, undefined, 2));
    return 0;
  }
  const message = await callApi(target, { method: 'GET', path, expects: messageSchema });
  const facts = message.ok
    ? [message.body.direction, message.body.channel, message.body.state].filter(Boolean)
    : [];
  out(
    `${paint('bold', printable(found.body.message_id))}  ${facts.map((fact) => printable(fact!)).join(' · ')}`.trimEnd(),
  );
  if (message.ok && message.body.conversation_id) out(paint('dim', printable(message.body.conversation_id)));
  out(paint('dim', found.body.entries[0]?.at ?? 'Nothing happened to it yet'));
  out('');
  for (const line of renderTimeline(found.body.entries, paint)) out(line);
  return 0;
}
