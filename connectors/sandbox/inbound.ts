import type { InboundItem } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { addressOf } from './address.ts';
import { clientIdSchema, frameSchema } from './wire.ts';
import type { Frame } from './wire.ts';

export type ReadFrame = { ok: true; frame: Frame } | { ok: false; detail: string };

/** A frame as it came off the socket. What is wrong is a value. */
export function readFrame(text: string): ReadFrame {
  const read = readJsonAs(new TextEncoder().encode(text), frameSchema);
  return read.ok ? { ok: true, frame: read.value } : { ok: false, detail: read.detail };
}

/** What a frame means to the gateway. Pure; `open` means nothing to it. */
export function itemsOfFrame(frame: Frame, nowMs: number): InboundItem[] {
  const address = addressOf(frame.as);
  const sender = { address, name: frame.as };
  switch (frame.type) {
    case 'open':
      return [];
    case 'write':
      return [
        {
          type: 'message',
          providerId: providerId(frame),
          sender,
          content: frame.content,
          ...(frame.reply_to === undefined ? {} : { replyTo: frame.reply_to }),
        },
      ];
    case 'press':
      return [
        {
          type: 'message',
          providerId: providerId(frame),
          sender,
          content: { kind: 'text', text: frame.title },
          payload: frame.payload,
          ...(frame.values ? { values: frame.values } : {}),
        },
      ];
    case 'pay':
      return [
        {
          type: 'payment',
          // one payment for each request, however often it is tried
          providerId: `${frame.message}/payment`,
          sender,
          state: frame.state,
          reference: frame.reference,
          replyTo: frame.message,
          amount: frame.amount,
          atMs: nowMs,
        },
      ];
    case 'typing':
      return [{ type: 'signal', sender, signal: frame.on ? 'typing' : 'typing_stopped' }];
    case 'seen':
      return [
        ...frame.ids.map((id) => ({
          type: 'receipt' as const,
          providerIds: [id],
          state: 'read' as const,
          address,
        })),
        ...(frame.all
          ? [{ type: 'receipt' as const, providerIds: [], state: 'read' as const, address, upToMs: nowMs }]
          : []),
      ];
  }
}

/** The page's id of a message, one name space per consumer. */
export const providerId = ({ as, id }: { as: string; id: string }): string => `${as}/${id}`;

export interface Attachment {
  as: string;
  id: string;
  /** As the browser says; the gateway sniffs for itself. */
  mediaType: string | undefined;
  name: string | undefined;
  bytes: Uint8Array;
}

/** A file that the consumer sends. Pure. */
export function itemsOfAttachment({ as, id, mediaType, name, bytes }: Attachment): InboundItem[] {
  const plainType = mediaType?.split(';')[0]?.trim().toLowerCase();
  const shortName = name?.toWellFormed().slice(0, 240).toWellFormed();
  const top = plainType?.split('/')[0];
  const type = top === 'image' || top === 'audio' || top === 'video' ? top : 'file';
  return [
    {
      type: 'message',
      providerId: providerId({ as, id }),
      sender: { address: addressOf(as), name: as },
      content: {
        kind: 'media',
        media: { type, id: 'attachment', ...(shortName ? { name: shortName } : {}) },
      },
      media: {
        attachment: {
          bytes,
          ...(plainType ? { mediaType: plainType } : {}),
          ...(shortName ? { name: shortName } : {}),
        },
      },
    },
  ];
}

export const isClientId = (id: string | null): id is string => clientIdSchema.safeParse(id).success;
