/** Times that are no account's to set, in milliseconds. Tests shorten them. */
export interface Timing {
  connectMs: number;
  /** A piece of a long message is answered within this time; SMSCs wait 10 s or more. */
  holdMs: number;
  /** Overrides the account's `reassembly_seconds`. */
  incompleteMs?: number;
  /** How long an SMSC may take to repeat what was not acknowledged. */
  repeatMs: number;
  /** An answer later than this may have been given up on by the SMSC. */
  lateMs: number;
  /** The first rest after ESME_RTHROTTLED; it doubles up to `maxRestMs`. */
  restMs: number;
  maxRestMs: number;
  /** How long `close` waits for what is in hand, and for unbind_resp. */
  closeMs: number;
}

export const defaultTiming: Timing = {
  connectMs: 10_000,
  holdMs: 5000,
  repeatMs: 600_000,
  lateMs: 5000,
  restMs: 1000,
  maxRestMs: 30_000,
  closeMs: 5000,
};
