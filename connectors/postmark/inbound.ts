import { failure } from '../../protocol/failures.ts';
import type { HookRequest, Parsed } from '../contract/index.ts';
import { readJson } from '../kit/body.ts';
import { eventItem } from '../kit/mail/event.ts';
import type { Told } from '../kit/mail/event.ts';
import { providerItems, verifySecret } from '../kit/mail/provider.ts';
import type { Verified } from '../kit/signatures/index.ts';
import type { PostmarkAccount } from './manifest.ts';
import { bounceTypes } from './status.ts';
import { eventSchema, inboundSchema, recordSchema } from './wire.ts';
import type { InboundMail, MailEvent } from './wire.ts';

/** Postmark signs nothing: the secret stands in the address, as user and password (`postmark:token@`) or as `?token=`. */
export const verify = (request: HookRequest, account: PostmarkAccount): Verified =>
  verifySecret(request, account, 'postmark');

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
  if (!event.success) return refused('The body is no event of Postmark.');
  const { MessageID, Email, Recipient, DeliveredAt, BouncedAt, ChangedAt } = event.data;
  const about = {
    mailId: MessageID ?? undefined,
    mailbox: Email ?? Recipient,
    atMs: Date.parse(DeliveredAt ?? BouncedAt ?? ChangedAt ?? ''),
  };
  return { ok: true, items: [eventItem(toldBy(type, event.data), about)] };
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

function toldBy(type: string, event: MailEvent): Told {
  switch (type) {
    case 'Delivery':
      return 'delivered';
    case 'Bounce':
      return bounced(event.Type ?? '');
    case 'SpamComplaint':
      return 'opted_out';
    case 'SubscriptionChange':
      // what we or Postmark suppressed is no word of the consumer's
      return event.SuppressSending === true &&
        event.Origin === 'Recipient' &&
        event.SuppressionReason !== 'HardBounce'
        ? 'opted_out'
        : { ignored: 'a suppression that the consumer did not ask for' };
    case 'Open':
      return 'opened';
    default:
      return 'unknown';
  }
}

function bounced(type: string): Told {
  if (type === 'SpamComplaint' || type === 'Unsubscribe') return 'opted_out';
  return Object.hasOwn(bounceTypes, type)
    ? failure(bounceTypes[type]!, type)
    : { ignored: 'a bounce that ends nothing' };
}
