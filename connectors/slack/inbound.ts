import type { Media } from '../../protocol/content.ts';
import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { readForm } from '../kit/form.ts';
import { defined, lineOf, timeMs, wellFormed } from '../kit/fields.ts';
import { fiveMinutesMs, verifySlack } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { messageIdOf, normalise } from './address.ts';
import { emojiOf } from './emoji.ts';
import type { SlackAccount } from './manifest.ts';
import { plainOf } from './text.ts';
import { envelopeSchema, fileSchema, messageSchema, pressSchema, reactionSchema } from './wire.ts';
import type { SlackFile, SlackMessage } from './wire.ts';

export const verify = (request: HookRequest, { credentials }: SlackAccount, nowMs: number): Verified =>
  verifySlack(request, credentials.signing_secret, { nowMs, toleranceMs: fiveMinutesMs });

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });
const done = (...items: InboundItem[]): Parsed => ({ ok: true, items });

/** Events come as JSON, presses as a form with JSON in one field. Both may be given the same address. */
export function parse(request: HookRequest, account: SlackAccount): Parsed {
  if (/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? ''))
    return pressed(request.body, account);
  const read = readJsonAs(request.body, envelopeSchema);
  if (!read.ok) return read;
  const { type, challenge, team_id, event, authorizations } = read.value;
  if (type === 'url_verification')
    return {
      ...done(ignored('a check of the address')),
      response: { status: 200, body: challenge ?? '' },
    } as Parsed;
  if (type !== 'event_callback' || !event) return done(ignored('unknown event'));
  if (team_id !== account.config.team_id) return done(ignored('another workspace'));
  const self = authorizations?.find(({ is_bot }) => is_bot)?.user_id ?? undefined;
  if (event.type === 'message') return done(...messageItems(event, account, self));
  if (event.type === 'reaction_added' || event.type === 'reaction_removed')
    return done(reactionItem(event, account, self));
  return done(ignored('unknown event'));
}

const atMs = (ts: string | undefined): { atMs?: number } =>
  ts === undefined ? {} : defined({ atMs: timeMs(Math.round(Number(ts) * 1000), 1) });

/** Subtypes that a person says something with; all others are the platform's own notices. */
const said = new Set([undefined, 'file_share', 'me_message', 'thread_broadcast']);

function messageItems(event: unknown, account: SlackAccount, self: string | undefined): InboundItem[] {
  const read = messageSchema.safeParse(event);
  if (!read.success) return [ignored('unreadable event')];
  const message = read.data;
  if (message.channel_type !== 'im') return [ignored('not a direct conversation')];
  const { subtype } = message;
  if (subtype === 'message_changed') return [changed(message, account, self)];
  if (subtype === 'message_deleted') return [deleted(message, account, self)];
  if (isOwn(message, self) || subtype === 'bot_message') return [ignored('own echo')];
  if (!said.has(subtype)) return [ignored('a notice of the platform')];
  return spoken(message, account);
}

const isOwn = (
  of: { bot_id?: string | undefined; user?: string | undefined },
  self: string | undefined,
): boolean => of.bot_id !== undefined || (self !== undefined && of.user === self);

const senderOf = (user: string | undefined, { config }: SlackAccount): string | undefined =>
  user === undefined ? undefined : normalise(`slack:${user}`, config);

/** The text and the first file are one message, each further file one of its own. */
function spoken(message: SlackMessage, account: SlackAccount): InboundItem[] {
  const address = senderOf(message.user, account);
  if (address === undefined || message.ts === undefined) return [ignored('no sender')];
  const providerId = messageIdOf(message.channel, message.ts);
  const thread = message.thread_ts === message.ts ? undefined : message.thread_ts;
  const base = {
    type: 'message' as const,
    sender: { address },
    ...atMs(message.ts),
    ...(thread === undefined ? {} : { replyTo: messageIdOf(message.channel, thread) }),
  };
  const text = lineOf(plainOf(message.text ?? ''), 65_536);
  const files = (message.files ?? []).flatMap((file) => fileSchema.safeParse(file).data ?? []);
  const [first, ...more] = files;
  if (!first)
    return text === undefined
      ? [ignored('a message without content')]
      : [{ ...base, providerId, content: { kind: 'text', text } }];
  return [
    { ...base, providerId, ...fileContent(first, text) },
    ...more.map((file) => ({ ...base, providerId: `${providerId}:file:${file.id}`, ...fileContent(file) })),
  ];
}

function fileContent(file: SlackFile, caption?: string): Pick<InboundMessage, 'content' | 'media'> {
  const family = /^(image|audio|video)\//.exec(file.mimetype ?? '')?.[1] as Media['type'] | undefined;
  const name = lineOf(file.name, 240);
  // without an address of its own (Slack Connect) the file is asked for by its id
  const reference = file.url_private_download || file.url_private || file.id;
  return {
    content: {
      kind: 'media',
      media: { type: family ?? 'file', id: 'file', ...defined({ name }) },
      ...defined({ caption }),
    },
    media: { file: { reference, ...defined({ mediaType: lineOf(file.mimetype, 127), name }) } },
  };
}

function changed(event: SlackMessage, account: SlackAccount, self: string | undefined): InboundItem {
  const { message, previous_message: before, channel } = event;
  if (!message?.ts || isOwn(message, self)) return ignored('own echo');
  const address = senderOf(message.user, account);
  const text = lineOf(plainOf(message.text ?? ''), 65_536);
  if (address === undefined || text === undefined) return ignored('a change without text');
  // Slack also says so when it adds the preview of a link
  if (before && before.text === message.text) return ignored('a change of looks');
  const target = messageIdOf(channel, message.ts);
  const when = message.edited?.ts ?? event.event_ts;
  return {
    type: 'message',
    providerId: `${target}:edit:${when ?? ''}`,
    sender: { address },
    content: { kind: 'edit', message_id: '', text },
    replyTo: target,
    ...atMs(when),
  };
}

function deleted(event: SlackMessage, account: SlackAccount, self: string | undefined): InboundItem {
  const { previous_message: before, deleted_ts, channel } = event;
  if (!before || isOwn(before, self)) return ignored('own echo');
  const address = senderOf(before.user, account);
  if (address === undefined || deleted_ts === undefined) return ignored('a removal of nothing known');
  const target = messageIdOf(channel, deleted_ts);
  return {
    type: 'message',
    providerId: `${target}:removed`,
    sender: { address },
    content: { kind: 'removal', message_id: '' },
    replyTo: target,
    ...atMs(event.event_ts),
  };
}

function reactionItem(event: { type: string }, account: SlackAccount, self: string | undefined): InboundItem {
  const read = reactionSchema.safeParse(event);
  if (!read.success) return ignored('unreadable event');
  const { user, reaction, item, event_ts } = read.data;
  if (user === self) return ignored('own echo');
  const address = senderOf(user, account);
  // ids of direct conversations begin with D
  if (!address || item.type !== 'message' || !item.channel?.startsWith('D') || !item.ts)
    return ignored('not a direct conversation');
  const target = messageIdOf(item.channel, item.ts);
  return {
    type: 'message',
    providerId: `${target}:${event.type}:${event_ts}`,
    sender: { address },
    content: {
      kind: 'reaction',
      message_id: '',
      emoji: event.type === 'reaction_added' ? emojiOf(reaction) : '',
    },
    replyTo: target,
    ...atMs(event_ts),
  };
}

function pressed(body: Uint8Array, account: SlackAccount): Parsed {
  const form = readForm(body);
  if (!form.ok) return form;
  const payload = form.value['payload'];
  if (typeof payload !== 'string') return done(ignored('unknown event'));
  const read = readJsonAs(Buffer.from(payload), pressSchema);
  if (!read.ok) return read;
  const { type, team, user, channel, container, actions = [] } = read.value;
  if (type !== 'block_actions') return done(ignored('unknown event'));
  const address = senderOf(user.id, account);
  const where = channel?.id ?? container?.channel_id;
  const ts = container?.message_ts;
  if (team?.id !== account.config.team_id || !address || !where?.startsWith('D') || !ts)
    return done(ignored('not a direct conversation'));
  const target = messageIdOf(where, ts);
  const name = lineOf(user.name, 255);
  const items = actions.map((action): InboundItem => {
    const value = action.selected_option?.value ?? action.value;
    // a link that was opened is told as well
    if (value === undefined) return ignored('a press without a value');
    const payloadText = wellFormed(value, 4096);
    const label = lineOf(action.selected_option?.text?.text ?? action.text?.text);
    return {
      type: 'message',
      providerId: `${target}:press:${action.action_ts}`,
      sender: { address, ...defined({ name }) },
      content: { kind: 'text', text: label ?? wellFormed(value, 1024) },
      replyTo: target,
      payload: payloadText,
      ...atMs(action.action_ts),
    };
  });
  return done(...(items.length ? items : [ignored('a press without an action')]));
}
