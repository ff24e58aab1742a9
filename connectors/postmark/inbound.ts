import { failure } from '../../protocol/failures.ts';
import type { HookRequest, InboundItem, Parsed } from '../contract/index.ts';
import { readJson } from '../kit/body.ts';
import { openIgnored, optOutItem, providerItems, receiptItem, verifySecret } from '../kit/mail/provider.ts';
import type { Verified } from '../kit/signatures/index.ts';
import type { PostmarkAccount } from './manifest.ts';
import { bounceTypes } from './status.ts';
import { eventSchema, inboundSchema, recordSchema } from './wire.ts';
import type { InboundMail, MailEvent } from './wire.ts';

/** Postmark signs nothing: the secret stands in the address, as user and password (`postmark:token@`) or as `?token=`. */
export const verify = (request: HookRequest, account: PostmarkAccount): Verified =>
  verifySecret(request, account, 'postmark');

const only = (item: InboundItem): Parsed => ({ ok: true, items: [item] });
const refused = (detail: string): Parsed => ({ ok: false, status: 422, detail });

export function parse({ body }: HookRequest, { config }: PostmarkAccount): Parsed {
  const json = readJson(body);
  if (!json.ok) return json;
  const record = recordSchema.safeParse(json.value);
  if (!record.success) return refused('The body is no webhook of Postmark.');
  const { RecordType: type = 'Inbound' } = record.data;
  if (type === 'Inbound') {
    const mail = inboundSchema.safeParse(json.value);
    if (!mail.success) return refused('The body is no inbound mail of Postmark.');
    return { ok: true, items: providerItems(received(mail.data), config.address) };
  }
  const event = eventSchema.safeParse(json.value);
  return event.success ? only(eventItem(type, event.data)) : refused('The body is no event of Postmark.');
}

const received = (mail: InboundMail): Parameters<typeof providerItems>[0] => ({
  headers: mail.Headers.map(({ Name, Value }) => ({ key: Name.toLowerCase(), value: Value })),
  from: { address: mail.FromFull.Email, name: mail.FromFull.Name ?? '' },
  subject: mail.Subject ?? '',
  text: mail.TextBody ?? '',
  html: mail.HtmlBody ?? '',
  atMs: Date.parse(mail.Date ?? ''),
  files: (mail.Attachments ?? []).map(({ Name, Content, ContentType }) => ({
    bytes: new Uint8Array(Buffer.from(Content, 'base64')),
    mediaType: (ContentType ?? '').split(';', 1)[0]!.trim().toLowerCase(),
    name: Name ?? '',
  })),
  otherwiseId: () => mail.MessageID,
});

function eventItem(type: string, event: MailEvent): InboundItem {
  switch (type) {
    case 'Delivery':
      return receiptItem(idOf(event), Date.parse(event.DeliveredAt ?? ''), { state: 'delivered' });
    case 'Bounce':
      return bounce(event);
    case 'SpamComplaint':
      return optOut(event.Email, event, event.BouncedAt);
    case 'SubscriptionChange':
      // what we or Postmark suppressed is no word of the consumer's
      return event.SuppressSending === true &&
        event.Origin === 'Recipient' &&
        event.SuppressionReason !== 'HardBounce'
        ? optOut(event.Recipient, event, event.ChangedAt)
        : { type: 'ignored', reason: 'a suppression that the consumer did not ask for' };
    case 'Open':
      return openIgnored;
    default:
      return { type: 'ignored', reason: 'unknown event' };
  }
}

function bounce(event: MailEvent): InboundItem {
  const type = event.Type ?? '';
  if (type === 'SpamComplaint' || type === 'Unsubscribe') return optOut(event.Email, event, event.BouncedAt);
  if (!Object.hasOwn(bounceTypes, type)) return { type: 'ignored', reason: 'a bounce that ends nothing' };
  return receiptItem(idOf(event), Date.parse(event.BouncedAt ?? ''), {
    state: 'failed',
    failure: failure(bounceTypes[type]!, type),
  });
}

const optOut = (
  mailbox: string | null | undefined,
  event: MailEvent,
  at: string | null | undefined,
): InboundItem => optOutItem({ mailbox: mailbox ?? '', mailId: idOf(event), atMs: Date.parse(at ?? '') });

const idOf = ({ MessageID }: MailEvent): string | undefined => MessageID ?? undefined;
