import { failure } from '../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../protocol/failures.ts';
import type { InboundReceipt, SendOutcome } from '../contract/index.ts';

/** What a command_status other than 0 means for a submit_sm (specification v3.4, 5.1.3). What is not here is `platform_refused`. */
type Meaning = FailureCode | 'throttled';
const statuses: Record<number, readonly [name: string, meaning: Meaning]> = {
  0x01: ['ESME_RINVMSGLEN', 'content_too_large'],
  0x02: ['ESME_RINVCMDLEN', 'platform_refused'],
  0x03: ['ESME_RINVCMDID', 'platform_refused'],
  0x04: ['ESME_RINVBNDSTS', 'account_disconnected'],
  0x05: ['ESME_RALYBND', 'account_disconnected'],
  0x06: ['ESME_RINVPRTFLG', 'platform_refused'],
  0x07: ['ESME_RINVREGDLVFLG', 'platform_refused'],
  0x08: ['ESME_RSYSERR', 'platform_unavailable'],
  0x0a: ['ESME_RINVSRCADR', 'platform_refused'],
  0x0b: ['ESME_RINVDSTADR', 'address_invalid'],
  0x0c: ['ESME_RINVMSGID', 'platform_refused'],
  0x0d: ['ESME_RBINDFAIL', 'account_unauthorized'],
  0x0e: ['ESME_RINVPASWD', 'account_unauthorized'],
  0x0f: ['ESME_RINVSYSID', 'account_unauthorized'],
  0x14: ['ESME_RMSGQFUL', 'throttled'],
  0x15: ['ESME_RINVSERTYP', 'platform_refused'],
  0x33: ['ESME_RINVNUMDESTS', 'platform_refused'],
  0x40: ['ESME_RINVDESTFLAG', 'platform_refused'],
  0x42: ['ESME_RINVSUBREP', 'platform_refused'],
  0x43: ['ESME_RINVESMCLASS', 'platform_refused'],
  0x45: ['ESME_RSUBMITFAIL', 'platform_refused'],
  0x48: ['ESME_RINVSRCTON', 'platform_refused'],
  0x49: ['ESME_RINVSRCNPI', 'platform_refused'],
  0x50: ['ESME_RINVDSTTON', 'address_invalid'],
  0x51: ['ESME_RINVDSTNPI', 'address_invalid'],
  0x53: ['ESME_RINVSYSTYP', 'account_unauthorized'],
  0x54: ['ESME_RINVREPFLAG', 'platform_refused'],
  0x58: ['ESME_RTHROTTLED', 'throttled'],
  0x61: ['ESME_RINVSCHED', 'platform_refused'],
  0x62: ['ESME_RINVEXPIRY', 'platform_refused'],
  0x63: ['ESME_RINVDFTMSGID', 'platform_refused'],
  0x64: ['ESME_RX_T_APPN', 'platform_unavailable'],
  0x65: ['ESME_RX_P_APPN', 'platform_refused'],
  0x66: ['ESME_RX_R_APPN', 'platform_refused'],
  0xc0: ['ESME_RINVOPTPARSTREAM', 'platform_refused'],
  0xc1: ['ESME_ROPTPARNOTALLWD', 'platform_refused'],
  0xc2: ['ESME_RINVPARLEN', 'platform_refused'],
  0xc3: ['ESME_RMISSINGOPTPARAM', 'platform_refused'],
  0xc4: ['ESME_RINVOPTPARAMVAL', 'platform_refused'],
  0xfe: ['ESME_RDELIVERYFAILURE', 'undelivered'],
  0xff: ['ESME_RUNKNOWNERR', 'platform_unavailable'],
};

/** Statuses that this side answers with. */
export const ok = 0x00;
export const invalidCommandLength = 0x02;
export const invalidCommandId = 0x03;
/** Not now; send it again later. */
export const temporaryError = 0x64;
/** Never; it cannot be read. */
export const permanentError = 0x65;

/** The name of a status for logs and traces; vendors' own ones as hexadecimal. */
export const statusName = (status: number): string =>
  statuses[status]?.[0] ?? `0x${status.toString(16).padStart(8, '0')}`;

/** The outcome of a submit_sm that was answered with a status other than 0. */
export function outcomeOf(status: number): Extract<SendOutcome, { type: 'rejected' | 'throttled' }> {
  const meaning = statuses[status]?.[1] ?? 'platform_refused';
  if (meaning === 'throttled') return { type: 'throttled', platformCode: statusName(status) };
  return { type: 'rejected', failure: failure(meaning, statusName(status)) };
}

/** `stat:` of a receipt's text (specification v3.4, appendix B) → state, and the failure where it is one. */
const receiptStates: Record<string, InboundReceipt['state'] | FailureCode> = {
  SCHEDUL: 'sent',
  ENROUTE: 'sent',
  ACCEPTD: 'sent',
  DELIVRD: 'delivered',
  EXPIRED: 'undelivered',
  DELETED: 'undelivered',
  UNDELIV: 'undelivered',
  REJECTD: 'platform_refused',
  UNKNOWN: 'outcome_unknown',
};

/** Names that SMSCs write in full all the same. */
const fullNames: Record<string, string> = {
  DELIVERED: 'DELIVRD',
  ACCEPTED: 'ACCEPTD',
  REJECTED: 'REJECTD',
  UNDELIVERABLE: 'UNDELIV',
};

/** message_state (5.2.28) as the name that a text would have. */
export const stateNames: readonly string[] = [
  'SCHEDUL', 'ENROUTE', 'DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV', 'ACCEPTD', 'UNKNOWN', 'REJECTD',
]; // prettier-ignore

/** State and failure of a receipt; undefined for a word that the specification doesn't have. */
export function receiptState(
  stat: string,
  error?: string,
): { state: InboundReceipt['state']; failure?: Failure } | undefined {
  const name = fullNames[stat.toUpperCase()] ?? stat.toUpperCase();
  const meaning = Object.hasOwn(receiptStates, name) ? receiptStates[name] : undefined;
  if (!meaning) return undefined;
  if (meaning === 'sent' || meaning === 'delivered' || meaning === 'read' || meaning === 'failed')
    return { state: meaning };
  return { state: 'failed', failure: failure(meaning, error ? `${name}:${error}` : name) };
}
