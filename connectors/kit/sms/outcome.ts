import { failure } from '../../../protocol/failures.ts';
import type { FailureCode } from '../../../protocol/failures.ts';
import type { CallResult, SendOutcome } from '../../contract/index.ts';
import { readForm } from '../form.ts';
import { answerJson, retryAfterMs } from '../http.ts';
import { readXml } from '../xml.ts';
import type { CodePath, Dialect, Verdict } from './dialect.ts';
import { asText, fulfilled, holds, textAt, valuesAt } from './path.ts';

type Answer = Extract<CallResult, { type: 'answer' }>;
type NotSent = Exclude<SendOutcome, { type: 'sent' }>;

/** What a send of the message that we call `id` ended in, by the aggregator's own table. Pure. */
export function outcomeOf(
  result: CallResult,
  dialect: Dialect,
  { nowMs, id }: { nowMs: number; id: string },
): SendOutcome {
  if (result.type === 'unsent') return { type: 'rejected', failure: failure('platform_unavailable') };
  if (result.type === 'unknown') return { type: 'uncertain', reason: result.reason };
  const { answer } = dialect.send;
  const value = answerValue(result, answer.format);
  const code = codeAt(value, answer.codes, dialect.codes);
  if (result.status < 200 || result.status >= 300) return refusal(result, code, dialect, nowMs);
  const good = answer.ok === undefined ? true : holds(value, answer.ok);
  if (good === undefined) return { type: 'uncertain', reason: 'unreadable_answer' };
  if (!good) {
    // one answer for several pieces: some went, so sending it all again would double them
    if (answer.ok && fulfilled(value, answer.ok) > 0) return { type: 'uncertain', reason: 'partly_sent' };
    return refusal(result, code, dialect, nowMs);
  }
  const providerIds = answer.ids === 'own' ? [id] : idsAt(value, answer.ids);
  return providerIds.length > 0
    ? { type: 'sent', providerIds }
    : { type: 'uncertain', reason: 'unreadable_answer' };
}

/** An answer's body as its format has it; undefined if it is none of that. */
function answerValue(answer: Answer, format: Dialect['send']['answer']['format']): unknown {
  if (format === 'json') return answerJson(answer);
  if (format === 'text') return linesOf(answer.body);
  const read = format === 'xml' ? readXml(answer.body) : readForm(answer.body);
  return read.ok ? read.value : undefined;
}

function linesOf(body: Uint8Array): Record<string, string> | undefined {
  const text = Buffer.from(body).toString('utf8').trim();
  if (text === '' || text.startsWith('<')) return undefined;
  const lines = text.split(/\r?\n/).slice(0, 100);
  const named = lines.flatMap((line): [string, string][] => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : [];
  });
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(named), {
    text,
    line: lines[0],
    key: named[0]?.[0],
  });
}

function idsAt(value: unknown, paths: readonly CodePath[]): string[] {
  for (const of of paths) {
    const found = valuesAt(value, typeof of === 'string' ? of : of.path);
    const ids = found.flatMap((id) => marked(asText(id), of)?.slice(0, 1024) || []);
    if (ids.length > 0) return [...new Set(ids)];
  }
  return [];
}

/** The platform's own code, at most 128 characters: the first of which the table knows a meaning, else the first. */
export function codeAt(
  value: unknown,
  paths: readonly CodePath[],
  meanings: Dialect['codes'],
): string | undefined {
  const codes = paths.flatMap((path) => codeOf(value, path) ?? []);
  return codes.find((code) => entryOf(meanings, code)) ?? codes[0];
}

const codeOf = (value: unknown, of: CodePath): string | undefined =>
  marked(textAt(value, typeof of === 'string' ? of : of.path), of)?.slice(0, 128) || undefined;

/** The text itself, or what stands in it after (and before) the marks. */
function marked(text: string | undefined, of: CodePath): string | undefined {
  if (text === undefined || typeof of === 'string') return text;
  const at = text.lastIndexOf(of.after);
  if (at < 0) return undefined;
  const rest = text.slice(at + of.after.length);
  const end = of.before === undefined ? rest.length : rest.indexOf(of.before);
  return end < 0 ? undefined : rest.slice(0, end);
}

const ordinary: Readonly<Record<string, Verdict>> = {
  '401': 'account_unauthorized',
  '402': 'balance_exhausted',
  '413': 'content_too_large',
  '429': 'throttled',
};

const entryOf = (table: Readonly<Record<string, Verdict>>, key: string | undefined): Verdict | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;

function refusal(answer: Answer, code: string | undefined, dialect: Dialect, nowMs: number): NotSent {
  const status = String(answer.status);
  const known = entryOf(dialect.codes, code) ?? entryOf(dialect.statuses, status);
  // a proxy on the way that lost the answer: the platform may have taken the request
  if (known === undefined && (answer.status === 502 || answer.status === 504))
    return { type: 'uncertain', reason: `status_${status}` };
  const verdict =
    known ??
    entryOf(ordinary, status) ??
    (answer.status >= 500 ? 'platform_unavailable' : 'platform_refused');
  const platformCode = code ?? status;
  const waitMs = retryAfterMs(answer.headers['retry-after'], nowMs);
  const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  if (verdict === 'throttled') return { type: 'throttled', ...wait, platformCode };
  if (verdict === 'throttled_pair') return { type: 'throttled', ...wait, platformCode, scope: 'address' };
  const failed = failure(verdict, platformCode);
  return { type: 'rejected', failure: failed, ...(failed.permanent ? {} : wait) };
}

/** The failure that a receipt names: by its code where the table knows it, else by its state. */
export function failureOf(dialect: Pick<Dialect, 'codes'>, state: FailureCode, code: string | undefined) {
  const verdict = entryOf(dialect.codes, code) ?? state;
  return failure(verdict === 'throttled' || verdict === 'throttled_pair' ? 'rate_limited' : verdict, code);
}
