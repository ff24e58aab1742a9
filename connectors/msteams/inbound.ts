import type { Media } from '../../protocol/content.ts';
import { languageSchema } from '../../protocol/content.ts';
import type {
  HookRequest,
  InboundItem,
  InboundMessage,
  InboundSender,
  Parsed,
  PublicKeys,
} from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, timeMs, wellFormed } from '../kit/fields.ts';
import { bearerOf, fiveMinutesMs, readPublicJwt } from '../kit/signatures/index.ts';
import { messageIdOf, normalise } from './address.ts';
import type { TeamsAccount } from './manifest.ts';
import { emojiOf } from './status.ts';
import { activitySchema, attachmentSchema, readReceiptSchema, submittedSchema } from './wire.ts';
import type { Activity, Attachment } from './wire.ts';

export const keySet = ({ config }: TeamsAccount): string => config.keys_url;

/**
 * "Authentication with the Bot Connector API": the token is for this bot, its `serviceurl` is the activity's, and its key speaks for Teams.
 * It says nothing else of the body: TLS has to.
 */
export function verify(
  request: HookRequest,
  { config }: TeamsAccount,
  nowMs: number,
  keys: PublicKeys = [],
): { ok: true } | { ok: false; reason: string; unknownKey?: true } {
  const token = bearerOf(request);
  if (token === undefined) return { ok: false, reason: 'no bearer token' };
  const jwt = readPublicJwt(token, keys, {
    issuers: ['https://api.botframework.com'],
    audiences: [config.app_id],
    nowMs,
    toleranceMs: fiveMinutesMs,
  });
  if (!jwt.ok) return jwt;
  const { endorsements } = jwt.key;
  if (!Array.isArray(endorsements) || !endorsements.includes('msteams'))
    return { ok: false, reason: 'the key does not speak for Teams' };
  const activity = readJsonAs(request.body, activitySchema);
  const service = jwt.claims['serviceurl'] ?? jwt.claims['serviceUrl'];
  return activity.ok && activity.value.serviceUrl !== undefined && service === activity.value.serviceUrl
    ? { ok: true }
    : { ok: false, reason: 'the token is of another service' };
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

export function parse(request: HookRequest, account: TeamsAccount): Parsed {
  const read = readJsonAs(request.body, activitySchema);
  if (!read.ok) return read;
  return { ok: true, items: itemsOf(read.value, account) };
}

interface From {
  sender: InboundSender;
  conversation: string;
  atMs?: number;
}

function itemsOf(activity: Activity, { config }: TeamsAccount): InboundItem[] {
  const { type, channelId, from, recipient, conversation, channelData } = activity;
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (channelId !== 'msteams' || !reader) return [ignored('unknown event')];
  if (conversation?.conversationType !== 'personal') return [ignored('not a direct conversation')];
  if (from?.role === 'bot' || (from?.id !== undefined && from.id === `28:${config.app_id}`))
    return [ignored('own echo')];
  if (from?.id !== undefined && from.id === recipient?.id) return [ignored('own echo')];
  const tenant = channelData?.tenant?.id ?? conversation.tenantId ?? '';
  const address = normalise(`msteams:${tenant}/${from?.aadObjectId ?? ''}`, config);
  if (!address) return [ignored('no sender of this organisation')];
  const language = languageSchema.safeParse(activity.locale).data;
  const sender = { address, ...defined({ name: lineOf(from?.name, 255), language }) };
  const atMs = timeMs(Date.parse(activity.timestamp ?? ''), 1);
  return reader(activity, { sender, conversation: conversation.id, ...defined({ atMs }) });
}

type Reader = (activity: Activity, from: From) => InboundItem[];
const readers: Readonly<Record<string, Reader>> = {
  message: (activity, from) => pressed(activity, from) ?? said(activity, from),
  messageUpdate: (activity, from) => {
    const text = textOf(activity);
    if (activity.channelData?.eventType !== 'editMessage' || !activity.id || text === undefined)
      return [ignored('a change of looks')];
    return [changed(activity.id, from, { what: 'edit', content: { kind: 'edit', message_id: '', text } })];
  },
  messageDelete: (activity, from) =>
    activity.channelData?.eventType === 'softDeleteMessage' && activity.id
      ? [changed(activity.id, from, { what: 'removed', content: { kind: 'removal', message_id: '' } })]
      : [ignored('a removal taken back')],
  messageReaction: (activity, from) => {
    const about = activity.replyToId;
    if (about === undefined) return [ignored('a reaction to nothing known')];
    const each = (list: Activity['reactionsAdded'], on: boolean): InboundItem[] =>
      (list ?? []).map(({ type }) => {
        const content = { kind: 'reaction' as const, message_id: '', emoji: on ? emojiOf(type) : '' };
        return changed(about, from, { what: `${on ? 'reaction' : 'unreaction'}|${emojiOf(type)}`, content });
      });
    const items = [...each(activity.reactionsAdded, true), ...each(activity.reactionsRemoved, false)];
    return items.length ? items : [ignored('a reaction without a type')];
  },
  installationUpdate: () => [ignored('the consumer added or removed the app')],
  event: ({ name, value }, { sender, atMs }) =>
    name === 'application/vnd.microsoft.readReceipt'
      ? readUpTo(value, sender, atMs)
      : [ignored('unknown event')],
};

/** "Receive a read receipt": everything up to a message is read. Ids of messages are the moment they were made, in milliseconds. */
function readUpTo(value: unknown, { address }: InboundSender, atMs?: number): InboundItem[] {
  const upToMs = timeMs(readReceiptSchema.safeParse(value).data?.lastReadMessageId, 1);
  return upToMs === undefined
    ? [ignored('a receipt without a message')]
    : [{ type: 'receipt', providerIds: [], state: 'read', upToMs, address, ...defined({ atMs }) }];
}

const base = ({ sender, atMs }: From): Pick<InboundMessage, 'type' | 'sender' | 'atMs'> => ({
  type: 'message',
  sender,
  ...defined({ atMs }),
});

/** Teams gives what happens to a message no id of its own, only the moment. */
function changed(
  activity: string,
  from: From,
  { what, content }: { what: string; content: InboundMessage['content'] },
): InboundItem {
  const target = messageIdOf({ conversation: from.conversation, activity });
  return { ...base(from), providerId: `${target}|${what}|${from.atMs ?? ''}`, content, replyTo: target };
}

const textOf = ({ text, textFormat }: Activity): string | undefined =>
  lineOf(textFormat === 'xml' ? text?.replace(/<[^<>]{1,200}>/g, '') : text, 65_536);

/** Types of attachments that are only another look of the text. */
const looks = /^text\/html$|\.card\.|^application\/vnd\.microsoft\.teams\.(?:messaging|card)/;

/** The text and the first file are one message, each further file one of its own. */
function said(activity: Activity, from: From): InboundItem[] {
  if (!activity.id) return [ignored('a message without an id')];
  const { conversation } = from;
  const providerId = messageIdOf({ conversation, activity: activity.id });
  const about = activity.replyToId;
  const of = {
    ...base(from),
    ...(about && about !== activity.id ? { replyTo: messageIdOf({ conversation, activity: about }) } : {}),
  };
  const files = (activity.attachments ?? [])
    .flatMap((file) => attachmentSchema.safeParse(file).data ?? [])
    .filter(({ contentType }) => !looks.test(contentType));
  const text = textOf(activity);
  const [first, ...more] = files;
  if (!first)
    return text === undefined
      ? [ignored('a message without content')]
      : [{ ...of, providerId, content: { kind: 'text', text } }];
  return [
    { ...of, providerId, ...fileContent(first, text) },
    ...more.map((file, index) => ({
      ...of,
      providerId: `${providerId}|file|${index + 1}`,
      ...fileContent(file),
    })),
  ];
}

/** "Send and receive files": a file has an address that needs no token, a picture pasted into the text one that does. */
function fileContent(file: Attachment, caption?: string): Pick<InboundMessage, 'content' | 'media'> {
  const family = /^(image|audio|video)\//.exec(file.contentType)?.[1] as Media['type'] | undefined;
  const name = lineOf(file.name, 240);
  const own = file.contentType === 'application/vnd.microsoft.teams.file.download.info';
  const mediaType = own || file.contentType.includes('*') ? undefined : lineOf(file.contentType, 127);
  return {
    content: {
      kind: 'media',
      media: { type: family ?? 'file', id: 'file', ...defined({ name }) },
      ...defined({ caption }),
    },
    media: {
      file: {
        reference: file.content?.downloadUrl || file.contentUrl || 'none',
        ...defined({ mediaType, name }),
      },
    },
  };
}

/** What a card of ours sends; undefined where the message is none. */
function pressed(activity: Activity, from: From): InboundItem[] | undefined {
  const value = submittedSchema.safeParse(activity.value).data;
  const payload = value?.passerelle === 'choice' ? together(value.choice ?? '') : value?.passerelle;
  if (payload === undefined || !activity.id) return undefined;
  if (payload === '') return [ignored('a list sent without a choice')];
  const { conversation } = from;
  const about = activity.replyToId;
  // a list brings no words: which options they are, the payload says
  const label = value?.passerelle === 'choice' ? '✓' : (lineOf(value?.title) ?? textOf(activity));
  return [
    {
      ...base(from),
      providerId: messageIdOf({ conversation, activity: activity.id }),
      content: { kind: 'text', text: wellFormed(label ?? payload, 1024) },
      payload: wellFormed(payload, 1024),
      ...(about ? { replyTo: messageIdOf({ conversation, activity: about }) } : {}),
    },
  ];
}

/** A list brings its values with commas between; several of ours are one payload: `msg_….0,msg_….2` is `msg_….0+2`. */
function together(chosen: string): string {
  const values = chosen.split(',').filter(Boolean);
  const [first = ''] = values;
  const question = first.slice(0, first.lastIndexOf('.') + 1);
  return values.length > 1 && question !== '' && values.every((value) => value.startsWith(question))
    ? question + values.map((value) => value.slice(question.length)).join('+')
    : first;
}
