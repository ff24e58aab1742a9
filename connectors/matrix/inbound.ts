import type { Content } from '../../protocol/content.ts';
import type { HookRequest, HookResponse, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { verifyBearer } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { addressOf } from './address.ts';
import type { MatrixAccount } from './manifest.ts';
import { eventSchema, receiptSchema, transactionSchema, typingSchema } from './wire.ts';
import type { MatrixContent, MatrixEvent } from './wire.ts';

const json = (status: number, body: object): HookResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** `hs_token` as a bearer token ("Authorization" of the Application Service API). It signs nothing: TLS has to. */
export const verify = (request: HookRequest, { credentials }: MatrixAccount): Verified =>
  verifyBearer(request, credentials.hs_token);

/** What a homeserver asks besides: a ping, and whether a user or a room exists. There is one user, and no room of ours has to be made. */
export function handshake(request: HookRequest, account: MatrixAccount): HookResponse | undefined {
  const [, what, name = ''] =
    /^\/_matrix\/app\/v1\/(ping|users|rooms|thirdparty)(?:\/([^/]*))?/.exec(request.path) ?? [];
  if (what === undefined || !verify(request, account).ok) return undefined;
  if (what === 'ping' || (what === 'users' && name === encodeURIComponent(account.config.user_id)))
    return json(200, {});
  return json(404, { errcode: 'M_NOT_FOUND' });
}

export function parse(request: HookRequest, { config }: MatrixAccount): Parsed {
  const body = readJsonAs(request.body, transactionSchema);
  if (!body.ok) return body;
  const items = [
    ...body.value.events.map((event) => itemOf(event, config.user_id)),
    ...(body.value.ephemeral ?? []).flatMap((event) => signalsOf(event, config.user_id)),
  ];
  return {
    ok: true,
    items,
    response: { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
  };
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

function itemOf(value: unknown, ownId: string): InboundItem {
  const read = eventSchema.safeParse(value);
  if (!read.success) return ignored('an event without what every event has');
  const event = read.data;
  if (event.sender === ownId) return ignored('own echo');
  if (event.state_key !== undefined) return ignored('a state of a room');
  const address = addressOf(event.sender);
  if (address === undefined) return ignored('a sender that is no user');
  if (event.type === 'm.room.encrypted') return ignored('encrypted from end to end: cannot be read');
  const said = saidIn(event);
  return typeof said === 'string'
    ? ignored(said)
    : {
        type: 'message',
        providerId: event.event_id,
        sender: { address },
        ...said,
        ...defined({ atMs: event.origin_server_ts }),
      };
}

type Said = Pick<InboundMessage, 'content' | 'media' | 'replyTo' | 'automatic'>;

/** What an event says, or why that is of no concern. */
function saidIn(event: MatrixEvent): Said | string {
  const { content } = event;
  const relation = content['m.relates_to'];
  switch (event.type) {
    case 'm.reaction': {
      if (relation?.rel_type !== 'm.annotation' || !relation.event_id) return 'a reaction to nothing';
      const emoji = lineOf(relation.key, 64);
      return emoji === undefined
        ? 'a reaction without a key'
        : { content: { kind: 'reaction', message_id: '', emoji }, replyTo: relation.event_id };
    }
    case 'm.room.redaction': {
      // in the content from room version 11 on, beside it before
      const target = content.redacts ?? event.redacts;
      return target === undefined
        ? 'a redaction of nothing'
        : { content: { kind: 'removal', message_id: '' }, replyTo: target };
    }
    case 'm.room.message':
    case 'm.sticker':
      break;
    default:
      return 'unknown event';
  }
  if (relation?.rel_type === 'm.replace') {
    const text = content['m.new_content']?.body;
    return text && relation.event_id
      ? { content: { kind: 'edit', message_id: '', text: wellFormed(text) }, replyTo: relation.event_id }
      : 'an edit of something other than text';
  }
  const said = event.type === 'm.sticker' ? file('sticker', content) : message(content);
  const replyTo = relation?.is_falling_back ? undefined : relation?.['m.in_reply_to']?.event_id;
  return typeof said === 'string' || replyTo === undefined ? said : { ...said, replyTo };
}

const files: Readonly<Record<string, 'image' | 'audio' | 'video' | 'file'>> = {
  'm.image': 'image',
  'm.audio': 'audio',
  'm.video': 'video',
  'm.file': 'file',
};

function message(content: MatrixContent): Said | string {
  const { msgtype = '', body = '' } = content;
  if (Object.hasOwn(files, msgtype)) return file(files[msgtype]!, content);
  if (msgtype === 'm.location') return location(content);
  const text = wellFormed(content['m.relates_to']?.['m.in_reply_to'] ? withoutQuote(body) : body);
  if (text === '') return 'a message without text';
  switch (msgtype) {
    case 'm.text':
      return { content: { kind: 'text', text } };
    case 'm.emote':
      return { content: { kind: 'text', text: wellFormed(`* ${text}`) } };
    case 'm.notice':
      return { content: { kind: 'text', text }, automatic: true };
    default:
      return 'a message of another type';
  }
}

/** Before v1.13 the body of an answer began with what it answers, line by line behind `> `. */
const withoutQuote = (body: string): string =>
  body.startsWith('> <') ? body.replace(/^(?:> .*(?:\n|$))+\n?/, '') : body;

function file(type: 'image' | 'audio' | 'video' | 'file' | 'sticker', content: MatrixContent): Said | string {
  const { url, filename, body, info } = content;
  if (!url?.startsWith('mxc://')) return 'a file that is encrypted, or nowhere';
  const name = lineOf(filename ?? body, 240);
  const caption =
    filename !== undefined && filename !== body && type !== 'sticker' ? lineOf(body, 65_536) : undefined;
  const shown: Content = {
    kind: 'media',
    media: { type, id: 'file', ...(type === 'sticker' && body ? defined({ alt: lineOf(body) }) : {}) },
    ...(caption === undefined ? {} : { caption }),
  };
  const reference = {
    reference: url,
    ...defined({ mediaType: info?.mimetype, name: type === 'sticker' ? undefined : name }),
  };
  return { content: shown, media: { file: reference } };
}

/** RFC 5870: `geo:latitude,longitude` and more. */
function location({ geo_uri = '', body }: MatrixContent): Said | string {
  const [, north, east] = /^geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)/.exec(geo_uri) ?? [];
  const [latitude, longitude] = [Number(north), Number(east)];
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return 'a place that is none';
  return { content: { kind: 'location', latitude, longitude, ...defined({ text: lineOf(body, 65_536) }) } };
}

/** Typing and read marks come only where the registration says `receive_ephemeral`. An empty list of who types names nobody. */
function signalsOf(value: unknown, ownId: string): InboundItem[] {
  const typing = typingSchema.safeParse(value).data;
  if (typing)
    return typing.content.user_ids.flatMap((user): InboundItem[] => {
      const address = user === ownId ? undefined : addressOf(user);
      return address === undefined ? [] : [{ type: 'signal', sender: { address }, signal: 'typing' }];
    });
  const receipt = receiptSchema.safeParse(value).data;
  if (!receipt) return [ignored('unknown ephemeral event')];
  return Object.entries(receipt.content).flatMap(([eventId, { 'm.read': readers = {} }]) =>
    Object.entries(readers).flatMap(([user, { ts }]): InboundItem[] => {
      const address = user === ownId ? undefined : addressOf(user);
      if (address === undefined) return [];
      return [{ type: 'receipt', providerIds: [eventId], state: 'read', address, ...defined({ atMs: ts }) }];
    }),
  );
}
