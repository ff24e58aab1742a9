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
import { addressOf } from './address.ts';
import type { GoogleChatAccount } from './manifest.ts';
import { attachmentSchema, eventSchema } from './wire.ts';
import type { Attachment, ChatEvent, ChatMessage } from './wire.ts';

/** Who signs for Chat: itself, or Google for it. */
const chat = 'chat@system.gserviceaccount.com';
const google = ['https://accounts.google.com', 'accounts.google.com'];

export const keySet = ({ config }: GoogleChatAccount): string =>
  config.audience === undefined
    ? 'https://www.googleapis.com/oauth2/v3/certs'
    : `https://www.googleapis.com/service_accounts/v1/jwk/${chat}`;

/** "Verify requests from Google Chat": a token for this address or this project. It says nothing of the body: TLS has to. */
export function verify(
  request: HookRequest,
  { config, hookUrl }: GoogleChatAccount,
  nowMs: number,
  keys: PublicKeys = [],
): { ok: true } | { ok: false; reason: string; unknownKey?: true } {
  const token = bearerOf(request);
  if (token === undefined) return { ok: false, reason: 'no bearer token' };
  const byUrl = config.audience === undefined;
  const jwt = readPublicJwt(token, keys, {
    issuers: byUrl ? google : [chat],
    audiences: byUrl ? [hookUrl] : [config.audience ?? ''],
    nowMs,
    toleranceMs: fiveMinutesMs,
  });
  if (!jwt.ok) return jwt;
  const { email, email_verified: verified } = jwt.claims;
  // Google signs for everybody: the token must be Chat's own
  return !byUrl || (email === chat && verified === true)
    ? { ok: true }
    : { ok: false, reason: 'the token is not of Google Chat' };
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

/** One request is one event. An empty object answers without a message. */
export function parse(request: HookRequest): Parsed {
  const read = readJsonAs(request.body, eventSchema);
  if (!read.ok) return read;
  return {
    ok: true,
    items: itemsOf(read.value),
    response: { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
  };
}

function itemsOf(event: ChatEvent): InboundItem[] {
  const { type, space, user, message } = event;
  if (type === 'ADDED_TO_SPACE') return [ignored('the consumer added the app')];
  if (type === 'REMOVED_FROM_SPACE') return [ignored('the consumer removed the app')];
  if (type !== 'MESSAGE' && type !== 'CARD_CLICKED') return [ignored('unknown event')];
  const direct =
    space?.type === 'DM' || space?.spaceType === 'DIRECT_MESSAGE' || space?.singleUserBotDm === true;
  if (!direct) return [ignored('not a direct conversation')];
  if (user?.type === 'BOT' || (type === 'MESSAGE' && message?.sender?.type === 'BOT'))
    return [ignored('own echo')];
  const address = user && addressOf(user.name);
  if (!address || !message) return [ignored('no sender')];
  const language = languageSchema.safeParse(event.common?.userLocale).data;
  const sender = { address, ...defined({ name: lineOf(user.displayName, 255), language }) };
  return type === 'MESSAGE' ? said(message, sender) : [pressed(event, message.name, sender)];
}

const atMsOf = (time: string | undefined): { atMs?: number } =>
  defined({ atMs: timeMs(Date.parse(time ?? ''), 1) });

/** The text and the first file are one message, each further file one of its own. */
function said(message: ChatMessage, sender: InboundSender): InboundItem[] {
  const base: Pick<InboundMessage, 'type' | 'sender' | 'atMs' | 'replyTo'> = {
    type: 'message',
    sender,
    ...atMsOf(message.createTime),
    ...defined({ replyTo: lineOf(message.quotedMessageMetadata?.name, 512) }),
  };
  const files = (message.attachment ?? []).flatMap((file) => attachmentSchema.safeParse(file).data ?? []);
  const held = files.filter((file) => file.attachmentDataRef !== undefined);
  // a file of Drive's is not Chat's to hand out: its name is what is left
  const named = files.filter((file) => !held.includes(file)).map((file) => `[${file.contentName ?? 'file'}]`);
  const text = lineOf([message.text, ...named].filter(Boolean).join('\n'), 65_536);
  const [first, ...more] = held;
  if (!first)
    return text === undefined
      ? [ignored('a message without content')]
      : [{ ...base, providerId: message.name, content: { kind: 'text', text } }];
  return [
    { ...base, providerId: message.name, ...fileContent(first, text) },
    ...more.map((file, index) => ({
      ...base,
      providerId: `${message.name}:file:${index + 1}`,
      ...fileContent(file),
    })),
  ];
}

function fileContent(file: Attachment, caption?: string): Pick<InboundMessage, 'content' | 'media'> {
  const family = /^(image|audio|video)\//.exec(file.contentType ?? '')?.[1] as Media['type'] | undefined;
  const name = lineOf(file.contentName, 240);
  return {
    content: {
      kind: 'media',
      media: { type: family ?? 'file', id: 'file', ...defined({ name }) },
      ...defined({ caption }),
    },
    media: {
      file: {
        reference: file.attachmentDataRef?.resourceName ?? 'none',
        ...defined({ mediaType: lineOf(file.contentType, 127), name }),
      },
    },
  };
}

/** What our buttons carry: the payload, and the words that stand on them. */
function pressed(event: ChatEvent, message: string, sender: InboundSender): InboundItem {
  const { common, action, eventTime } = event;
  const parameter = (key: string): string | undefined =>
    lineOf(common?.parameters?.[key] ?? action?.parameters?.find((of) => of.key === key)?.value, 4096);
  const payload = parameter('payload');
  if (payload === undefined) return ignored('a press without a value');
  return {
    type: 'message',
    // Chat gives a press no id, only the moment
    providerId: `${message}:press:${lineOf(eventTime, 64) ?? payload}`,
    sender,
    content: { kind: 'text', text: wellFormed(parameter('title') ?? payload, 1024) },
    replyTo: message,
    payload,
    ...atMsOf(eventTime),
  };
}
