import { request } from 'node:http';
import { expect } from 'vitest';

/** An answer as it came off the wire. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
}

/** Sends exactly these bytes: no client in between that mends them. A connection that is cut gives status 0. */
export function raw(
  url: string,
  { method = 'POST', headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      const done = () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      answer.on('end', done);
      answer.on('error', done);
    });
    outgoing.on('error', () => resolve({ status: 0, headers: {}, text: '' }));
    outgoing.end(body);
  });
}

/** What must never be in an answer: a stack trace, a path of the source, an exception's name. */
const traces =
  /node_modules|\.ts:\d+|\bat (async )?[\w.<>]+ \(|TypeError|SqliteError|ZodError|ReferenceError/;

/** Holds an answer to RFC 9457, and to saying nothing of the inside. Gives the problem. */
export function expectProblem(
  answer: RawAnswer,
  ...statuses: number[]
): { code: string; detail?: string; errors?: { pointer: string; detail: string }[] } {
  expect(statuses, `${answer.status}: ${answer.text.slice(0, 300)}`).toContain(answer.status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toMatch(traces);
  expect(answer.text.length, 'an answer of bounded size').toBeLessThan(20_000);
  const problem = JSON.parse(answer.text) as {
    code: string;
    status: number;
    type: string;
    title: string;
    request_id?: string;
    detail?: string;
  };
  expect(problem.status).toBe(answer.status);
  expect(problem.title).not.toBe('');
  expect(problem.code).toMatch(/^[a-z_]+$/);
  return problem;
}

/** Where a problem says that the fault is. */
export const pointersOf = (answer: RawAnswer): string[] =>
  ((JSON.parse(answer.text) as { errors?: { pointer: string }[] }).errors ?? []).map(
    ({ pointer }) => pointer,
  );
