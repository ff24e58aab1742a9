import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import type { Paint } from './terminal.ts';
import { printable } from './terminal.ts';

export interface ReplayOptions {
  target: Target;
  /** Left out with `ids`: the last 24 hours. */
  sinceMs: number | undefined;
  /** Events to send again, instead of all since a time. */
  ids: string[] | undefined;
  /** One endpoint; left out: every active one. */
  endpoint: string | undefined;
  /** Only what was given up. */
  dead: boolean;
  /** Only show what would go. */
  dryRun: boolean;
}

const replaySchema = z.looseObject({
  id: z.string(),
  endpoint_id: z.string().nullable(),
  state: z.string(),
  reason: z.string().nullable().optional(),
  total: z.number().nullable(),
  done: z.number(),
  failed: z.number(),
  skipped: z.number(),
});
type Replay = z.infer<typeof replaySchema>;
const endpointSchema = z.looseObject({ id: z.string(), url: z.string(), state: z.string() });
const endpointPage = z.looseObject({ data: z.array(endpointSchema), next: z.string().nullable().optional() });
type Endpoint = z.infer<typeof endpointSchema>;

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `2h`, `7d` ago, or a time of RFC 3339; undefined for anything else. */
export function sinceTime(text: string, nowMs: number): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * units[unit]!;
  const time = z.iso.datetime({ offset: true }).safeParse(text);
  return time.success ? Date.parse(time.data) : undefined;
}

const barWidth = 24;

/** One line: how far a replay is. Pure. */
export function progressLine(now: Replay, paint: Paint): string {
  const { total, done, failed, skipped, state } = now;
  const settled = done + failed + skipped;
  const share = total ? Math.min(1, settled / total) : state === 'done' ? 1 : 0;
  const full = Math.round(share * barWidth);
  const bar = `${paint('green', '━'.repeat(full))}${paint('dim', '─'.repeat(barWidth - full))}`;
  const counts = [
    total === null ? `${settled} so far` : `${settled}/${total}`,
    failed > 0 && paint('red', `${failed} failed`),
    skipped > 0 && paint('yellow', `${skipped} skipped`),
  ].filter(Boolean);
  const word = state === 'done' ? 'green' : state === 'failed' ? 'red' : 'dim';
  const why = now.reason ? ` (${printable(now.reason)})` : '';
  return `${bar}  ${counts.join('  ')}  ${paint(word, printable(state) + why)}`;
}

async function endpointsOf(
  options: ReplayOptions,
  { note }: CommandContext,
): Promise<Endpoint[] | undefined> {
  const found: Endpoint[] = [];
  for (let cursor = ''; ;) {
    const path = `/v1/webhook-endpoints?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await callApi(options.target, { method: 'GET', path, expects: endpointPage });
    if (!page.ok) {
      note(page.line);
      return undefined;
    }
    found.push(...page.body.data);
    if (!page.body.next) break;
    cursor = page.body.next;
  }
  const { endpoint } = options;
  const meant = found.filter(({ id, state }) =>
    endpoint === undefined ? state === 'active' : id === endpoint,
  );
  if (meant.length > 0) return meant;
  note(
    endpoint === undefined
      ? 'There is no active webhook endpoint'
      : `There is no endpoint ${printable(endpoint)}`,
  );
  return undefined;
}

const bodyOf = ({ sinceMs, ids, dead }: ReplayOptions, endpoint: Endpoint) => ({
  of: 'events',
  endpoint_id: endpoint.id,
  only: dead ? 'dead' : 'all',
  ...(ids ? { ids } : { since: new Date(sinceMs ?? 0).toISOString() }),
});

const plural = (count: number): string => `${count} event${count === 1 ? '' : 's'}`;

/** Shows what would go, sends it, and shows how far it is. The gateway does the work: an interrupt leaves it running. */
export async function replay(options: ReplayOptions, context: CommandContext): Promise<number> {
  const { out, note, paint } = context;
  const endpoints = await endpointsOf(options, context);
  if (!endpoints) return 1;
  const since = options.sinceMs === undefined ? '' : `  since ${new Date(options.sinceMs).toISOString()}`;
  let code = 0;
  const started: Replay[] = [];
  for (const endpoint of endpoints) {
    const body = bodyOf(options, endpoint);
    const call = { method: 'POST', path: '/v1/replays' } as const;
    const counted = await callApi(options.target, {
      ...call,
      body: { ...body, dry_run: true },
      expects: z.looseObject({ total: z.number() }),
    });
    if (!counted.ok) {
      note(counted.line);
      code = 1;
      continue;
    }
    const { total } = counted.body;
    out(
      `${paint('bold', plural(total))}${options.dead ? ' given up' : ''} → ${printable(endpoint.url)}${paint('dim', since)}`,
    );
    if (options.dryRun || total === 0) continue;
    const made = await callApi(options.target, {
      ...call,
      body,
      headers: { 'idempotency-key': randomUUID() },
      expects: replaySchema,
    });
    if (made.ok) started.push(made.body);
    else note(made.line);
    if (!made.ok) code = 1;
  }
  if (options.dryRun) out(paint('dim', 'Nothing was sent: this was a dry run'));
  for (const one of started) code = Math.max(code, await follow(one, options.target, context));
  return code;
}

const everyMs = 250;
const finished = new Set(['done', 'cancelled', 'failed']);

async function follow(first: Replay, target: Target, context: CommandContext): Promise<number> {
  const { out, note, paint, signal } = context;
  out(`${paint('cyan', first.id)}  ${paint('dim', 'Ctrl-C leaves it running')}`);
  let shown = '';
  for (let current = first; ;) {
    const line = progressLine(current, paint);
    if (line !== shown) out(line);
    shown = line;
    if (finished.has(current.state)) return current.state === 'done' && current.failed === 0 ? 0 : 1;
    await wait(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) {
      note(`It goes on without you. To end it: passerelle replay --cancel ${first.id}`);
      return 130;
    }
    const path = `/v1/replays/${encodeURIComponent(first.id)}`;
    const reply = await callApi(target, { method: 'GET', path, expects: replaySchema });
    if (!reply.ok) {
      note(reply.line);
      return 1;
    }
    current = reply.body;
  }
}

/** Ends a replay. What it has sent stays sent. */
export async function cancelReplay(
  target: Target,
  id: string,
  { out, note, paint }: CommandContext,
): Promise<number> {
  const path = `/v1/replays/${encodeURIComponent(id)}`;
  const reply = await callApi(target, { method: 'DELETE', path, expects: replaySchema });
  if (!reply.ok) {
    note(reply.line);
    return 1;
  }
  out(progressLine(reply.body, paint));
  return 0;
}
