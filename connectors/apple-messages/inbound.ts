import { gunzipSync } from 'node:zlib';
import { languageSchema } from '../../protocol/content.ts';
import type { Media } from '../../protocol/content.ts';
import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { bearerOf, fiveMinutesMs } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { readJwt } from '../kit/signatures/jwt.ts';
import { addressOf } from './address.ts';
import { referenceOf } from './files.ts';
import type { AppleAccount } from './manifest.ts';
import { answerOf } from './pressed.ts';
import { attachmentsOf, messageSchema } from './wire.ts';
import type { AppleAttachment, AppleMessage } from './wire.ts';

const hourMs = 3_600_000;

/** "Authorizing Messages": a token under the secret, for this provider. It says nothing of the body: TLS has to. */
export function verify(request: HookRequest, { config, credentials }: AppleAccount, nowMs: number): Verified {
  const token = bearerOf(request);
  if (token === undefined) return { ok: false, reason: 'no signed token' };
  const jwt = readJwt(token, Buffer.from(credentials.secret, 'base64'), {
    audience: config.msp_id,
    nowMs,
    toleranceMs: fiveMinutesMs,
    maxAgeMs: hourMs,
  });
  return jwt.ok ? { ok: true } : jwt;
}

const maxUnpackedBytes = 4 << 20;

/** Apple packs every body (gzip); a proxy on the way may have unpacked it. */
function unpacked(body: Uint8Array): Uint8Array | undefined {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: maxUnpackedBytes });
  } catch {
    return undefined;
  }
}

export function parse(request: HookRequest, account: AppleAccount): Parsed {
  const body = unpacked(request.body);
  if (!body) return { ok: false, status: 400, detail: 'The body cannot be unpacked.' };
  const message = readJsonAs(body, messageSchema);
  if (!message.ok) return message;
  return { ok: true, items: itemsOf(message.value, request, account) };
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });
const bare = (id: string): string => id.replace(/^urn:biz:/, '');

function itemsOf(message: AppleMessage, { headers }: HookRequest, { config }: AppleAccount): InboundItem[] {
  const to = message.destinationId ?? headers['destination-id'];
  if (to === undefined || bare(to) !== bare(config.business_id))
    return [ignored('meant for another business')];
  const address = addressOf(message.sourceId ?? headers['source-id']);
  if (address === undefined) return [ignored('no sender')];
  const language = languageSchema.safeParse(message.locale?.replaceAll('_', '-')).data;
  const sender = { address, ...defined({ language }) };
  switch (message.type) {
    case 'typing_start':
      return [{ type: 'signal', sender, signal: 'typing' }];
    case 'typing_end':
      return [{ type: 'signal', sender, signal: 'typing_stopped' }];
    case 'close':
      return [closed(message, sender)];
    case 'text':
      return said(message, { ...envelopeOf(message), sender });
    case 'interactive':
      return [answered(message, { ...envelopeOf(message), sender })];
    default:
      return [ignored('unknown event')];
  }
}

type Envelope = Pick<InboundMessage, 'type' | 'providerId' | 'sender' | 'referral'>;

/** Group and intent are what the business put into the link or the button that began the chat. */
function envelopeOf({ id, group, intent }: AppleMessage): Omit<Envelope, 'sender'> {
  const ref = lineOf([group, intent].filter(Boolean).join('/'));
  return {
    type: 'message',
    providerId: id.toWellFormed(),
    ...(ref ? { referral: { source: 'apple-messages', ref } } : {}),
  };
}

/** The customer deleted the chat: nothing may be sent until they write again. */
const closed = ({ id }: AppleMessage, sender: Envelope['sender']): InboundItem => ({
  type: 'message',
  providerId: id.toWellFormed(),
  sender,
  content: {
    kind: 'native',
    connector: 'apple-messages',
    payload: { type: 'close' },
    text: 'Closed the conversation',
  },
  automatic: true,
  consent: { state: 'opted_out', statement: 'close' },
});

/** The text and the first file are one message, each further file one of its own. */
function said(message: AppleMessage, envelope: Envelope): InboundItem[] {
  const text = lineOf(message.body?.replaceAll('\ufffc', '').trim(), 65_536);
  const [first, ...more] = attachmentsOf(message);
  if (!first)
    return text === undefined
      ? [ignored('a message without content')]
      : [{ ...envelope, content: { kind: 'text', text } }];
  const file = ({ providerId, ...rest }: Envelope, attachment: AppleAttachment, index: number) => ({
    ...rest,
    providerId: `${providerId}:file:${index + 1}`,
    ...fileContent(attachment),
  });
  return [
    { ...envelope, ...fileContent(first, text) },
    ...more.map((attachment, index) => file(envelope, attachment, index)),
  ];
}

function fileContent(
  attachment: AppleAttachment,
  caption?: string,
): Pick<InboundMessage, 'content' | 'media'> {
  const family = /^(image|audio|video)\//.exec(attachment.mimeType ?? '')?.[1] as Media['type'] | undefined;
  const name = lineOf(attachment.name, 240);
  return {
    content: {
      kind: 'media',
      media: { type: family ?? 'file', id: 'file', ...defined({ name }) },
      ...defined({ caption }),
    },
    media: {
      file: {
        reference: referenceOf(attachment),
        ...defined({ mediaType: lineOf(attachment.mimeType, 127), name }),
      },
    },
  };
}

/** An answer to something interactive; one that was too large for the message is a file, as it takes calls to read it. */
function answered({ interactiveData, interactiveDataRef }: AppleMessage, envelope: Envelope): InboundItem {
  if (interactiveData && (interactiveData.data || interactiveData.URL !== undefined))
    return { ...envelope, ...answerOf(interactiveData) };
  if (!interactiveDataRef) return ignored('an answer without data');
  const title = lineOf(interactiveDataRef.title);
  return {
    ...envelope,
    content: {
      kind: 'media',
      media: { type: 'file', id: 'answer', name: 'answer.json' },
      ...(title ? { caption: wellFormed(title) } : {}),
    },
    media: {
      answer: {
        reference: referenceOf(interactiveDataRef, interactiveDataRef.bid),
        mediaType: 'application/json',
        name: 'answer.json',
      },
    },
  };
}
