import { request } from 'undici';
import type { z } from 'zod';
import { problemSchema } from '../../protocol/problem.ts';
import type { Target } from './context.ts';
import { printable } from './terminal.ts';

export type Reply<T> =
  | { ok: true; status: number; body: T }
  | {
      ok: false;
      status: number | undefined;
      line: string;
      /** Where a problem says that the request is wrong. */
      pointers?: string[];
    };

export interface Call<T> {
  method: 'GET' | 'POST' | 'DELETE';
  /** Begins with a slash. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** What the answer must hold. */
  expects: z.ZodType<T>;
}

/** What to do about a status, where the problem itself doesn't say. */
const advice: Record<number, string> = {
  401: 'set PASSERELLE_KEY (or --key) to a key of this gateway',
  403: 'use a key that may do this',
};

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const problemIn = (text: string) => problemSchema.partial().safeParse(jsonIn(text)).data ?? {};

/** One line out of an RFC 9457 problem, or of whatever came in its place. */
function problemText(status: number, text: string): string {
  const problem = problemIn(text);
  const places = (problem.errors ?? []).map(({ pointer, detail }) => `[${pointer}: ${detail}]`);
  const what = [problem.detail ?? problem.title ?? 'no reason given', ...places].join(' ');
  const ids = [problem.code, problem.request_id].filter(Boolean).join(', ');
  return printable(
    [`${status}: ${what}`, ids && `(${ids})`, advice[status] && `- ${advice[status]}`]
      .filter(Boolean)
      .join(' '),
  );
}

/** Calls the gateway. Whatever goes wrong is one line for the user. */
export async function callApi<T>({ url, key }: Target, call: Call<T>): Promise<Reply<T>> {
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
  if (key) headers.authorization = `Bearer ${key}`;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  const body = call.body === undefined ? null : JSON.stringify(call.body);
  try {
    const response = await request(`${url}${call.path}`, {
      method: call.method,
      headers,
      body,
      headersTimeout: 20_000,
      bodyTimeout: 20_000,
    });
    const text = await response.body.text();
    if (response.statusCode >= 300)
      return {
        ok: false,
        status: response.statusCode,
        line: problemText(response.statusCode, text),
        pointers: (problemIn(text).errors ?? []).map(({ pointer }) => pointer),
      };
    const read = call.expects.safeParse(jsonIn(text));
    if (read.success) return { ok: true, status: response.statusCode, body: read.data };
    return {
      ok: false,
      status: response.statusCode,
      line: `${url} answers, but not as a gateway of this version does`,
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    const line = `No gateway answers at ${url}${code}: start one with npm start, or set PASSERELLE_URL (or --url)`;
    return { ok: false, status: undefined, line };
  }
}
