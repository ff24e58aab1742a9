import type {
  Account,
  CallResult,
  Context,
  HttpClient,
  Log,
  OutgoingRequest,
} from '../../connectors/contract/index.ts';
import type { CannedAnswer } from './spec.ts';

/** The suite's time: 2026-11-22 12:00 UTC. Requests with a signed time are made for it. */
export const suiteNowMs = Date.UTC(2026, 10, 22, 12);

export type Script = CallResult | ((request: OutgoingRequest) => CallResult);

/** Everything a connector did during one call. */
export interface Recording {
  context: Context;
  requests: OutgoingRequest[];
  logs: string[];
  abort(): void;
}

export const answered = ({ status, headers = {}, body }: CannedAnswer): CallResult => ({
  type: 'answer',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body:
    body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** A context whose network is a script: every call gets the same answer, and is recorded. Nothing leaves the machine. */
export function recording(script: Script): Recording {
  const controller = new AbortController();
  const requests: OutgoingRequest[] = [];
  const logs: string[] = [];
  const record: Log['info'] = (event, fields) => void logs.push(JSON.stringify({ event, ...fields }));
  const http: HttpClient = {
    call: (request) => {
      requests.push(request);
      if (request.signal.aborted) return Promise.resolve({ type: 'unsent', reason: 'aborted' });
      return Promise.resolve(typeof script === 'function' ? script(request) : script);
    },
  };
  const context: Context = {
    http,
    log: { info: record, warn: record, error: record },
    now: () => suiteNowMs,
    random: (size) => new Uint8Array(size).fill(7),
    signal: controller.signal,
  };
  return { context, requests, logs, abort: () => controller.abort() };
}

/** Every text of at least 6 characters among the credentials: shorter ones are found everywhere by chance. */
export function secretsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 6 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsOf) : [];
}

const scrambled = (value: unknown): unknown => {
  if (typeof value === 'string') return `other-${[...value].toReversed().join('')}`;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scrambled(inner)]));
};

/** The same account with other credentials. */
export const otherSecrets = (account: Account): Account => ({
  ...account,
  credentials: scrambled(account.credentials),
});

const refuse = (what: string) => (): never => {
  throw new Error(`${what} was used`);
};

/** Runs something with the clock, chance and the network taken away. */
export async function forbidden<T>(run: () => T | Promise<T>): Promise<T> {
  const { Date: RealDate, fetch } = globalThis;
  const random = Math.random;
  const randomUuid = globalThis.crypto.randomUUID;
  class FixedDate extends RealDate {
    static override now = refuse('Date.now');
    constructor(...given: unknown[]) {
      if (given.length === 0) refuse('new Date()')();
      super(...(given as [number]));
    }
  }
  try {
    globalThis.Date = FixedDate as unknown as DateConstructor;
    Math.random = refuse('Math.random');
    globalThis.crypto.randomUUID = refuse('crypto.randomUUID');
    globalThis.fetch = refuse('the global fetch');
    return await run();
  } finally {
    Object.assign(globalThis, { Date: RealDate, fetch });
    Math.random = random;
    globalThis.crypto.randomUUID = randomUuid;
  }
}
