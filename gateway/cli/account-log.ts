import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import type { Paint } from './terminal.ts';
import { printable, shortened } from './terminal.ts';

const exchangeSchema = z.looseObject({
  id: z.string(),
  at: z.string(),
  direction: z.enum(['outbound', 'inbound']),
  purpose: z.string(),
  method: z.string(),
  url: z.string(),
  status: z.number().nullable(),
  ended: z.string().nullable(),
  duration_ms: z.number(),
  failed: z.boolean(),
  code: z.string().nullable(),
  verdict: z.string().nullable(),
  reason: z.string().nullable(),
  message_id: z.string().nullable(),
});
type Exchange = z.infer<typeof exchangeSchema>;
const pageSchema = z.looseObject({
  data: z.array(exchangeSchema),
  has_more: z.boolean(),
  next: z.string().nullable(),
});

const pollEveryMs = 1000;
const pageSize = 100;

/** One exchange as a line: when, which way, what for, what was called, how it ended. Pure. */
export function exchangeLine(one: Exchange, paint: Paint): string {
  const ended = one.status === null ? (one.ended ?? '?') : String(one.status);
  const call = `${one.method} ${one.url.replace(/^https?:\/\//, '')}`;
  const more = [one.code && one.code !== ended ? one.code : undefined, one.reason, one.message_id].filter(
    (each) => each !== undefined && each !== null,
  );
  return [
    paint('dim', printable(one.at.replace('T', ' ').replace('Z', ''))),
    one.direction === 'outbound' ? paint('cyan', '→') : paint('yellow', '←'),
    printable(one.purpose).padEnd(8),
    paint(one.failed ? 'red' : 'green', printable(ended).padEnd(7)),
    `${one.duration_ms} ms`.padStart(8),
    shortened(printable(call), 100),
    ...more.map((each) => paint('dim', shortened(printable(each), 100))),
  ].join('  ');
}

export interface AccountLogOptions {
  target: Target;
  id: string;
  failed: boolean;
  follow: boolean;
}

/** Newest first, down to one that is known; undefined after a note of what went wrong. */
async function newSince(
  { target, id, failed }: AccountLogOptions,
  known: string | undefined,
  { note }: Pick<CommandContext, 'note'>,
): Promise<Exchange[] | undefined> {
  const news: Exchange[] = [];
  for (let cursor: string | undefined; ;) {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (failed) query.set('failed', 'true');
    if (cursor !== undefined) query.set('cursor', cursor);
    const path = `/v1/accounts/${encodeURIComponent(id)}/exchanges?${query}`;
    const page = await callApi(target, { method: 'GET', path, expects: pageSchema });
    if (!page.ok) {
      note(page.line);
      return undefined;
    }
    const end = page.body.data.findIndex((one) => one.id === known);
    news.push(...(end === -1 ? page.body.data : page.body.data.slice(0, end)));
    // the first look shows one page; later ones go on to what was seen
    if (end !== -1 || known === undefined || !page.body.next) return news;
    cursor = page.body.next;
  }
}

/** What an account and its platform said to each other; with `follow`, until it is interrupted. */
export async function accountLog(options: AccountLogOptions, context: CommandContext): Promise<number> {
  const { out, note, paint, signal } = context;
  let known: string | undefined;
  for (let first = true; ; first = false) {
    const news = await newSince(options, known, context);
    if (!news) return 1;
    for (const one of news.toReversed()) out(exchangeLine(one, paint));
    known = news[0]?.id ?? known;
    if (first && news.length === 0)
      note(options.failed ? 'Nothing failed in the last 7 days' : 'Nothing was said yet');
    if (!options.follow) return 0;
    await pause(signal);
    if (signal.aborted) return 0;
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, pollEveryMs);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
