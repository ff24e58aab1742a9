import type { ContentOf } from '../../../protocol/content.ts';
import { parsePayload } from '../../../protocol/questions.ts';
import { defined, lineOf, wellFormed } from '../meta/text.ts';
import { readOrder } from './order.ts';
import type { Said } from './said.ts';
import { bodies, errorsSchema } from './wire.ts';
import type { WireMessage } from './wire.ts';

/** `connector` is the one that native contents name. */
type Reader = (message: WireMessage, connector: string) => Said | undefined;

/** Events about another message name it by `replyTo`; the gateway puts its own id for it into the content. */
const unresolved = { message_id: '' };

const text = (value: string): Said | undefined =>
  value ? { content: { kind: 'text', text: wellFormed(value) } } : undefined;

const native = (connector: string, payload: Record<string, unknown>, shown: string): Said => ({
  content: { kind: 'native', connector, payload, text: wellFormed(shown) },
});

function media(type: ContentOf<'media'>['media']['type'], wire: string): Reader {
  return (message) => {
    const { data } = bodies.media.safeParse(message[wire]);
    if (!data) return undefined;
    const name = lineOf(data.filename, 240);
    const mediaType = data.mime_type?.split(';')[0]?.trim().slice(0, 127);
    return {
      content: {
        kind: 'media',
        media: defined({ type, id: 'media', media_type: mediaType, name }),
        ...(data.caption ? { caption: wellFormed(data.caption) } : {}),
      },
      media: { media: defined({ reference: data.id, mediaType, name }) },
    };
  };
}

const location: Reader = (message) => {
  const { data } = bodies.location.safeParse(message['location']);
  if (!data) return undefined;
  const { latitude, longitude, name, address } = data;
  return {
    content: {
      kind: 'location',
      latitude,
      longitude,
      ...defined({ name: lineOf(name), address: lineOf(address) }),
    },
  };
};

const listed = (values: (string | undefined)[] | undefined, max: number) => {
  const kept = (values ?? []).flatMap((value) => lineOf(value, max) ?? []).slice(0, 20);
  return kept.length ? kept : undefined;
};

const contacts: Reader = (message) => {
  const { data } = bodies.contacts.safeParse(message['contacts']);
  if (!data?.length) return undefined;
  return {
    content: {
      kind: 'contact',
      contacts: data.slice(0, 20).map((contact) => {
        const phones = listed(
          contact.phones?.map(({ phone, wa_id }) => phone ?? wa_id),
          40,
        );
        const named =
          lineOf(contact.name?.formatted_name) ??
          lineOf([contact.name?.first_name, contact.name?.last_name].filter(Boolean).join(' '));
        return defined({
          name: named ?? phones?.[0] ?? '?',
          phones,
          emails: listed(
            contact.emails?.map(({ email }) => email),
            320,
          ),
          organization: lineOf(contact.org?.company),
        });
      }),
    },
  };
};

const pressed = (title: string, payload: string | undefined): Said => ({
  content: { kind: 'text', text: wellFormed(title) || '…' },
  ...(payload ? { payload: wellFormed(payload, 4096) } : {}),
});

const interactive: Reader = (message, connector) => {
  const { data } = bodies.interactive.safeParse(message['interactive']);
  const reply = data?.button_reply ?? data?.list_reply;
  if (reply) return pressed(reply.title, reply.id);
  if (!data?.nfm_reply) return undefined;
  let response: unknown;
  try {
    response = JSON.parse(data.nfm_reply.response_json);
  } catch {
    response = data.nfm_reply.response_json;
  }
  return (
    ownForm(response) ??
    native(
      connector,
      { type: 'nfm_reply', name: data.nfm_reply.name, response },
      data.nfm_reply.body || 'Form',
    )
  );
};

/** A flow that was sent with our payload as its token is a form of ours: its fields come by their ids. */
function ownForm(response: unknown): Said | undefined {
  const { data } = bodies.flowResponse.safeParse(response);
  if (!data || parsePayload(data.flow_token)?.chosen !== 'form') return undefined;
  const { flow_token: payload, ...values } = data;
  const told = Object.entries(values).map(
    ([id, value]) =>
      `${id}: ${typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}`,
  );
  return { ...pressed(told.join('\n'), payload), values };
}

const button: Reader = (message) => {
  const { data } = bodies.button.safeParse(message['button']);
  return data && pressed(data.text, data.payload);
};

const reaction: Reader = (message) => {
  const { data } = bodies.reaction.safeParse(message['reaction']);
  return (
    data && {
      content: { kind: 'reaction', ...unresolved, emoji: wellFormed(data.emoji ?? '', 64) },
      replyTo: data.message_id,
    }
  );
};

const system: Reader = (message) => {
  const { data } = bodies.system.safeParse(message['system']);
  return data?.body ? { ...text(data.body)!, automatic: true } : undefined;
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
  text: (message) => text(bodies.text.safeParse(message['text']).data?.body ?? ''),
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
  reaction,
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
