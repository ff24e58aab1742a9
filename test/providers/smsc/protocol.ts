import type { ReceivedSegment, Shown } from './handset.ts';

/** How the SMSC behaves. Every field can be changed while it runs. */
export interface SmscBehaviour {
  systemId: string;
  password: string;
  /** How submit_sm_resp and receipts write the same message id. `HEX`: upper case. `pad`: leading zeros up to this length. */
  submitId: { base: 'dec' | 'hex' | 'HEX'; pad?: number };
  receiptId: { base: 'dec' | 'hex' | 'HEX'; pad?: number };
  /** Where a receipt says what it is about; `none`: no receipts. */
  receipts: 'text' | 'tlv' | 'both' | 'none';
  /** When: after the answer to the submit, or before it. `held`: only when `receipts` is called. */
  receiptTime: 'after' | 'early' | 'held';
  /** `stat` of receipts, and by destination (`+33…`). */
  stat: string;
  stats: Record<string, string>;
  /** command_status of the next submit_sm, used up in order; 0 takes it. */
  statuses: number[];
  /** The next submit_sm are taken and never answered. */
  swallow: number;
  /** Answers wait: nothing is answered until it is false again. */
  hold: boolean;
  /** Everything is read and nothing answered any more, enquire_link included. */
  deaf: boolean;
  /** deliver_sm unacknowledged at once. */
  deliverWindow: number;
  /** After a temporary refusal a deliver_sm comes again after this time. */
  retryMs: number;
  /** A deliver_sm that is not answered after this time comes again in the same connection; 0: never. */
  repeatMs: number;
}

export type MoForm = 'plain' | 'udh8' | 'udh16' | 'sar' | 'payload';

/** What a consumer's phone sends. */
export interface Say {
  from: string;
  to: string;
  text: string;
  /** Longer texts than one message are cut; default `udh8`. `plain` in one piece. */
  form?: MoForm;
  /** Reference of the pieces; 0 is legal. Default: counts. */
  reference?: number;
  /** default: 0 where the GSM alphabet holds the text, else 8. */
  dataCoding?: number;
  /** Places (from 1) of the pieces to send, in this order; default all in turn. */
  pieces?: number[];
  /** Characters in each piece; default as many as fit. */
  pieceLength?: number;
  /** source_addr_ton; default 1 for `+…`, 5 for a name, else 0. */
  ton?: number;
}

export interface SmscState {
  /** system_ids bound now. */
  bound: string[];
  binds: number;
  refusedBinds: number;
  /** Orderly ends. */
  unbinds: number;
  enquireLinks: number;
  /** Answers to enquire_link of the SMSC's own. */
  enquireAnswers: number;
  /** The most submit_sm that were unanswered at once. */
  maxUnanswered: number;
  /** Every submit_sm that came, also refused ones. */
  submits: number;
  /** What was taken (command_status 0, or swallowed). */
  segments: ReceivedSegment[];
  /** What the phones show. */
  shown: Shown[];
  /** deliver_sm sent, repeats included; still unacknowledged; and statuses they were answered with, oldest first. */
  delivered: number;
  unacknowledged: number;
  acknowledgements: number[];
  /** generic_nack received. */
  nacks: number;
}

export type SmscCommand =
  | ({ do: 'say' } & Say)
  | { do: 'set'; behaviour: Partial<SmscBehaviour> }
  | { do: 'state' }
  /** Sends held receipts. */
  | { do: 'receipts' }
  /** One more receipt of a message that was taken, whatever was sent before. */
  | { do: 'receipt'; messageId: string; stat: string }
  /** Cuts every connection without a word. */
  | { do: 'drop' }
  /** Asks every client to go: unbind. */
  | { do: 'unbind' }
  /** Bytes to every client as they are. */
  | { do: 'raw'; hex: string }
  /** Forgets what it received. */
  | { do: 'clear' };
