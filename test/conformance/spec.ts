import type { Account, Connector, HookRequest, InboundItem } from '../../connectors/contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';

/** A canned answer of a platform, in its documented shape. */
export interface CannedAnswer {
  status: number;
  headers?: Record<string, string>;
  /** JSON unless a string. */
  body: unknown;
}

/**
 * What a connector tells the conformance suite about itself. Every connector has one, in `{name}.conformance.ts`;
 * `{name}.test.ts` calls `conformance(spec)`.
 */
export interface ConformanceSpec {
  connector: Connector;
  /** A valid account with values of our own; `baseUrl` settings point at `http://platform.test`. */
  account: Account;
  /** Folder of fixtures: one JSON file each, of the shape `Fixture`. */
  fixtures: URL;
  /** The request as the platform would send it, signed for the account. Hook connectors only. */
  request?(fixture: Fixture): HookRequest;
  /** For connectors without a hook: the pure parser behind their socket or server. */
  parse?(fixture: Fixture): InboundItem[] | Promise<InboundItem[]>;
  /** Ways to spoil an authentic request, each of which must be refused: tampered body, other secret, stale time. */
  spoil?: Record<string, (request: HookRequest) => HookRequest>;
  /** Platform requests that must be understood and ignored, never thrown: an own echo, an unknown event. */
  ignored?: Record<string, unknown>;
  /** HTTP senders: what the platform answers. */
  answers?: {
    ok: CannedAnswer;
    providerIds: string[];
    unauthorized: CannedAnswer;
    throttled: CannedAnswer & { retryAfterMs: number };
    rejected: (CannedAnswer & { code: FailureCode; name: string })[];
  };
  /**
   * Names of credentials that stand in the body of a call because the platform wants them there: the token of a hook that it is asked to
   * call, a password that is a field of a form. Everything else of the credentials stays out of bodies.
   */
  toldInBodies?: string[];
  /** Addresses: spellings of the same address, the canonical one first; and what is none of this connector's. */
  addresses: { same: string[]; refused: string[]; sample: string };
  /** One content of every kind declared native outbound. */
  samples: Content[];
  /** Checks left out, by name, each with the reason. */
  skips?: Record<string, string>;
}

/** A recorded request of a platform and what it means. `document` names the platform's document it follows; values are our own. */
export interface Fixture {
  name: string;
  document: string;
  request: {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    query?: string;
    json?: unknown;
    /** Fields of a form; a list repeats its name. */
    form?: Record<string, string | string[]>;
    text?: string;
    base64?: string;
  };
  items: InboundItem[];
}
