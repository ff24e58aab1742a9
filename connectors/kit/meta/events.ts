import { z } from 'zod';
import type { InboundItem, InboundMessage } from '../../contract/index.ts';
import { defined, lineOf, timeMs, wellFormed } from '../fields.ts';
import { eventId } from './webhook.ts';

/**
 * What Messenger and Instagram tell in the same words: button presses, referrals, opt-ins, reactions and edits. "Webhook Events"
 * (Messenger Platform documentation) and "Webhooks for Instagram Messaging". Loose: what Meta adds later is no error.
 */
const optionalText = z.string().optional().catch(undefined);
const optionalId = z.coerce.string().optional().catch(undefined);
/** What goes on to the merchant as it came. */
const kept = z.string().max(4096).optional().catch(undefined);
export const midSchema = z.string().min(1).max(900);

export const referralSchema = z.looseObject({
  ref: optionalText,
  source: optionalText,
  type: optionalText,
  ad_id: optionalId,
  referer_uri: optionalText,
  product: z.looseObject({ id: optionalId }).optional().catch(undefined),
  ads_context_data: z.looseObject({ ad_title: optionalText }).optional().catch(undefined),
});
type WireReferral = z.infer<typeof referralSchema>;
const referral = referralSchema.optional().catch(undefined);

/** Fields of an event, to be spread into a connector's own schema. */
export const eventFields = {
  sender: z.looseObject({ id: z.coerce.string().min(1) }).optional(),
  timestamp: z.coerce.number().optional().catch(undefined),
  postback: z
    .looseObject({ mid: midSchema.optional(), title: optionalText, payload: optionalText, referral })
    .optional(),
  referral: referralSchema.optional(),
  // strict in what is kept: the merchant gets it as it is
  optin: z
    .object({
      type: kept,
      ref: kept,
      payload: kept,
      title: kept,
      notification_messages_token: kept,
      notification_messages_frequency: kept,
      notification_messages_timezone: kept,
      notification_messages_status: kept,
      token_expiry_timestamp: z.number().optional().catch(undefined),
    })
    .optional(),
  reaction: z
    .looseObject({ mid: midSchema, action: z.string(), emoji: optionalText, reaction: optionalText })
    .optional(),
  message_edit: z
    .looseObject({
      mid: midSchema,
      text: optionalText,
      num_edit: z.coerce.number().int().optional().catch(undefined),
    })
    .optional(),
};
const eventSchema = z.looseObject(eventFields);
type MetaEvent = z.infer<typeof eventSchema>;

/** Who speaks, by the platform's id and by ours, and through which connector. */
export interface Speaker {
  connector: string;
  id: string;
  address: string;
}

type Message = Omit<InboundMessage, 'type' | 'sender' | 'atMs'>;

export const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

export const said = (
  event: { timestamp?: number | undefined },
  { address }: Speaker,
  message: Message,
): InboundMessage => ({
  type: 'message',
  sender: { address },
  ...defined({ atMs: timeMs(event.timestamp, 1) }),
  ...message,
});

export const nativeContent = (
  connector: string,
  payload: Record<string, unknown>,
  shown: string,
): Pick<InboundMessage, 'content'> => ({
  content: { kind: 'native', connector, payload, text: wellFormed(shown) },
});

/** The consumer took a message back. */
export const removalOf = (mid: string): Message => ({
  providerId: `${mid}#deleted`,
  content: { kind: 'removal', message_id: '' },
  replyTo: mid,
});

/** What an event says, if it is one of these; undefined: it is another. */
export function readEvent(event: MetaEvent, speaker: Speaker): InboundItem | undefined {
  const message = messageIn(event, speaker);
  if (message === undefined) return undefined;
  return typeof message === 'string' ? ignored(message) : said(event, speaker, message);
}

function messageIn(event: MetaEvent, speaker: Speaker): Message | string | undefined {
  if (event.postback) return postback(event, event.postback, speaker);
  if (event.reaction) return reaction(event, event.reaction, speaker);
  if (event.message_edit) return edit(event, event.message_edit, speaker);
  if (event.referral) return cameBack(event, event.referral, speaker);
  return event.optin && optin(event, event.optin, speaker);
}

type Of<Field extends keyof MetaEvent> = NonNullable<MetaEvent[Field]>;

const postback = ({ timestamp }: MetaEvent, pressed: Of<'postback'>, { id }: Speaker): Message => {
  const { mid, title, payload } = pressed;
  return {
    providerId: mid ?? eventId('postback', id, timestamp, payload, title),
    content: { kind: 'text', text: lineOf(title, 65_536) ?? lineOf(payload, 65_536) ?? '…' },
    ...defined({ payload: lineOf(payload, 4096), referral: referralOf(pressed.referral) }),
  };
};

/** Someone who already had a thread came back by a link or an advertisement, and said nothing yet. */
const cameBack = ({ timestamp }: MetaEvent, by: WireReferral, { id, connector }: Speaker): Message => ({
  providerId: eventId('referral', id, timestamp, by.ref, by.ad_id),
  ...nativeContent(connector, { type: 'referral' }, 'Opened the conversation from a link'),
  ...defined({ referral: referralOf(by) }),
});

function optin({ timestamp }: MetaEvent, given: Of<'optin'>, { id, connector }: Speaker): Message {
  const { type, payload, ref, title, notification_messages_status: status } = given;
  return {
    providerId: eventId('optin', id, timestamp, type, payload, ref, ...(status ? [status] : [])),
    // the whole of it, for it holds the token with which the merchant may write later
    ...nativeContent(
      connector,
      { type: 'optin', optin: defined(given) },
      status
        ? `${status.startsWith('STOP') ? 'Stopped' : 'Resumed'} notifications`
        : (lineOf(title) ?? `Opted in${type ? ` (${wellFormed(type, 64)})` : ''}`),
    ),
    ...defined({ payload: lineOf(payload ?? ref, 4096) }),
    ...consentTo(type, status),
  };
}

/** Marketing messages were agreed to, stopped or resumed; the documents write the status with a space, the API with an underscore. */
function consentTo(
  type: string | undefined,
  status: string | undefined,
): Pick<Message, 'consent' | 'automatic'> {
  if (type !== 'notification_messages') return {};
  const state = status && /^STOP[ _]/.test(status) ? 'opted_out' : 'opted_in';
  return {
    consent: { state, scope: 'promotional', statement: wellFormed(`optin:${status ?? type}`, 64) },
    // a press in the menu of the platform, not on something of the merchant's
    ...(status ? { automatic: true } : {}),
  };
}

function reaction({ timestamp }: MetaEvent, given: Of<'reaction'>, { id }: Speaker): Message {
  const { mid, action, emoji, reaction: word } = given;
  const shown = action === 'unreact' ? '' : wellFormed(emoji ?? word ?? '', 64);
  return {
    providerId: eventId('reaction', id, timestamp, mid, action, shown),
    content: { kind: 'reaction', message_id: '', emoji: shown },
    replyTo: mid,
  };
}

/** Apps in development get new messages of Instagram's as edits number 0, besides the message itself. */
function edit({ timestamp }: MetaEvent, given: Of<'message_edit'>, { id }: Speaker): Message | string {
  const { mid, text, num_edit } = given;
  if (!text || num_edit === 0) return 'an edit to nothing';
  return {
    providerId: num_edit === undefined ? eventId('edit', id, timestamp, mid, text) : `${mid}#edit${num_edit}`,
    content: { kind: 'edit', message_id: '', text: wellFormed(text) },
    replyTo: mid,
  };
}

export function referralOf(wire: WireReferral | undefined): InboundMessage['referral'] {
  if (!wire) return undefined;
  const { source, type, ref, ad_id, product, referer_uri, ads_context_data } = wire;
  return {
    source: lineOf(source ?? type, 128) ?? (product ? 'product' : 'link'),
    ...defined({
      ref: lineOf(ref ?? ad_id ?? product?.id, 4096),
      url: lineOf(referer_uri, 4096),
      headline: lineOf(ads_context_data?.ad_title),
    }),
  };
}
