import { failure } from '../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../protocol/failures.ts';
import { attr, ns, own } from './stanza.ts';
import type { Element } from './xml-stream.ts';

/** What an error stanza about a message of ours means (RFC 6120, 8.3.3). What is not here is `platform_refused`. */
const conditions: Readonly<Record<string, FailureCode>> = {
  'bad-request': 'content_refused',
  'feature-not-implemented': 'content_unsupported',
  forbidden: 'blocked',
  gone: 'address_invalid',
  'internal-server-error': 'platform_unavailable',
  'item-not-found': 'address_invalid',
  'jid-malformed': 'address_invalid',
  'not-acceptable': 'content_refused',
  'not-allowed': 'blocked',
  'payment-required': 'balance_exhausted',
  'policy-violation': 'spam_suspected',
  'recipient-unavailable': 'unreachable',
  redirect: 'address_invalid',
  'registration-required': 'blocked',
  'remote-server-not-found': 'address_invalid',
  'remote-server-timeout': 'platform_unavailable',
  'resource-constraint': 'platform_unavailable',
  // a server says no more of somebody who is not there, away without a mailbox, or has blocked us (XEP-0191)
  'service-unavailable': 'unreachable',
  'subscription-required': 'blocked',
};

/** The condition within an error, of a stanza or of the stream: a name of the specification, or `undefined-condition`. */
export function conditionOf(error: Element | undefined, within: string = ns.stanzas): string {
  const found = error?.children.find((each) => each.ns === within && each.name !== 'text')?.name;
  return found !== undefined && /^[a-z-]{1,64}$/.test(found) ? found : 'undefined-condition';
}

export function failureOf(stanza: Element): Failure {
  const error = own(stanza, 'error');
  const condition = conditionOf(error);
  const known = Object.hasOwn(conditions, condition) ? conditions[condition] : undefined;
  const otherwise = attr(error, 'type') === 'wait' ? 'platform_unavailable' : 'platform_refused';
  return failure(known ?? otherwise, condition);
}

/** The same of a message that was taken before: there is no trying again, so the trouble was its end. */
export function lateFailureOf(stanza: Element): Failure {
  const early = failureOf(stanza);
  return early.permanent ? early : failure('undelivered', early.platform_code);
}

/** The end of a stream, as an account's state shows it (XEP-0114; RFC 6120, 4.9.3). */
const streamReasons: Readonly<Record<string, string>> = {
  'not-authorized': 'secret_refused',
  'host-unknown': 'component_unknown',
  'host-gone': 'component_unknown',
  conflict: 'component_already_connected',
  'invalid-from': 'address_not_of_component',
  'invalid-namespace': 'not_a_component_port',
  'system-shutdown': 'server_shut_down',
};

export const streamReason = (condition: string): string =>
  (Object.hasOwn(streamReasons, condition) ? streamReasons[condition] : undefined) ??
  `stream_error_${condition.replaceAll('-', '_')}`;
