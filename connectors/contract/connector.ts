import type { z } from 'zod';
import type { Capabilities } from '../../protocol/capabilities.ts';
import type { Account } from './account.ts';
import type { HookRequest, HookResponse } from './http.ts';
import type { Context, Host } from './host.ts';
import type { Parsed } from './inbound.ts';
import type { SendOutcome, SendRequest } from './outbound.ts';

/**
 * A connector: the code for one platform. Only `manifest` and `address` are needed by all; every ability is an interface of
 * its own and present only where the platform has it. The gateway owns life cycle, back-off, retries, limits, secrets and
 * storage; the connector owns the dialect. It imports protocol, contract, kit and its platform's library, nothing else, and
 * touches neither `process.env` nor the global fetch.
 */
export interface Connector<Config = unknown, Credentials = unknown, Settings = unknown> {
  manifest: Manifest<Config, Credentials, Settings>;
  address: AddressBook<Config>;
  /** Platforms that call us. */
  hook?: Hook<Config, Credentials>;
  /** Platforms that are called for each message, without a held connection. */
  sender?: Sender<Config, Credentials>;
  /** Platforms to which a connection is held, one per account (SMPP). */
  session?: SessionOpener<Config, Credentials, Settings>;
  /** Servers that the connector runs itself, one per process (SMTP), or live clients that come through the gateway (web chat). */
  server?: Server<Config, Credentials, Settings>;
  /** HTTP surfaces of its own under `/hooks/{connector}/{accountId}/…`: pages, small JSON interfaces for its own client. */
  pages?: Pages<Config, Credentials, Settings>;
  /** Fetches what an inbound media reference points to. */
  media?: MediaFetcher<Config, Credentials>;
  /** Asks the platform whether the credentials work, at set-up and in `doctor`. */
  probe?: (
    account: Account<Config, Credentials>,
    context: Context,
  ) => Promise<{ ok: true; detail?: string } | { ok: false; detail: string }>;
}

export interface Manifest<Config, Credentials, Settings> {
  /** The folder's name: `whatsapp`. Lower case letters, digits, hyphens. */
  name: string;
  /** The kind of platform: `sms`, `email`, `whatsapp`. Several connectors may share one. */
  channel: string;
  title: string;
  /** Schemes of the addresses it makes and takes: `['tel']`. */
  schemes: string[];
  capabilities: Capabilities;
  /** What a merchant sets. Strict; each field with a description. */
  config: z.ZodType<Config>;
  /** What a merchant keeps secret: every field is sealed at rest and never shown again. */
  credentials: z.ZodType<Credentials>;
  /** What the operator sets, through the environment: field `smtpPort` of connector `email` is `PASSERELLE_EMAIL_SMTP_PORT`. */
  settings?: z.ZodType<Settings>;
  /** A send is safe to repeat with the same `idempotencyKey`: the platform de-duplicates. */
  idempotentSends?: boolean;
  /** Messages per second and account, and how many at once. Data; the gateway keeps to it. */
  rate: {
    perSecond: number;
    concurrency: number;
    /** Least time between two messages to the same address, in milliseconds. */ perAddressMs?: number;
  };
  /** The platform's documents that wire schemas, limits and codes follow. */
  documents: { title: string; url: string; /** Version, or the date it was read. */ version: string }[];
}

export interface AddressBook<Config> {
  /**
   * The one way to write an address, or undefined if it is none of this connector's. Pure.
   * The same person must not come out twice: numbers go to E.164, mailboxes to lower case.
   */
  normalise(address: string, config: Config): string | undefined;
}

/** Called for every HTTP request of a platform. Pure: no network, no clock but `nowMs`, no state. */
export interface Hook<Config, Credentials> {
  /**
   * Answers a platform's set-up request (Meta's `hub.challenge`), or undefined if this is none. Called before `verify`;
   * must itself check the shared secret in constant time.
   */
  handshake?(request: HookRequest, account: Account<Config, Credentials>): HookResponse | undefined;
  /** Whether the platform really sent this. Constant time, on raw bytes. A refusal is a 401 and nothing is stored. */
  verify(
    request: HookRequest,
    account: Account<Config, Credentials>,
    nowMs: number,
  ): { ok: true } | { ok: false; reason: string };
  parse(request: HookRequest, account: Account<Config, Credentials>): Parsed;
}

/** Sends one part. The gateway calls it in order per conversation, keeps to `rate`, and retries; the connector does none of that. */
export interface Sender<Config, Credentials> {
  send(request: SendRequest, account: Account<Config, Credentials>, context: Context): Promise<SendOutcome>;
}

/** Opens the connection of one account. Rejects or `closed` resolves → the gateway opens again, with back-off. */
export interface SessionOpener<Config, Credentials, Settings> {
  open(account: Account<Config, Credentials>, host: Host<Config, Credentials, Settings>): Promise<Session>;
}

export interface Session {
  send(request: SendRequest, context: Context): Promise<SendOutcome>;
  /** Resolves when the connection is gone, with a reason without secrets. Never rejects. */
  readonly closed: Promise<string>;
  /** Finishes what is in hand within 5 s, then closes. */
  close(): Promise<void>;
}

export interface Server<Config, Credentials, Settings> {
  /** Called once at start. Rejects if it cannot listen; the message names the setting to change. */
  start(host: Host<Config, Credentials, Settings>): Promise<RunningServer<Config, Credentials>>;
}

export interface RunningServer<Config, Credentials> {
  /** Ports it listens on, for `doctor` and the banner. */
  readonly listening: { name: string; port: number }[];
  /** A live client at `/hooks/{connector}/{accountId}/socket`. */
  connect?(client: LiveClient, account: Account<Config, Credentials>): LiveHandler;
  /** Sends through it; used instead of `sender` where present. */
  send?(request: SendRequest, account: Account<Config, Credentials>, context: Context): Promise<SendOutcome>;
  /** Stops accepting, finishes what is in hand within 5 s. */
  stop(): Promise<void>;
}

/** One WebSocket, as text frames of at most 64 KiB. */
export interface LiveClient {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface LiveHandler {
  message(text: string): void;
  closed(): void;
}

export interface Pages<Config, Credentials, Settings> {
  /** Static files the same for all accounts, at `/assets/{connector}/{name}`; paths on disk, read at start. */
  assets?: Record<string, { file: URL; type: string }>;
  /** undefined: no such page, a 404. Same-origin rules, authentication and validation are the connector's. */
  handle?(
    request: HookRequest,
    account: Account<Config, Credentials>,
    host: Host<Config, Credentials, Settings>,
  ): Promise<HookResponse | undefined>;
}

export interface MediaFetcher<Config, Credentials> {
  /** `maxBytes` is a hard limit: more is `failed`. */
  fetch(
    reference: string,
    account: Account<Config, Credentials>,
    context: Context & { maxBytes: number },
  ): Promise<
    | { ok: true; bytes: Uint8Array; mediaType?: string; name?: string }
    | { ok: false; permanent: boolean; reason: string }
  >;
}

/** Keeps the types of one connector together and lets the gateway hold all of them in one list. */
export const defineConnector = <Config, Credentials, Settings = undefined>(
  connector: Connector<Config, Credentials, Settings>,
): Connector => connector as unknown as Connector;
