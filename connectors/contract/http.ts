/** What a platform calls us with. `body` is the raw bytes: signatures are checked on them, nothing is parsed before. */
export interface HookRequest {
  readonly method: string;
  /** The path below the account's hook: `` or `/status`. */
  readonly path: string;
  /** The full public URL as the platform called it, for signatures that cover it. */
  readonly url: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** Public keys of a platform as it publishes them: JSON Web Keys (RFC 7517), with whatever else it says of each. */
export type PublicKeys = readonly Readonly<Record<string, unknown>>[];

export interface HookResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface OutgoingRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Content and secrets stand in the query, headers or body, where the platform leaves the choice: never in the path. */
  url: string;
  headers?: Record<string, string>;
  /** A value goes out as JSON, bytes and strings as they are, FormData as multipart. */
  json?: unknown;
  body?: string | Uint8Array | FormData;
  signal: AbortSignal;
  /** Until the whole answer is here. Default 15,000. */
  timeoutMs?: number;
  /** A longer answer is cut off and the call ends as `unreadable`. Default 1 MiB. */
  maxBytes?: number;
  /** A longer answer is cut at `maxBytes` and still counts as an answer. */
  truncate?: boolean;
}

/**
 * How an outgoing call ended, as a value: nobody reads an error's text.
 * - `answer`: the platform answered, with any status.
 * - `unsent`: it is certain that the platform did not see the request (name, connection, TLS, refused by the SSRF guard).
 * - `unknown`: the request went out and no whole answer came (time-out, reset, abort). The send is uncertain.
 */
export type CallResult =
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body: Uint8Array;
    }
  | { readonly type: 'unsent'; readonly reason: 'guard' | 'dns' | 'connect' | 'aborted' | 'invalid_url' }
  | { readonly type: 'unknown'; readonly reason: 'timeout' | 'reset' | 'aborted' | 'too_large' };

/** HTTP to the outside: time-outs, size limits, no redirects, SSRF guard where the connection is made. Never throws. */
export interface HttpClient {
  call(request: OutgoingRequest): Promise<CallResult>;
}

/**
 * One outgoing call as the gateway may keep and show it. Everything that could be a secret, content or an address was taken out before
 * it came to be: what is left of a value is its length, as `‹12›`. At most a few KiB.
 */
export interface HttpExchange {
  /** When it began, Unix milliseconds. */
  readonly atMs: number;
  /** Until the whole answer, or until it was clear that there is none. */
  readonly durationMs: number;
  readonly method: OutgoingRequest['method'];
  /** Scheme, host and path; parameters by name only. */
  readonly url: string;
  readonly sent: HttpExchangeSide;
  /** How it ended: with an answer, or why there is none. */
  readonly result:
    | { readonly type: 'answer'; readonly status: number; readonly received: HttpExchangeSide }
    | Exclude<CallResult, { type: 'answer' }>;
}

export interface HttpExchangeSide {
  /** Names in lower case; values only of headers that hold neither secrets nor content. */
  readonly headers: Readonly<Record<string, string>>;
  /** Size of the body; of a form with files only a guess. */
  readonly bytes: number;
  /** The body's structure (names, lengths; of an answer also short codes of errors and states), at most 2,048 characters. */
  readonly body: string;
}

/** Takes what was exchanged. Must not throw; nobody waits for it. */
export type ExchangeSink = (exchange: HttpExchange) => void;
