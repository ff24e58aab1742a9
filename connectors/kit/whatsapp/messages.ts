import type { ContentOf } from '../../../protocol/content.ts';
import { defined, lineOf, wellFormed } from '../fields.ts';
import { contactsSaid } from './contacts.ts';
import { flowAnswered } from './form-answer.ts';
import { readOrder } from './order.ts';
import { fileSaid, native, place, pressed, reaction, unresolved, words } from './said.ts';
import type { Said } from './said.ts';
import { bodies, errorsSchema } from './wire.ts';
import type { WireMessage } from './wire.ts';

/** `connector` is the one that native contents name. */
type Reader = (message: WireMessage, connector: string) => Said | undefined;

function media(type: ContentOf<'media'>['media']['type'], wire: string): Reader {
  return (message) => {
    const { data } = bodies.media.safeParse(message[wire]);
    return (
      data &&
      fileSaid({
        type,
        reference: data.id,
        mediaType: data.mime_type,
        name: data.filename,
        caption: data.caption,
      })
    );
  };
}

const location: Reader = (message) => {
  const { data } = bodies.location.safeParse(message['location']);
  return data && place(data);
};

const contacts: Reader = (message) => contactsSaid(message['contacts']);

const interactive: Reader = (message, connector) => {
  const { data } = bodies.interactive.safeParse(message['interactive']);
  const reply = data?.button_reply ?? data?.list_reply;
  if (reply) return pressed(reply.title, reply.id);
  if (!data) return undefined;
  // one that is newer than this: the merchant gets what it says
  if (!data.nfm_reply) return native(connector, toldIn(data), 'An answer');
  let response: unknown;
  try {
    response = JSON.parse(data.nfm_reply.response_json);
  } catch {
    response = data.nfm_reply.response_json;
  }
  const { name, body } = data.nfm_reply;
  return flowAnswered(
    connector,
    { type: 'nfm_reply', ...(name === undefined ? {} : { name: wellFormed(name, 1024) }) },
    { response, shown: body },
  );
};

/** The texts and numbers under its own type; what lies deeper is unknown. */
function toldIn({ type, ...rest }: { type: string; [more: string]: unknown }): Record<string, unknown> {
  const told = Object.entries(Object(rest[type]) as object).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[wellFormed(name, 64), wellFormed(value, 1024)]]
      : typeof value === 'number' || typeof value === 'boolean'
        ? [[wellFormed(name, 64), value]]
        : [],
  );
  const known = wellFormed(type, 64);
  return {
    type: known,
    ...(told.length ? { [known]: Object.fromEntries(told.slice(0, 32)) } : {}),
  };
}

const button: Reader = (message) => {
  const { data } = bodies.button.safeParse(message['button']);
  return data && pressed(data.text, data.payload);
};

const reacted: Reader = (message) => {
  const { data } = bodies.reaction.safeParse(message['reaction']);
  return data && { ...reaction(data.emoji), replyTo: data.message_id };
};

const system: Reader = (message) => {
  const { data } = bodies.system.safeParse(message['system']);
  const said = words(data?.body);
  return said && { ...said, automatic: true };
};

const edit: Reader = (message) => {
  const { data } = bodies.edit.safeParse(message['edit']);
  if (!data) return undefined;
  const { body, caption } = {
    body: undefined,
    caption: undefined,
    ...(data.message[data.message.type] as object | undefined),
  };
  const now = lineOf(body ?? caption, 65_536);
  return now
    ? { content: { kind: 'edit', ...unresolved, text: now }, replyTo: data.original_message_id }
    : undefined;
};

const revoke: Reader = (message) => {
  const { data } = bodies.revoke.safeParse(message['revoke']);
  return data && { content: { kind: 'removal', ...unresolved }, replyTo: data.original_message_id };
};

const readers: Readonly<Record<string, Reader>> = {
  text: (message) => words(bodies.text.safeParse(message['text']).data?.body),
  image: media('image', 'image'),
  video: media('video', 'video'),
  audio: media('audio', 'audio'),
  voice: media('audio', 'voice'),
  document: media('file', 'document'),
  sticker: media('sticker', 'sticker'),
  location,
  contacts,
  interactive,
  button,
  reaction: reacted,
  order: (message) => readOrder(message),
  system,
  edit,
  revoke,
};

/** Reads a message by its type. What can't be read still is a message: the consumer wrote, and the merchant should know. */
export function saidIn(message: WireMessage, connector: string): Said {
  const read = Object.hasOwn(readers, message.type) ? readers[message.type]!(message, connector) : undefined;
  if (read) return read;
  const errors = errorsSchema
    .safeParse(message['errors'])
    .data?.map(({ code, title }) => defined({ code, title }));
  return native(
    connector,
    { type: wellFormed(message.type, 64), ...(errors ? { errors } : {}) },
    'A message of a kind that WhatsApp does not pass on',
  );
}
