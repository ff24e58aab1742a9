import { z } from 'zod';

/** What a failure code means, to code and to people. */
export interface FailureMeaning {
  /** Permanent: trying the same again cannot help. */
  permanent: boolean;
  fault: 'merchant' | 'consumer' | 'platform' | 'gateway';
  /** The HTTP status where a failure is the answer to a request. */
  http: number;
  /** What to do about it. */
  advice: string;
}

/** The closed list of failures. Connectors map their platform's codes onto it; nothing reads an error's text to decide. */
export const failures = {
  address_invalid: {
    permanent: true,
    fault: 'merchant',
    http: 422,
    advice: 'Check the address; the platform does not know it.',
  },
  unreachable: {
    permanent: true,
    fault: 'consumer',
    http: 422,
    advice: 'This consumer cannot be reached here; use another address.',
  },
  opted_out: {
    permanent: true,
    fault: 'consumer',
    http: 403,
    advice: 'The consumer opted out. Wait until they write again and opt in.',
  },
  blocked: {
    permanent: true,
    fault: 'consumer',
    http: 403,
    advice: 'The consumer blocked this account. Do not try again.',
  },
  window_closed: {
    permanent: true,
    fault: 'merchant',
    http: 409,
    advice:
      'The platform only takes free messages shortly after the consumer wrote; send an approved template.',
  },
  template_refused: {
    permanent: true,
    fault: 'merchant',
    http: 422,
    advice: 'Check name, language and parameters of the template with the platform.',
  },
  content_refused: {
    permanent: true,
    fault: 'merchant',
    http: 422,
    advice: 'The platform refuses this content; see its own code in the trace.',
  },
  content_too_large: {
    permanent: true,
    fault: 'merchant',
    http: 413,
    advice: 'Make the content smaller; the limits are in the capabilities.',
  },
  content_unsupported: {
    permanent: true,
    fault: 'merchant',
    http: 422,
    advice: 'This channel cannot carry this kind of content.',
  },
  media_unavailable: {
    permanent: true,
    fault: 'merchant',
    http: 422,
    advice: 'The media could not be fetched; check its address, type and size.',
  },
  spam_suspected: {
    permanent: true,
    fault: 'merchant',
    http: 403,
    advice: 'The platform took this for spam; slow down and review the content.',
  },
  account_unauthorized: {
    permanent: true,
    fault: 'merchant',
    http: 401,
    advice: "Renew the account's credentials.",
  },
  account_suspended: {
    permanent: true,
    fault: 'merchant',
    http: 403,
    advice: 'The platform suspended this account; see its console.',
  },
  balance_exhausted: {
    permanent: true,
    fault: 'merchant',
    http: 402,
    advice: "Top up the account's balance with the provider.",
  },
  no_route: {
    permanent: true,
    fault: 'merchant',
    http: 422,
    advice: 'No account of yours reaches this address; add one for its channel.',
  },
  rate_limited: {
    permanent: false,
    fault: 'platform',
    http: 429,
    advice: 'The platform throttles; the gateway sends again by itself.',
  },
  account_disconnected: {
    permanent: false,
    fault: 'platform',
    http: 503,
    advice: 'The connection to the platform is down; the gateway reconnects by itself.',
  },
  platform_unavailable: {
    permanent: false,
    fault: 'platform',
    http: 503,
    advice: 'The platform has trouble; the gateway sends again by itself.',
  },
  platform_refused: {
    permanent: true,
    fault: 'platform',
    http: 502,
    advice: 'The platform refused for a reason of its own; see its code in the trace.',
  },
  undelivered: {
    permanent: true,
    fault: 'platform',
    http: 502,
    advice: 'The platform took the message but could not deliver it.',
  },
  outcome_unknown: {
    permanent: true,
    fault: 'platform',
    http: 504,
    advice:
      'It may or may not have arrived, and was not repeated. Ask the consumer, or send again knowingly.',
  },
  expired: {
    permanent: true,
    fault: 'gateway',
    http: 408,
    advice: 'It could not be sent within its time; raise valid_for or see the trace.',
  },
  revoked: {
    permanent: true,
    fault: 'gateway',
    http: 409,
    advice: 'It was taken back and sent by another way; see the fallbacks of the message.',
  },
  cancelled: { permanent: true, fault: 'merchant', http: 409, advice: 'The merchant cancelled it.' },
  internal: {
    permanent: true,
    fault: 'gateway',
    http: 500,
    advice: 'A bug in the gateway or a connector; report it with the id of the message.',
  },
} as const satisfies Record<string, FailureMeaning>;

export type FailureCode = keyof typeof failures;
export const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]];

export const failureSchema = z
  .strictObject({
    code: z.enum(failureCodes),
    permanent: z.boolean(),
    fault: z.enum(['merchant', 'consumer', 'platform', 'gateway']),
    advice: z.string(),
    platform_code: z.string().max(128).optional().describe("The platform's own code, when there is one"),
  })
  .meta({ id: 'Failure' });
export type Failure = z.infer<typeof failureSchema>;

/** A failure of the list, with the platform's own code where it gave one. */
export function failure(code: FailureCode, platformCode?: string | number): Failure {
  const { permanent, fault, advice } = failures[code];
  return {
    code,
    permanent,
    fault,
    advice,
    ...(platformCode === undefined ? {} : { platform_code: String(platformCode).slice(0, 128) }),
  };
}
