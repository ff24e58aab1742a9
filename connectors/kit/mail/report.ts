import type { InboundItem, InboundReceipt } from '../../contract/index.ts';
import type { MailHeader } from './automatic.ts';
import { permanentFailure } from './status.ts';
import { messageIds } from './thread.ts';

/** What of a mail says whether it is a report. */
export interface Reporting {
  headers: readonly MailHeader[];
  files: readonly { bytes: Uint8Array; mediaType: string }[];
  atMs?: number | undefined;
}

type File = Reporting['files'][number];

/** Parts that say what became of a mail: RFC 3464, and RFC 6533 for international addresses. */
const deliveryTypes = new Set(['message/delivery-status', 'message/global-delivery-status']);
const dispositionTypes = new Set([
  'message/disposition-notification',
  'message/global-disposition-notification',
]);
const returnedTypes = new Set([
  'text/rfc822-headers',
  'message/rfc822',
  'message/global',
  'message/global-headers',
]);

type Fields = ReadonlyMap<string, string>;

/** What a bounce, a delivery report or a reader's confirmation says of a mail of ours; undefined if the mail is none. */
export function reportItems({ headers, files, atMs = Number.NaN }: Reporting): InboundItem[] | undefined {
  const type = headers.find(({ key }) => key === 'content-type')?.value.toLowerCase() ?? '';
  if (!type.startsWith('multipart/report')) return undefined;
  const at = atMs >= 0 ? { atMs } : {};
  const delivery = files.find(({ mediaType }) => deliveryTypes.has(mediaType));
  if (delivery)
    return deliveryItems(groups(textOf(delivery)), returnedId(files)).map((item) =>
      item.type === 'receipt' ? { ...item, ...at } : item,
    );
  const disposition = files.find(({ mediaType }) => dispositionTypes.has(mediaType));
  if (disposition) return [dispositionItem(groups(textOf(disposition))[0] ?? new Map(), at)];
  // a complaint (RFC 5965) and other reports are read as the mail they are
  return undefined;
}

function deliveryItems([about, ...recipients]: Fields[], returned: string | undefined): InboundItem[] {
  const envelopeId = messageIds(`<${unwrapXtext(about?.get('original-envelope-id') ?? '')}>`)[0];
  const providerIds = [...new Set([returned, envelopeId].filter((id) => id !== undefined))];
  if (providerIds.length === 0) return [{ type: 'ignored', reason: 'delivery report that names no message' }];
  return recipients.map((fields) => deliveryItem(fields, providerIds));
}

function deliveryItem(fields: Fields, providerIds: string[]): InboundItem {
  const action = (fields.get('action') ?? '').toLowerCase();
  switch (action) {
    case 'failed':
      return { type: 'receipt', providerIds, state: 'failed', failure: permanentFailure(statusOf(fields)) };
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return { type: 'receipt', providerIds, state: 'delivered' };
    default:
      return {
        type: 'ignored',
        reason: action === 'delayed' ? 'delivery delayed' : 'delivery report with an unknown action',
      };
  }
}

/** The remote server's own words are often more exact than the reporter's general status. */
function statusOf(fields: Fields): { code: number; enhanced?: string | undefined } {
  const diagnostic = /^smtp;\s*(\d{3})?[ -]*(\d\.\d{1,3}\.\d{1,3})?/i.exec(
    fields.get('diagnostic-code') ?? '',
  );
  const status = /^([245]\.\d{1,3}\.\d{1,3})/.exec(fields.get('status') ?? '')?.[1];
  const general = status === undefined || status.endsWith('.0.0');
  return {
    code: Number(diagnostic?.[1] ?? 0),
    enhanced: general ? (diagnostic?.[2] ?? (diagnostic?.[1] ? undefined : status)) : status,
  };
}

function dispositionItem(fields: Fields, at: { atMs?: number }): InboundItem {
  const id = messageIds(fields.get('original-message-id') ?? '')[0];
  const displayed = /;\s*displayed\b/i.test(fields.get('disposition') ?? '');
  if (!id || !displayed)
    return { type: 'ignored', reason: 'confirmation that says of no message that it was read' };
  return { type: 'receipt', providerIds: [id], state: 'read', ...at } satisfies InboundReceipt;
}

/** Message-ID of the mail that came back, whole or as headers. */
function returnedId(files: readonly File[]): string | undefined {
  const part = files.find(({ mediaType }) => returnedTypes.has(mediaType));
  return part && messageIds(groups(textOf(part))[0]?.get('message-id') ?? '')[0];
}

/** Groups of `Name: value` lines with blank lines between, folded lines joined, names in lower case; the first of two twins counts. */
function groups(text: string): Fields[] {
  const blocks = text
    .replaceAll('\r\n', '\n')
    .trim()
    .slice(0, 65_536)
    .split(/\n[ \t]*\n/);
  return blocks.map((block) => {
    const fields = new Map<string, string>();
    for (const line of block.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
      if (name && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
    }
    return fields;
  });
}

const textOf = ({ bytes }: File): string => new TextDecoder().decode(bytes);

/** RFC 3461 §4: `+XX` stands for a character. */
const unwrapXtext = (value: string): string =>
  value.replaceAll(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
