import { contactsSaid } from '../kit/whatsapp/contacts.ts';
import { flowAnswered } from '../kit/whatsapp/form-answer.ts';
import { readOrder } from '../kit/whatsapp/order.ts';
import { fileAt, place, pressed, reaction, unread, words } from '../kit/whatsapp/said.ts';
import type { Said } from '../kit/whatsapp/said.ts';
import { manifest } from './manifest.ts';
import type { InfobipMessage } from './wire.ts';

const fileTypes = {
  IMAGE: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
  VOICE: 'audio',
  DOCUMENT: 'file',
  STICKER: 'sticker',
} as const;

/** What a message says, by its type. One that can't be read still is a message. */
export function saidIn(message: InfobipMessage, id: string): Said {
  const type = Object.hasOwn(fileTypes, message.type)
    ? fileTypes[message.type as keyof typeof fileTypes]
    : undefined;
  const read = type ? fileIn(message, type) : otherIn(message, id);
  return read ?? unread(manifest.name, message.type, 'Infobip');
}

/** A document's caption is the name of its file where nobody wrote one. */
const fileIn = (
  { url, caption }: InfobipMessage,
  type: (typeof fileTypes)['IMAGE' | 'VIDEO' | 'AUDIO' | 'DOCUMENT' | 'STICKER'],
) =>
  type === 'file' && caption && /^[^\s/]+\.\w{1,5}$/.test(caption)
    ? fileAt({ type, url, name: caption })
    : fileAt({ type, url, caption });

function otherIn(message: InfobipMessage, id: string): Said | undefined {
  switch (message.type) {
    case 'TEXT':
      return words(message.text);
    case 'BUTTON':
      return pressed(message.text, message.payload);
    case 'INTERACTIVE_BUTTON_REPLY':
    case 'INTERACTIVE_LIST_REPLY':
      return pressed(message.title, message.id);
    case 'INTERACTIVE_FLOW_REPLY':
      return flowAnswered(
        manifest.name,
        { type: message.type },
        { response: message.response, shown: message.text },
      );
    case 'LOCATION': {
      const { latitude, longitude, name, address } = message;
      return place({ latitude, longitude, name, address });
    }
    case 'CONTACT':
      return contactsSaid(likeMeta(message['contacts']));
    case 'ORDER':
      return readOrder({ id, type: 'order', order: likeMeta(message) });
    case 'REACTION': {
      const { action, context, emoji } = message;
      return {
        ...reaction(action === 'REMOVED' ? '' : emoji),
        ...(context?.id ? { replyTo: context.id } : {}),
      };
    }
    default:
      return undefined;
  }
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Infobip's names of fields are Meta's in camel case. */
function likeMeta(value: unknown, depth = 5): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => likeMeta(each, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [snake(name), likeMeta(each, depth - 1)]),
  );
}
