import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readForm } from '../kit/form.ts';
import type { Form } from '../kit/form.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { mediaContents, mediaIn } from '../kit/sms/media.ts';
import { senderOf } from '../kit/whatsapp/address.ts';
import { failureOf } from '../kit/whatsapp/outcome.ts';
import { place, pressed, referralOf, unread } from '../kit/whatsapp/said.ts';
import type { Said } from '../kit/whatsapp/said.ts';
import { manifest } from './manifest.ts';
import type { TwilioAccount } from './manifest.ts';
import { codes, states } from './status.ts';

type Fields = Readonly<Record<string, string | undefined>>;

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });
/** An empty TwiML answer: nothing is to be said back. */
const response = { status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response/>' };
const sidPattern = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
const scheme = 'whatsapp:';

/** Each call-back is about one message: "Twilio's request to your incoming message webhook URL", and the same with `MessageStatus`. */
export function parse(request: HookRequest, account: TwilioAccount): Parsed {
  const form = readForm(request.body);
  if (!form.ok) return form;
  const fields = singles(form.value);
  if (fields['AccountSid'] !== undefined && fields['AccountSid'] !== account.config.account_sid)
    return { ok: true, items: [ignored('another account')], response };
  const items = fields['MessageStatus'] === undefined ? messagesOf(fields, account) : [receiptOf(fields)];
  return { ok: true, items, response };
}

const singles = (form: Form): Fields =>
  Object.assign(
    Object.create(null) as Fields,
    Object.fromEntries(
      Object.entries(form).map(([name, value]) => [name, typeof value === 'string' ? value : value[0]]),
    ),
  );

function receiptOf(fields: Fields): InboundItem {
  const { MessageSid: id = '', MessageStatus: status = '', ErrorCode: code } = fields;
  const state = Object.hasOwn(states, status) ? states[status] : undefined;
  if (!sidPattern.test(id) || !state) return ignored(`status ${wellFormed(status, 64)}`);
  return {
    type: 'receipt',
    providerIds: [id],
    state,
    ...(state === 'failed' ? { failure: failureOf(lineOf(code, 128), codes) } : {}),
  };
}

/** The number and, since 2026, the business-scoped user id beside it; where the number is withheld, the id stands in both places. */
const addressOf = (field: string | undefined): string | undefined =>
  field?.startsWith(scheme) ? field.slice(scheme.length) : undefined;

function messagesOf(fields: Fields, { config }: TwilioAccount): InboundItem[] {
  const { MessageSid: id = '' } = fields;
  if (!sidPattern.test(id)) return [ignored('unknown event')];
  if (!fields['From']?.startsWith(scheme)) return [ignored('another channel')];
  const sender = senderOf([addressOf(fields['ExternalUserId']), addressOf(fields['From'])]);
  if (!sender) return [ignored('no sender')];
  if (sender.address === scheme + config.sender) return [ignored('own echo')];
  const name = lineOf(fields['ProfileName']);
  const about = {
    type: 'message',
    sender: { ...sender, ...(name ? { name } : {}) },
    ...defined({ replyTo: lineOf(fields['OriginalRepliedMessageSid'], 64), referral: referralIn(fields) }),
  } as const;
  return contentsOf(fields).map((content, index) => ({
    ...about,
    providerId: index === 0 ? id : `${id}.${index}`,
    ...content,
  }));
}

function contentsOf(fields: Fields): Said[] {
  const text = wellFormed(fields['Body'] ?? '');
  const found = mediaIn(fields, { url: 'MediaUrl{n}', type: 'MediaContentType{n}' });
  if (found.length) return mediaContents(text, found);
  const where = placeIn(fields);
  if (where) return [where];
  const { ButtonText: button, ButtonPayload: payload } = fields;
  if (text || button) return [pressed(text || button, payload)];
  return [unread(manifest.name, fields['MessageType'] ?? 'unknown', 'Twilio')];
}

const degrees = (field: string | undefined): number | undefined =>
  field?.trim() ? Number(field) : undefined;

const placeIn = ({ Latitude, Longitude, Label: name, Address: address }: Fields): Said | undefined =>
  place({ latitude: degrees(Latitude), longitude: degrees(Longitude), name, address });

/** Click-to-WhatsApp advertisements. */
function referralIn(fields: Fields): InboundMessage['referral'] {
  const ref = fields['ReferralCtwaClid'] || fields['ReferralSourceId'];
  const url = fields['ReferralSourceUrl'];
  if (!ref && !url) return undefined;
  return referralOf({ type: fields['ReferralSourceType'], ref, url, headline: fields['ReferralHeadline'] });
}
