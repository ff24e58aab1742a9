import { z } from 'zod';
import { kinds } from '../../../protocol/capabilities.ts';
import type { Capabilities } from '../../../protocol/capabilities.ts';
import { languageSchema } from '../../../protocol/content.ts';

export const mailboxField = z
  .string()
  .max(254)
  .regex(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/, 'expected a mailbox such as support@shop.test');

export const headerText = z
  .string()
  .regex(/^\P{Cc}*$/u, 'contains a line break or another control character');

/** How an account introduces itself to consumers. */
export const senderFields = {
  name: headerText.max(128).default('').describe('The name that consumers see beside the address'),
  subject: headerText
    .min(1)
    .max(255)
    .optional()
    .describe('Subject of a first message that brings none; default: the name'),
  language: languageSchema
    .optional()
    .describe('Language of labels and dates for consumers whose own is not known; default: English'),
};

const textLimit = { max: 65_536, unit: 'utf16' } as const;
/** A letter has room for any line of the shared schema. */
const lineLimit = { max: 1024, unit: 'utf16' } as const;

/** What a mail can say. `maxAttachmentBytes`: what its files may have, each and in one letter. */
export function mailCapabilities(
  maxAttachmentBytes: number,
  receipts: Capabilities['receipts'],
): Capabilities {
  const attachment = (types: string[]) => ({ maxBytes: maxAttachmentBytes, types });
  return {
    // questions stay numbered text: an answer must come back as a mail, and a number in it is what every mail program can send
    outbound: kinds({
      text: 'native',
      media: 'native',
      card: 'native',
      carousel: 'native',
      product: 'native',
      order: 'native',
      receipt: 'native',
      payment_request: 'native',
      status: 'native',
      appointment: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native' }, 'dropped'),
    text: { ...textLimit, markdown: true, subject: true },
    caption: textLimit,
    media: {
      image: attachment(['image/*']),
      audio: attachment(['audio/*']),
      video: attachment(['video/*']),
      file: attachment([
        'application/*',
        'text/*',
        'image/*',
        'audio/*',
        'video/*',
        'font/*',
        'model/*',
        'message/*',
      ]),
      sticker: attachment(['image/*']),
    },
    // a card with replies is a question, and goes as one
    card: {
      title: lineLimit,
      subtitle: lineLimit,
      actions: 10,
      label: lineLimit,
      actionTypes: ['url', 'call'],
    },
    carousel: { min: 1, max: 10, text: textLimit },
    replies: true,
    receipts,
  };
}
