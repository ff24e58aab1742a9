import type { FailureCode } from '../../protocol/failures.ts';

/**
 * What the platform does with a message to a magic recipient. `first` concerns the first attempt at a part only; the second
 * goes through. `after` is a receipt that comes by itself.
 */
export interface Magic {
  /** What a developer sees happen, in one line. */
  does: string;
  outcome:
    | 'delivered'
    | 'sent'
    | 'uncertain'
    | { rejected: FailureCode }
    | { first: 'throttled' | 'unavailable' };
  after?: { state: 'delivered' | 'read' | 'failed'; afterMs: number; code?: FailureCode };
}

/** Magic recipients by name. A tag may follow, so that many consumers share an outcome: `sandbox:failed+7`. */
export const magicRecipients: Readonly<Record<string, Magic>> = {
  delivered: { does: 'arrives at once', outcome: 'delivered' },
  read: {
    does: 'arrives; is read after a second',
    outcome: 'delivered',
    after: { state: 'read', afterMs: 1000 },
  },
  delayed: {
    does: 'is sent; arrives after five seconds',
    outcome: 'sent',
    after: { state: 'delivered', afterMs: 5000 },
  },
  failed: { does: 'is refused for good by the platform', outcome: { rejected: 'platform_refused' } },
  undelivered: {
    does: 'is taken; fails after two seconds',
    outcome: 'sent',
    after: { state: 'failed', afterMs: 2000, code: 'undelivered' },
  },
  throttled: { does: 'is throttled once; arrives after two seconds', outcome: { first: 'throttled' } },
  unavailable: { does: 'fails once for a while; the second try arrives', outcome: { first: 'unavailable' } },
  'opted-out': { does: 'fails: the consumer opted out', outcome: { rejected: 'opted_out' } },
  blocked: { does: 'fails: the consumer blocked you', outcome: { rejected: 'blocked' } },
  'window-closed': { does: 'fails: the free-form window is closed', outcome: { rejected: 'window_closed' } },
  uncertain: { does: 'may or may not have arrived; never repeated', outcome: 'uncertain' },
  unreachable: { does: 'fails: this consumer cannot be reached', outcome: { rejected: 'unreachable' } },
  invalid: {
    does: 'fails: the platform does not know the address',
    outcome: { rejected: 'address_invalid' },
  },
  unauthorized: {
    does: "fails: the account's credentials are refused",
    outcome: { rejected: 'account_unauthorized' },
  },
};

export const throttledForMs = 2000;

/** The magic behind an address, if there is any. */
export function magicOf(address: string): Magic | undefined {
  const name = address.slice('sandbox:'.length).split('+')[0]!;
  return Object.hasOwn(magicRecipients, name) ? magicRecipients[name] : undefined;
}
