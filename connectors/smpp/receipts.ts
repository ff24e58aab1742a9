import type { InboundIgnored, InboundReceipt } from '../contract/index.ts';
import { receiptState, stateNames } from './status.ts';
import { esm, tags, tlvNumber, tlvText } from './wire.ts';
import type { ShortMessage } from './wire.ts';
import type { Config } from './manifest.ts';

/**
 * The one way a message id is kept: hexadecimal digits in upper case without leading zeros, so that spellings of one number in one
 * base are one. Anything else (a vendor's own alphabet) stays as it is.
 */
export function canonicalId(id: string): string {
  const bare = id.trim().slice(0, 255);
  if (!/^(0x)?[0-9a-f-]+$/i.test(bare)) return bare;
  return bare
    .replace(/^0x/i, '')
    .replace(/^0+(?=[0-9a-f])/i, '')
    .toUpperCase();
}

/** Longer digit strings are no numbers of an SMSC, and cost time to convert. */
const maxDigits = 40;
const decimalAsHex = (id: string): string | undefined =>
  /^\d{1,40}$/.test(id) ? BigInt(id).toString(16).toUpperCase() : undefined;
const hexAsDecimal = (id: string): string | undefined =>
  /^[0-9A-F]+$/.test(id) && id.length <= maxDigits ? BigInt(`0x${id}`).toString(10) : undefined;

/**
 * The ids under which the submit_sm_resp may have been kept, the likeliest first: as written, then read in the other base. With `auto`
 * a decimal receipt of an id that was answered in hexadecimal comes before the opposite, for that is the common case; an account whose
 * SMSC does the opposite says so, and then no id of another message can be met by chance.
 */
export function spellings(id: string, format: Config['receipt_id_format']): string[] {
  const same = canonicalId(id);
  const readings: Record<Config['receipt_id_format'], (string | undefined)[]> = {
    same: [same],
    decimal: [decimalAsHex(same), same],
    hex: [hexAsDecimal(same), same],
    auto: [same, decimalAsHex(same), hexAsDecimal(same)],
  };
  return [
    ...new Set(readings[format].filter((reading) => reading !== undefined && reading !== '')),
  ] as string[];
}

/** The fields of a receipt's text (specification v3.4, appendix B): what stands after `text:` is the consumer's. */
function textFields(octets: Buffer): { id?: string; stat?: string; err?: string } {
  const [text = ''] = octets.toString('latin1').split(/\btext:/i);
  const field = (name: string) => new RegExp(`(?:^|\\s)${name}:\\s*([^\\s:]+)`, 'i').exec(text)?.[1];
  const [id, stat, err] = [field('id'), field('stat'), field('err')];
  return { ...(id ? { id } : {}), ...(stat ? { stat } : {}), ...(err ? { err } : {}) };
}

/**
 * Whether a deliver_sm is a receipt: it says so in esm_class, or it names the message it is about in the parameters. The text alone
 * is no proof: consumers can write that too.
 */
export const isReceipt = ({ esmClass, tlvs }: ShortMessage): boolean => {
  const type = esmClass & esm.typeMask;
  return (
    type === esm.receipt ||
    type === esm.intermediate ||
    (tlvs.has(tags.receiptedMessageId) && tlvs.has(tags.messageState))
  );
};

/** A receipt as an item. The parameters, where there are any, go before the text. */
export function readReceipt(
  message: ShortMessage,
  format: Config['receipt_id_format'],
): InboundReceipt | InboundIgnored {
  const { esmClass, tlvs, octets } = message;
  const text = textFields(octets.length ? octets : (tlvs.get(tags.messagePayload) ?? octets));
  const named = tlvText(tlvs.get(tags.receiptedMessageId));
  const providerIds = [
    ...new Set([named, text.id].filter((id) => id !== undefined).flatMap((id) => spellings(id, format))),
  ];
  if (providerIds.length === 0) return { type: 'ignored', reason: 'receipt_without_id' };
  const network = tlvs.get(tags.networkErrorCode);
  const error = text.err ?? (network?.length === 3 ? String(network.readUInt16BE(1)) : undefined);
  const found =
    receiptState(stateNames[tlvNumber(tlvs.get(tags.messageState)) ?? -1] ?? '', error) ??
    receiptState(text.stat ?? '', error);
  if (!found) return { type: 'ignored', reason: 'receipt_without_known_state' };
  // an intermediate notification (esm_class 0x20) ends nothing
  if ((esmClass & esm.typeMask) === esm.intermediate) return { type: 'receipt', providerIds, state: 'sent' };
  return { type: 'receipt', providerIds, ...found };
}
