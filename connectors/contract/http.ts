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

export interface HookResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface OutgoingRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
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
