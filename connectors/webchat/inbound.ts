import type { InboundItem, InboundSender } from '../contract/index.ts';
import { providerIdOf } from './hub.ts';
import { visitorAddress } from './token.ts';
import type { Visitor } from './token.ts';
import type { ClientFrame } from './wire.ts';

/** Who speaks, as their token says; nothing in a frame can say otherwise. */
export interface Speaker {
  visitor: Pick<Visitor, 'id' | 'name' | 'language'>;
  /** Of the browser; an identity's own language goes before it. */
  language?: string | undefined;
}

const senderOf = ({ visitor, language }: Speaker): InboundSender => ({
  address: visitorAddress(visitor.id),
  ...(visitor.name && { name: visitor.name }),
  ...((visitor.language ?? language) && { language: visitor.language ?? language }),
});

/** What a frame tells the gateway. Pure. Receipts are not here: which messages they mean, only the live thread knows. */
export function itemOf(frame: ClientFrame, speaker: Speaker, atMs: number): InboundItem {
  const sender = senderOf(speaker);
  switch (frame.type) {
    case 'message':
      return {
        type: 'message',
        providerId: providerIdOf(speaker.visitor.id, frame.client_id),
        sender,
        content: frame.content,
        atMs,
        ...(frame.payload !== undefined && { payload: frame.payload }),
        ...(frame.payload !== undefined && frame.values && { values: frame.values }),
      };
    case 'typing':
      return { type: 'signal', sender, signal: frame.on ? 'typing' : 'typing_stopped' };
    case 'resume':
    case 'received':
    case 'read':
    case 'ping':
      return { type: 'ignored', reason: `a ${frame.type} frame is between the widget and its gateway` };
  }
}

export interface UploadedFile {
  clientId: string;
  bytes: Uint8Array;
  mediaType: string;
  name: string;
}

const sortOf = (mediaType: string): 'image' | 'audio' | 'video' | 'file' => {
  const [top] = mediaType.split('/');
  return top === 'image' || top === 'audio' || top === 'video' ? top : 'file';
};

/** A visitor's file, as a message of its own. Pure. */
export const uploadItem = (
  { clientId, bytes, mediaType, name }: UploadedFile,
  speaker: Speaker,
  atMs: number,
): InboundItem => ({
  type: 'message',
  providerId: providerIdOf(speaker.visitor.id, clientId),
  sender: senderOf(speaker),
  content: { kind: 'media', media: { type: sortOf(mediaType), id: 'upload', media_type: mediaType, name } },
  media: { upload: { bytes, mediaType, name } },
  atMs,
});
