import type {
  InboundItem,
  InboundMedia,
  InboundMessage,
  InboundSender,
} from '../../connectors/contract/index.ts';
import type { WireFailure, WireItem } from '../../protocol/connector-wire/index.ts';
import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';

/** Inbound items between the contract (camelCase, milliseconds, bytes) and the wire (snake_case, RFC 3339, base64). */

type Of<T extends WireItem['type']> = Extract<WireItem, { type: T }>;
type WireMedia = NonNullable<Of<'message'>['media']>[string];

const time = (atMs: number | undefined): string | undefined => {
  // beyond these years RFC 3339 has no form
  if (atMs === undefined || !(atMs >= 0 && atMs < 253_402_300_800_000)) return undefined;
  return new Date(atMs).toISOString();
};
const ms = (at: string | undefined): number | undefined => (at === undefined ? undefined : Date.parse(at));

/** The same without what is undefined. */
const trimmed = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;

export const failureFromWire = ({ code, platform_code: platformCode, permanent }: WireFailure): Failure => {
  const made = failure(code, platformCode);
  return permanent === undefined ? made : { ...made, permanent };
};

export const failureToWire = (of: Failure): WireFailure => ({
  code: of.code,
  ...(of.platform_code === undefined ? {} : { platform_code: of.platform_code }),
  permanent: of.permanent,
});

function mediaFromWire(media: WireMedia): InboundMedia {
  const described = trimmed({ mediaType: media.media_type, name: media.name }) as {
    mediaType?: string;
    name?: string;
  };
  return 'data' in media
    ? { bytes: new Uint8Array(Buffer.from(media.data, 'base64')), ...described }
    : { reference: media.reference, ...described };
}

const mediaToWire = (media: InboundMedia): WireMedia => {
  const described = trimmed({ media_type: media.mediaType, name: media.name });
  return media.bytes
    ? { data: Buffer.from(media.bytes).toString('base64'), ...described }
    : { reference: media.reference, ...described };
};

const senderOf = (sender: Of<'message'>['sender']): InboundSender => trimmed({ ...sender }) as InboundSender;

export function itemFromWire(item: WireItem): InboundItem {
  switch (item.type) {
    case 'message':
      return trimmed({
        type: 'message',
        providerId: item.provider_id,
        sender: senderOf(item.sender),
        content: item.content,
        media:
          item.media &&
          Object.fromEntries(Object.entries(item.media).map(([key, one]) => [key, mediaFromWire(one)])),
        atMs: ms(item.at),
        replyTo: item.reply_to,
        payload: item.payload,
        values: item.values,
        referral: item.referral && trimmed({ ...item.referral }),
        automatic: item.automatic,
        consent: item.consent && trimmed({ ...item.consent }),
      }) as InboundItem;
    case 'receipt':
      return trimmed({
        type: 'receipt',
        providerIds: item.provider_ids,
        state: item.state,
        failure: item.failure && failureFromWire(item.failure),
        atMs: ms(item.at),
        upToMs: ms(item.up_to),
        address: item.address,
      }) as InboundItem;
    case 'payment':
      return trimmed({
        type: 'payment',
        providerId: item.provider_id,
        sender: senderOf(item.sender),
        state: item.state,
        reference: item.reference,
        replyTo: item.reply_to,
        amount: item.amount,
        atMs: ms(item.at),
      }) as InboundItem;
    case 'signal':
      return { type: 'signal', sender: senderOf(item.sender), signal: item.signal };
    case 'ignored':
      return { type: 'ignored', reason: item.reason };
  }
}

function messageToWire(item: InboundMessage): WireItem {
  return trimmed({
    type: 'message',
    provider_id: item.providerId,
    sender: item.sender,
    content: item.content,
    media:
      item.media &&
      Object.fromEntries(Object.entries(item.media).map(([key, one]) => [key, mediaToWire(one)])),
    at: time(item.atMs),
    reply_to: item.replyTo,
    payload: item.payload,
    values: item.values,
    referral: item.referral,
    automatic: item.automatic,
    consent: item.consent,
  }) as WireItem;
}

export function itemToWire(item: InboundItem): WireItem {
  switch (item.type) {
    case 'message':
      return messageToWire(item);
    case 'receipt':
      return trimmed({
        type: 'receipt',
        provider_ids: item.providerIds,
        state: item.state,
        failure: item.failure && failureToWire(item.failure),
        at: time(item.atMs),
        up_to: time(item.upToMs),
        address: item.address,
      }) as WireItem;
    case 'payment':
      return trimmed({
        type: 'payment',
        provider_id: item.providerId,
        sender: item.sender,
        state: item.state,
        reference: item.reference,
        reply_to: item.replyTo,
        amount: item.amount,
        at: time(item.atMs),
      }) as WireItem;
    case 'signal':
      return { type: 'signal', sender: item.sender, signal: item.signal };
    case 'ignored':
      return { type: 'ignored', reason: item.reason.slice(0, 200) };
  }
}
