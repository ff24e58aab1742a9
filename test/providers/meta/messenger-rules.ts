import { list, objectOf, Refused, text } from './graph.ts';
import type { Json, Rules } from './graph.ts';
import type { Pressable } from './handset.ts';

/** What the Send API refuses in a message, and what a telephone shows of one that it takes. */
export const rules: Rules = {
  missing: (field) => {
    throw new Refused({ code: 100, message: `The parameter ${field} is required` });
  },
  invalid: (field, why) => {
    throw new Refused({ code: 100, message: `Param ${field} ${why}` });
  },
};

export interface Looks {
  type: string;
  text: string;
  buttons: Pressable[];
  attachmentId?: string;
}

const quickReplies = (value: unknown): Pressable[] =>
  value === undefined
    ? []
    : list(rules, value, 'message[quick_replies]', { max: 13 }).map((reply): Pressable => {
        const { content_type, title, payload } = objectOf(reply);
        if (content_type !== 'text')
          return rules.invalid('message[quick_replies][content_type]', 'is unknown');
        return {
          how: 'quick_reply',
          title: text(rules, title, 'message[quick_replies][title]', { max: 20 }),
          payload: text(rules, payload, 'message[quick_replies][payload]', { max: 1000 }),
        };
      });

function buttons(value: unknown): Pressable[] {
  return list(rules, value, 'buttons', { max: 3 }).flatMap((button): Pressable[] => {
    const { type, title, payload, url } = objectOf(button);
    const named = text(rules, title, 'buttons[title]', { max: 20 });
    switch (type) {
      case 'postback':
        return [
          { how: 'postback', title: named, payload: text(rules, payload, 'buttons[payload]', { max: 1000 }) },
        ];
      case 'web_url':
        if (!/^https?:\/\//.test(text(rules, url, 'buttons[url]', { max: 2048 })))
          rules.invalid('buttons[url]', 'must be a web address');
        return [];
      case 'phone_number':
        if (!/^\+\d{5,15}$/.test(text(rules, payload, 'buttons[payload]', { max: 16 })))
          rules.invalid('buttons[payload]', 'must be a phone number');
        return [];
      default:
        return rules.invalid('buttons[type]', 'is unknown');
    }
  });
}

function template({ template_type, text: said, buttons: given, elements }: Json): Looks {
  if (template_type === 'button')
    return {
      type: 'button',
      text: text(rules, said, 'payload[text]', { max: 640 }),
      buttons: buttons(given),
    };
  if (template_type !== 'generic') return rules.invalid('payload[template_type]', 'is unknown');
  const cards = list(rules, elements, 'payload[elements]', { max: 10 }).map((element) => {
    const { title, subtitle, image_url, buttons: under } = objectOf(element);
    if (subtitle === undefined && image_url === undefined && under === undefined)
      rules.invalid('payload[elements]', 'need more than a title');
    const lines = [
      text(rules, title, 'title', { max: 80 }),
      subtitle === undefined ? '' : text(rules, subtitle, 'subtitle', { max: 80 }),
    ];
    return { text: lines.filter(Boolean).join('\n'), buttons: under === undefined ? [] : buttons(under) };
  });
  return {
    type: 'generic',
    text: cards.map((card) => card.text).join('\n\n'),
    buttons: cards.flatMap((card) => card.buttons),
  };
}

export const mediaTypes = ['image', 'audio', 'video', 'file'];

/** Refuses what the platform refuses; else how it looks. */
export function looksOf(message: Json, hasAttachment: (id: string) => boolean): Looks {
  const { text: said, attachment } = message;
  const pressable = quickReplies(message['quick_replies']);
  if (said !== undefined && attachment !== undefined)
    return rules.invalid('message', 'cannot hold both a text and an attachment');
  if (attachment === undefined)
    return { type: 'text', text: text(rules, said, 'message[text]', { max: 2000 }), buttons: pressable };
  const { type, payload } = objectOf(attachment);
  if (type === 'template') {
    const looks = template(objectOf(payload));
    return { ...looks, buttons: [...looks.buttons, ...pressable] };
  }
  if (!mediaTypes.includes(String(type))) return rules.invalid('message[attachment][type]', 'is unknown');
  const { attachment_id, url } = objectOf(payload);
  if (attachment_id === undefined && url === undefined) return rules.missing('message[attachment][payload]');
  if (attachment_id !== undefined && !hasAttachment(String(attachment_id)))
    throw new Refused({ code: 100, subcode: 2018074, message: 'Invalid attachment ID' });
  return { type: String(type), text: '', buttons: pressable, attachmentId: String(attachment_id ?? url) };
}

/** Size of an attachment, in bytes. */
export const attachmentMaxBytes = 25 * 1024 * 1024;
export const quoted = (body: Json): string | undefined => {
  const { mid } = objectOf(body['reply_to']);
  return mid === undefined ? undefined : String(mid);
};
