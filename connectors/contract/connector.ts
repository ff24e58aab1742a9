import type { z } from 'zod';
import type { Capabilities } from '../../protocol/capabilities.ts';
import type { Content } from '../../protocol/content.ts';
import type { Account } from './account.ts';
import type { HookRequest, HookResponse, PublicKeys } from './http.ts';
import type { Context, Host } from './host.ts';
import type { Parsed } from './inbound.ts';
import type {
  InquiryOutcome,
  InquiryRequest,
  RevokeOutcome,
  RevokeRequest,
  SendOutcome,
  SendRequest,
} from './outbound.ts';
import type { ReadProfile } from './profile.ts';
import type { Reach } from './reach.ts';
import type { ProbeOutcome, SetupOutcome } from './setup.ts';
import type { ListTemplates } from './templates.ts';

/**
 * A connector: the code for one platform. Only `manifest` and `address` are needed by all; every ability is an interface of
 * its own and present only where the platform has it. The gateway owns life cycle, back-off, retries, limits, secrets and
 * storage; the connector owns the dialect. It imports protocol, contract, kit and its platform's library, nothing else, and
 * touches neither `process.env` nor the global fetch.
 */
export interface Connector<Config = unknown, Credentials = unknown, Settings = unknown> {
  manifest: Manifest<Config, Credentials, Settings>;
  address: AddressBook<Config>;
  /**
   * What one account can carry of one content, where that is more than the manifest says of all: a catalogue or a form that the merchant
   * made on the platform. Asked before every adaptation of that content, at the send as at each attempt. Pure; never less than the manifest.
   * From another process it is asked about once for each content and configuration, whose media stand for any of their type.
   */
  capabilitiesFor?: (content: Content, config: Config) => Capabilities;
  /** For each kind that `capabilitiesFor` may say more of, what makes it so. The matrix is made of it; the conformance suite tries it. */
  withConfiguration?: readonly ConfiguredContent<Config>[];
  /** Platforms that call us. */
  hook?: Hook<Config, Credentials>;
  /** Platforms that are called for each message, without a held connection. */
  sender?: Sender<Config, Credentials>;
  /** Platforms to which a connection is held, or which are asked again and again (long poll), one per account. */
  session?: SessionOpener<Config, Credentials, Settings>;
  /** Servers that the connector runs itself, one per process (SMTP), or live clients that come through the gateway (web chat). */
  server?: Server<Config, Credentials, Settings>;
  /** HTTP surfaces of its own under `/hooks/{connector}/{accountId}/…`: pages, small JSON interfaces for its own client. */
  pages?: Pages<Config, Credentials, Settings>;
  /** Fetches what an inbound media reference points to. */
  media?: MediaFetcher<Config, Credentials>;
  /** Asks the platform what became of a send whose outcome is unknown. */
  inquire?: Inquire<Config, Credentials>;
  /** Takes back what was sent, where the platform lets one. */
  revoke?: Revoke<Config, Credentials>;
  /** Lists what the platform approved to be sent (`template` content). */
  templates?: ListTemplates<Config, Credentials>;
  /** Asks the platform whether an address can be reached at all, before this way is chosen among several. */
  reach?: Reach<Config, Credentials>;
  /** Asks the platform for a consumer's name, where its call-backs carry none. */
  profile?: ReadProfile<Config, Credentials>;
  /** Asks the platform whether the credentials work: before they are saved, at a merchant's wish, and in `doctor`. Within 8 s. */
  probe?: (account: Account<Config, Credentials>, context: Context) => Promise<ProbeOutcome>;
  /**
   * Tells the platform where to call: `account.hookUrl`, with whatever `Hook.verify` will look for. Called when the account is new, and again
   * when its credentials, configuration or address changed: the same twice must do no harm. The hook answers already. Within 8 s; never throws.
   */
  setup?: (account: Account<Config, Credentials>, context: Context) => Promise<SetupOutcome>;
  /** Takes back what `setup` did, before the account is removed; leaves alone what is another's by now. Within 8 s; never throws. */
  teardown?: (account: Account<Config, Credentials>, context: Context) => Promise<SetupOutcome>;
}

/** A content that goes out natively from an account that has, beside what every account must have, these fields of the configuration. */
export interface ConfiguredContent<Config> {
  content: Content;
  config: Partial<Config>;
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
  /** A send may spend the account's credentials and keep others (`Context.renewal`): never from two processes at once. */
  renewsCredentials?: boolean;
  /** `probe` tells when credentials end, of those that do: the gateway asks once a day and warns the merchant two weeks ahead. */
  tellsExpiry?: boolean;
  /** Messages per second and account, and how many at once. Data; the gateway keeps to it. */
  rate: {
    perSecond: number;
    concurrency: number;
    /** Time between two messages to the same address that the platform wants in the long run, in milliseconds. */
    perAddressMs?: number;
    /**
     * How many messages to one address may go at once; what goes early is borrowed, and paid back at `perAddressMs` each. Left out: 1,
     * so that `perAddressMs` is the least gap.
     */
    perAddressBurst?: number;
    /**
     * A limit of the line that an account sends from, where lines are not accounts: the configuration field that names the line, and
     * what it carries. Accounts of the connector that name the same line share it; one that names none has it alone.
     */
    sender?: { field: string; perSecond: number };
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
  /** Asked instead of `normalise` where it is present: the connector runs in another process, which knows more than a form. */
  ask?(address: string, account: Account<Config>): Promise<string | undefined>;
}

/** Called for every HTTP request of a platform. Pure: no network, no clock but `nowMs`, no state. */
export interface Hook<Config, Credentials> {
  /** Largest body of a request. Left out: 1 MiB of JSON, a form or text, 16 MiB of anything else. */
  maxBytes?: number;
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
    /** What `keySet` led to; empty if it could not be fetched. */
    keys?: PublicKeys,
  ): { ok: true } | { ok: false; reason: string; unknownKey?: true };
  /**
   * Where the platform publishes the keys that it signs with (a JSON Web Key Set, RFC 7517, or an X.509 certificate as PEM), for platforms
   * whose keys are public and change. The request is not verified yet: an address out of it must be one of the platform's own.
   * The gateway fetches them, keeps them for a day, and fetches them again, at most every five minutes, when `verify` says `unknownKey`.
   */
  keySet?(account: Account<Config, Credentials>, request?: HookRequest): string | undefined;
  /**
   * Called after `verify` and before `parse`, for platforms that want to be called back before they deliver (Amazon SNS: visit an address).
   * Within 8 s; never throws. false: it could not be done, and the platform hears a 503, so that it tries again.
   */
  confirm?(request: HookRequest, account: Account<Config, Credentials>, context: Context): Promise<boolean>;
  parse(request: HookRequest, account: Account<Config, Credentials>): Parsed;
}

/** Sends one part. The gateway calls it in order per conversation, keeps to `rate`, and retries; the connector does none of that. */
export interface Sender<Config, Credentials> {
  send(request: SendRequest, account: Account<Config, Credentials>, context: Context): Promise<SendOutcome>;
}

/**
 * What became of a part whose send ended `uncertain`. The gateway asks with back-off for at most an hour, in the part's turn: the
 * conversation waits. Answer `absent` only if the platform is sure: the part is then sent again. Never throws.
 */
export type Inquire<Config, Credentials> = (
  request: InquiryRequest,
  account: Account<Config, Credentials>,
  context: Context,
) => Promise<InquiryOutcome>;

/**
 * Takes back what the platform took before, so that the consumer finds it no more. The gateway asks before it sends the same by another
 * way, at most a few times, also for what is gone already. Never throws.
 */
export type Revoke<Config, Credentials> = (
  request: RevokeRequest,
  account: Account<Config, Credentials>,
  context: Context,
) => Promise<RevokeOutcome>;

/**
 * Opens the connection of one account, or begins to poll for it. Rejects or `closed` resolves → the gateway opens again, with back-off;
 * never while another one of the same account is open. While there is none, `sender` sends, where the connector has one.
 */
export interface SessionOpener<Config, Credentials, Settings> {
  /** Whether this account wants one at all. Left out: every account does. Pure. */
  needed?(account: Account<Config, Credentials>): boolean;
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
