import { createHash } from 'node:crypto';
import type { InboundIgnored, InboundMessage, InboundReceipt } from '../contract/index.ts';
import { addressOf } from './address.ts';
import { decodeText } from './octets.ts';
import type { Config } from './manifest.ts';
import { isReceipt, readReceipt } from './receipts.ts';
import { esm, tags, tlvNumber } from './wire.ts';
import type { ShortMessage } from './wire.ts';

/** A whole message of a consumer's, or one piece of a long one. */
export interface Piece {
  type: 'piece';
  address: string;
  octets: Buffer;
  dataCoding: number;
  /** What its SMSC would repeat unchanged. */
  hash: string;
  /** Only where it is one of several. */
  place?: { series: string; total: number; number: number };
}

export type InboundConfig = Pick<Config, 'country' | 'default_alphabet' | 'receipt_id_format'>;

/** What a deliver_sm or data_sm holds. Pure. */
export function readShortMessage(
  message: ShortMessage,
  config: InboundConfig,
): Piece | InboundReceipt | InboundIgnored {
  if (isReceipt(message)) return readReceipt(message, config.receipt_id_format);
  if ((message.esmClass & esm.typeMask) !== 0)
    return { type: 'ignored', reason: 'acknowledgement_of_an_sme' };
  const address = addressOf(message.source, config.country);
  if (address === undefined) return { type: 'ignored', reason: 'message_without_source' };
  const payload = message.octets.length
    ? message.octets
    : (message.tlvs.get(tags.messagePayload) ?? message.octets);
  const { octets, concatenation: inHeader } =
    message.esmClass & esm.header ? takeHeader(payload) : { octets: payload, concatenation: undefined };
  if (decodeText(Buffer.alloc(0), message.dataCoding, config.default_alphabet) === undefined)
    return { type: 'ignored', reason: 'binary_message' };
  const found = inHeader ?? inParameters(message);
  const { source, destination } = message;
  // the key of facts and specification: source, destination, reference, total; the form keeps 8 and 16 bit references apart
  const series =
    found &&
    hashOf([source.value, destination.value, found.form, String(found.reference), String(found.total)]);
  const hash = hashOf([
    source.value,
    destination.value,
    String(message.dataCoding),
    series ?? '',
    String(found?.number ?? 0),
    octets,
  ]);
  const place = found && series ? { series, total: found.total, number: found.number } : undefined;
  return {
    type: 'piece',
    address,
    octets,
    dataCoding: message.dataCoding,
    hash,
    ...(place ? { place } : {}),
  };
}

interface Concatenation {
  form: '8' | '16' | 'sar';
  reference: number;
  total: number;
  number: number;
}

/** A message of one has nothing to wait for; a number out of range makes the element void (3GPP TS 23.040, 9.2.3.24.1). */
const sound = (found: Concatenation): Concatenation | undefined =>
  found.total > 1 && found.number >= 1 && found.number <= found.total ? found : undefined;

/** Takes the user data header off. One that is longer than the octets is none. */
function takeHeader(payload: Buffer): { octets: Buffer; concatenation: Concatenation | undefined } {
  const end = 1 + (payload[0] ?? 0);
  if (payload.length === 0 || end > payload.length) return { octets: payload, concatenation: undefined };
  let concatenation: Concatenation | undefined;
  for (let at = 1; at + 2 <= end;) {
    const [id, length] = [payload[at]!, payload[at + 1]!];
    const value = payload.subarray(at + 2, Math.min(at + 2 + length, end));
    if (id === 0x00 && length === 3 && value.length === 3) {
      concatenation = sound({ form: '8', reference: value[0]!, total: value[1]!, number: value[2]! });
    } else if (id === 0x08 && length === 4 && value.length === 4) {
      concatenation = sound({
        form: '16',
        reference: value.readUInt16BE(0),
        total: value[2]!,
        number: value[3]!,
      });
    }
    at += 2 + length;
  }
  return { octets: payload.subarray(end), concatenation };
}

function inParameters({ tlvs }: ShortMessage): Concatenation | undefined {
  const [reference, total, number] = [tags.sarReference, tags.sarTotal, tags.sarNumber].map((tag) =>
    tlvNumber(tlvs.get(tag)),
  );
  if (reference === undefined || total === undefined || number === undefined) return undefined;
  return sound({ form: 'sar', reference, total, number });
}

function hashOf(parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 32);
}

/** Stands where a piece of a long message never came. */
export const gap = '[…]';

/** The pieces of one message in their order, with `undefined` for what never came → its text. */
export function textOf(pieces: readonly (Piece | undefined)[], config: InboundConfig): string {
  let text = '';
  for (let i = 0; i < pieces.length;) {
    const first = pieces[i];
    let end = i + 1;
    if (first) while (pieces[end] && pieces[end]!.dataCoding === first.dataCoding) end++;
    // joined before decoding: some phones tear a surrogate pair or an escape pair
    const run = pieces.slice(i, end).filter((piece) => piece !== undefined);
    text += first
      ? (decodeText(
          Buffer.concat(run.map(({ octets }) => octets)),
          first.dataCoding,
          config.default_alphabet,
        ) ?? '')
      : gap;
    i = end;
  }
  return text.slice(0, 65_536).toWellFormed();
}

/** What an SMSC would repeat unchanged, for a whole message. */
export const hashOfPieces = (pieces: readonly (Piece | undefined)[]): string =>
  pieces.length === 1 ? pieces[0]!.hash : hashOf(pieces.map((piece) => piece?.hash ?? ''));

/** One message as an item; an empty text is none. */
export function messageOf(
  pieces: readonly (Piece | undefined)[],
  providerId: string,
  config: InboundConfig,
): InboundMessage | InboundIgnored {
  const address = pieces.find((piece) => piece !== undefined)!.address;
  const text = textOf(pieces, config);
  if (text === '') return { type: 'ignored', reason: 'empty_message' };
  return { type: 'message', providerId, sender: { address }, content: { kind: 'text', text } };
}
