import { failure } from '../../protocol/failures.ts';
import type { HookRequest, InboundItem, Parsed } from '../contract/index.ts';
import { readJson } from '../kit/body.ts';
import { openIgnored, optOutItem, providerItems } from '../kit/mail/provider.ts';
import { verifyBasic } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { hookToken } from '../kit/sms/hook-token.ts';
import type { PostmarkAccount } from './manifest.ts';
import { bounceTypes } from './status.ts';
import { eventSchema, inboundSchema, recordSchema } from './wire.ts';
import type { InboundMail, MailEvent } from './wire.ts';

/** Postmark signs nothing: the secret stands in the address, as user and password (`postmark:token@`) or as `?token=`. */
export function verify(request: HookRequest, account: PostmarkAccount): Verified {
  return request.headers['authorization'] === undefined
    ? hookToken.verify(request, account)
    : verifyBasic(request, { user: 'postmark', password: account.credentials.hook_token });
}

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
      return receipt(event, event.DeliveredAt, { state: 'delivered' });
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
  return receipt(event, event.BouncedAt, { state: 'failed', failure: failure(bounceTypes[type]!, type) });
}

type State = { state: 'delivered' } | { state: 'failed'; failure: ReturnType<typeof failure> };

function receipt({ MessageID }: MailEvent, at: string | null | undefined, state: State): InboundItem {
  if (!MessageID) return { type: 'ignored', reason: 'an event about no message' };
  const atMs = Date.parse(at ?? '');
  return { type: 'receipt', providerIds: [MessageID], ...state, ...(atMs >= 0 ? { atMs } : {}) };
}

const optOut = (
  mailbox: string | null | undefined,
  { MessageID }: MailEvent,
  at: string | null | undefined,
): InboundItem =>
  optOutItem({ mailbox: mailbox ?? '', mailId: MessageID ?? undefined, atMs: Date.parse(at ?? '') });
