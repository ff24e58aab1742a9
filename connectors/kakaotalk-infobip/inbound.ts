import type { Media } from '../../protocol/content.ts';
import { failure } from '../../protocol/failures.ts';
import { parsePayload } from '../../protocol/questions.ts';
import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf } from '../kit/fields.ts';
import { timeAt } from '../kit/sms/time.ts';
import { ofWriter } from './address.ts';
import { codes, groups } from './status.ts';
import { messageSchema, receiptSchema, resultsSchema } from './wire.ts';
import type { WireMessage, WireReceipt } from './wire.ts';

export function parse(request: HookRequest): Parsed {
  const body = readJsonAs(request.body, resultsSchema);
  if (!body.ok) return body;
  const { results } = body.value;
  return { ok: true, items: results.length ? results.flatMap(itemsOf) : ignored('nothing at all') };
}

const ignored = (reason: string): InboundItem[] => [{ type: 'ignored', reason }];

/** Messages and delivery reports come to the same address, in the same list. */
function itemsOf(value: unknown): InboundItem[] {
  const message = messageSchema.safeParse(value);
  if (message.success) return messagesOf(message.data);
  const receipt = receiptSchema.safeParse(value);
  return receipt.success ? receiptOf(receipt.data) : ignored('an unknown event');
}

type Said = Pick<InboundMessage, 'content'> & Partial<InboundMessage>;

function messagesOf(wire: WireMessage): InboundItem[] {
  const address = ofWriter(wire.sender);
  if (!address) return ignored('no sender');
  const said = saidIn(wire.message);
  if (!said.length) return ignored('a message of an unknown kind');
  const atMs =
    timeAt(wire.message, { path: 'sentAt', format: 'iso' }) ??
    timeAt(wire, { path: 'receivedAt', format: 'iso' });
  return said.map((each, index) => ({
    type: 'message',
    providerId: index === 0 ? wire.messageId : `${wire.messageId}.${index}`,
    sender: { address },
    ...defined({ atMs }),
    ...each,
  }));
}

const mediaTypes: Readonly<Record<string, Media['type']>> = {
  IMAGE: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
  FILE: 'file',
};

function saidIn(message: WireMessage['message']): Said[] {
  const { type, url, urlsDetails = [], attachmentUrl } = message;
  if (type === 'EXPIRED_SESSION')
    return [
      {
        content: {
          kind: 'native',
          connector: 'kakaotalk-infobip',
          payload: { type },
          text: 'The consultation ended',
        },
        automatic: true,
      },
    ];
  if (type === 'TEXT') {
    const text = lineOf(message.text, 65_536);
    return [
      ...(text ? [spoken(text, message.extra)] : []),
      ...(attachmentUrl ? [file('file', attachmentUrl)] : []),
    ];
  }
  const media = Object.hasOwn(mediaTypes, type) ? mediaTypes[type] : undefined;
  if (!media) return [];
  const several = urlsDetails.map((each) => each.url).filter((each) => each !== undefined);
  return (several.length ? several : url ? [url] : []).map((each) => file(media, each));
}

/** A press sends the words of its button, and beside them what we put there. */
const spoken = (text: string, extra: string | undefined): Said => ({
  content: { kind: 'text', text },
  ...(extra !== undefined && parsePayload(extra) ? { payload: extra } : {}),
});

const file = (type: Media['type'], url: string): Said => ({
  content: { kind: 'media', media: { type, id: 'media' } },
  media: { media: { reference: url } },
});

function receiptOf({ messageId, doneAt, status, error }: WireReceipt): InboundItem[] {
  const group = status.groupName ?? '';
  const outcome = Object.hasOwn(groups, group) ? groups[group]! : undefined;
  if (!outcome) return ignored('an unknown state');
  const of = {
    type: 'receipt' as const,
    providerIds: [messageId],
    ...defined({ atMs: timeAt({ doneAt }, { path: 'doneAt', format: 'iso' }) }),
  };
  // of the group DELIVERED, but not the end of it
  if (status.name === 'DELIVERED_TO_OPERATOR') return [{ ...of, state: 'sent' }];
  if (outcome === 'sent' || outcome === 'delivered') return [{ ...of, state: outcome }];
  const names = [error?.name, status.name].filter((name) => name !== undefined && name !== 'NO_ERROR');
  const code = names.find((name) => Object.hasOwn(codes, name!)) ?? names[0];
  const meaning = (code !== undefined && Object.hasOwn(codes, code) ? codes[code] : undefined) ?? outcome;
  return [
    { ...of, state: 'failed', failure: failure(meaning === 'throttled' ? 'rate_limited' : meaning, code) },
  ];
}
