import type {
  Account,
  Connector,
  HookRequest,
  OutgoingRequest,
  PublicKeys,
} from '../../connectors/contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { fixtureRequest } from './fixtures.ts';
import { suiteNowMs } from './scripted.ts';
import type { CannedAnswer, ConformanceSpec, Fixture } from './spec.ts';
import { answeringSteps } from './steps.ts';

/** How an aggregator's calls are made authentic, and the ways to spoil them. */
export interface SmsCalls {
  make(request: HookRequest, account: SmsTestAccount): HookRequest;
  spoil: Record<string, (request: HookRequest, account: SmsTestAccount) => HookRequest>;
  skips?: Record<string, string>;
}
export interface SmsTestAccount extends Account {
  readonly config: Record<string, unknown>;
  readonly credentials: Record<string, string>;
}

/** What differs between aggregators that are tables on the kit's declarative SMS. */
export interface SmsSpec {
  /** `import.meta.url` of the spec: `fixtures/` is beside it. */
  folder: string;
  /** Besides base address, sender (+33639980100) and country (FR). */
  config?: Record<string, unknown>;
  credentials: Record<string, string>;
  calls: SmsCalls;
  /** A fixture's request, where that is not simply its own. */
  asked?: (request: Fixture['request']) => Fixture['request'];
  ignored: Record<string, unknown>;
  answers: {
    ok: CannedAnswer;
    providerIds: string[];
    unauthorized: CannedAnswer;
    /** Comes with two seconds to wait. */
    throttled: CannedAnswer;
    rejected: [name: string, answer: CannedAnswer, code: FailureCode][];
  };
  /** Answers to calls before the send itself: a token. */
  steps?: (request: OutgoingRequest) => CannedAnswer | undefined;
  /** What `keySet` would lead to. */
  keys?: PublicKeys;
  toldInBodies?: string[];
  skips?: Record<string, string>;
}

const samples: Content[] = [
  { kind: 'text', text: 'Your table for two is ready.' },
  { kind: 'media', media: { type: 'image', id: 'med_1', name: 'table.jpg' }, caption: 'Your table' },
];

/** The spec of an aggregator: what all of them share, and what it says of itself. */
export function smsSpec(connector: Connector, of: SmsSpec): ConformanceSpec & { account: SmsTestAccount } {
  const { name, capabilities } = connector.manifest;
  const id = 'acc_01KAP00000000000000000TEST';
  const account: SmsTestAccount = {
    id,
    merchantId: 'mer_01KAP00000000000000000TEST',
    test: true,
    config: { base_url: 'http://platform.test', sender: '+33639980100', country: 'FR', ...of.config },
    credentials: of.credentials,
    hookUrl: `https://gateway.test/hooks/${name}/${id}`,
  };
  const { ok, providerIds, unauthorized, throttled, rejected } = of.answers;
  const { calls, asked = (request) => request } = of;
  return {
    connector: prepared(connector, of),
    account,
    fixtures: new URL('fixtures/', of.folder),
    request: (fixture) =>
      calls.make(fixtureRequest({ ...fixture, request: asked(fixture.request) }, account), account),
    spoil: Object.fromEntries(
      Object.entries(calls.spoil).map(([way, spoil]) => [way, (request) => spoil(request, account)]),
    ),
    ignored: of.ignored,
    answers: {
      ok,
      providerIds,
      unauthorized,
      throttled: { ...throttled, headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
      rejected: rejected.map(([what, answer, code]) => ({ name: what, ...answer, code })),
    },
    addresses: {
      same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
      refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
      sample: 'tel:+33639980001',
    },
    ...(of.toldInBodies ? { toldInBodies: of.toldInBodies } : {}),
    samples: capabilities.outbound.media === 'native' ? samples : samples.slice(0, 1),
    skips: { ...calls.skips, ...of.skips },
  };
}

function prepared(connector: Connector, { keys, steps }: SmsSpec): Connector {
  const { hook } = connector;
  const keyed: Connector =
    keys && hook
      ? {
          ...connector,
          hook: { ...hook, verify: (request, account, nowMs) => hook.verify(request, account, nowMs, keys) },
        }
      : connector;
  return steps ? answeringSteps(keyed, steps) : keyed;
}

const unsigned = (platform: string): Record<string, string> => ({
  'refuses a stale request': `${platform} signs nothing: a secret is all there is`,
  'refuses a tampered body': `${platform} signs no bodies: TLS is what stops a change`,
});

const withHeaders = (request: HookRequest, headers: Record<string, string>): HookRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

/** An aggregator that signs nothing and calls the address that it was given, with its token. */
export function tokenCalls(platform: string): SmsCalls {
  const called = (request: HookRequest, token?: string): HookRequest => {
    const query = new URLSearchParams(request.query);
    if (token !== undefined) query.set('token', token);
    return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
  };
  return {
    make: (request, { credentials }) => called(request, credentials['hook_token']),
    spoil: {
      'another token': (request) => called(request, 'example-other-token'),
      'no token': (request) => ({
        ...request,
        url: request.url.split('?')[0]!,
        query: new URLSearchParams(),
      }),
    },
    skips: unsigned(platform),
  };
}

/** An aggregator that signs nothing but sends a fixed header; `value` makes it of a secret. */
export function headerCalls(
  platform: string,
  header: string,
  value: (account: SmsTestAccount) => string,
): SmsCalls {
  return {
    make: (request, account) => withHeaders(request, { [header]: value(account) }),
    spoil: {
      'another secret': (request) => withHeaders(request, { [header]: 'example-other-secret' }),
      'an empty secret': (request) => withHeaders(request, { [header]: '' }),
    },
    skips: unsigned(platform),
  };
}

type SignHeaders = (request: HookRequest, account: SmsTestAccount, atMs: number) => Record<string, string>;

/** An aggregator that signs: `sign` as its document has it, and not by what is tested. `toleranceMs`: how old a call may be. */
export function signedCalls(
  sign: SignHeaders,
  { platform, toleranceMs }: { platform: string; toleranceMs?: number },
): SmsCalls {
  const signed = (request: HookRequest, account: SmsTestAccount, atMs = suiteNowMs) =>
    withHeaders(request, sign(request, account, atMs));
  return {
    make: signed,
    spoil: {
      'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
      ...(toleranceMs === undefined
        ? {}
        : {
            'a stale signature': (request: HookRequest, account: SmsTestAccount) =>
              signed(request, account, suiteNowMs - toleranceMs - 1000),
          }),
    },
    ...(toleranceMs === undefined
      ? {
          skips: {
            'refuses a stale request': `${platform} signs no time: de-duplication is what stops a replay`,
          },
        }
      : {}),
  };
}
