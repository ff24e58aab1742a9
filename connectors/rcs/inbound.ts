import type { Media } from '../../protocol/content.ts';
import { failure } from '../../protocol/failures.ts';
import type {
  Context,
  HookRequest,
  HookResponse,
  InboundItem,
  InboundMessage,
  InboundReceipt,
  Parsed,
} from '../contract/index.ts';
import { readJson, readJsonAs } from '../kit/body.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { defined, lineOf, timeMs, wellFormed } from '../kit/fields.ts';
import { sameSecret } from '../kit/signature.ts';
import { verifyGoogleRcs } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { addressOf } from './address.ts';
import type { RcsAccount } from './manifest.ts';
import { noAnswer } from './render.ts';
import { eventSchema, handshakeSchema, pushSchema } from './wire.ts';
import type { RcsEvent } from './wire.ts';

/** "Webhooks": the console asks once whether the token is known, and wants its secret back. */
export function handshake(request: HookRequest, { credentials }: RcsAccount): HookResponse | undefined {
  const json = readJson(request.body);
  const asked = json.ok ? handshakeSchema.safeParse(json.value).data : undefined;
  if (!asked || !sameSecret(asked.clientToken, credentials.client_token)) return undefined;
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: asked.secret };
}

export const verify = (request: HookRequest, { credentials }: RcsAccount): Verified =>
  verifyGoogleRcs(request, credentials.client_token);

export function parse(request: HookRequest, account: RcsAccount): Parsed {
  const push = readJsonAs(request.body, pushSchema);
  if (!push.ok) return push;
  const event = readJsonAs(Buffer.from(push.value.message.data, 'base64'), eventSchema);
  return event.ok ? { ok: true, items: [itemOf(event.value, account)] } : event;
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });
const bare = (agentId: string): string => agentId.replace(/@rbm\.goog$/, '');

function itemOf(event: RcsEvent, { config }: RcsAccount): InboundItem {
  // a partner's webhook gets what is meant for any of its agents
  if (event.agentId !== undefined && bare(event.agentId) !== bare(config.agent_id))
    return ignored('meant for another agent');
  const address = addressOf(event.senderPhoneNumber ?? event.phoneNumber);
  if (address === undefined) return ignored('no sender');
  if (event.eventType !== undefined) return eventItem(event, event.eventType, address);
  return event.messageId === undefined ? ignored('unknown event') : said(event, event.messageId, address);
}

const atMsOf = ({ sendTime }: RcsEvent): { atMs?: number } =>
  defined({ atMs: timeMs(Date.parse(sendTime ?? ''), 1) });

const states: Readonly<Record<string, InboundReceipt['state']>> = {
  DELIVERED: 'delivered',
  READ: 'read',
  TTL_EXPIRATION_REVOKED: 'failed',
};
const consents: Readonly<Record<string, NonNullable<InboundMessage['consent']>['state']>> = {
  UNSUBSCRIBE: 'opted_out',
  SUBSCRIBE: 'opted_in',
};

function eventItem(event: RcsEvent, eventType: string, address: string): InboundItem {
  if (eventType === 'IS_TYPING') return { type: 'signal', sender: { address }, signal: 'typing' };
  if (Object.hasOwn(consents, eventType)) return consent(event, eventType, address);
  if (!Object.hasOwn(states, eventType) || event.messageId === undefined)
    return ignored(eventType.startsWith('TTL_') ? 'an expired message that may yet arrive' : 'unknown event');
  const state = states[eventType]!;
  return {
    type: 'receipt',
    providerIds: [event.messageId.toWellFormed()],
    state,
    ...(state === 'failed' ? { failure: failure('expired', eventType) } : {}),
    ...atMsOf(event),
  };
}

/** "User unsubscribes", "User resubscribes", in the menu of their messages app. */
function consent(event: RcsEvent, eventType: string, address: string): InboundItem {
  const state = consents[eventType]!;
  return {
    type: 'message',
    providerId: wellFormed(event.eventId ?? `${address}:${eventType}:${event.sendTime ?? ''}`, 512),
    sender: { address },
    content: {
      kind: 'native',
      connector: 'rcs',
      payload: { eventType },
      text: state === 'opted_out' ? 'Unsubscribed' : 'Subscribed',
    },
    automatic: true,
    consent: { state, statement: eventType },
    ...atMsOf(event),
  };
}

function said(event: RcsEvent, messageId: string, address: string): InboundItem {
  const content = contentOf(event);
  if (typeof content === 'string') return ignored(content);
  return {
    type: 'message',
    providerId: messageId.toWellFormed(),
    sender: { address },
    ...content,
    ...atMsOf(event),
  };
}

type Said = Pick<InboundMessage, 'content' | 'media' | 'payload'>;

/** What was said, or why it is nothing. */
function contentOf({ text, location, userFile, suggestionResponse }: RcsEvent): Said | string {
  if (suggestionResponse) {
    const { postbackData } = suggestionResponse;
    if (postbackData === noAnswer) return 'an action was pressed';
    const words = lineOf(suggestionResponse.text) ?? lineOf(postbackData);
    if (words === undefined) return 'a press without a value';
    const payload = lineOf(postbackData, 4096);
    return { content: { kind: 'text', text: words }, ...defined({ payload }) };
  }
  if (location) {
    const { latitude, longitude } = location;
    return { content: { kind: 'location', latitude, longitude } };
  }
  if (userFile) return fileContent(userFile.payload);
  const words = lineOf(text, 65_536);
  return words === undefined ? 'a message without content' : { content: { kind: 'text', text: words } };
}

function fileContent(file: NonNullable<RcsEvent['userFile']>['payload']): Said {
  const family = /^(image|audio|video)\//.exec(file.mimeType ?? '')?.[1] as Media['type'] | undefined;
  const name = lineOf(file.fileName, 240);
  return {
    content: { kind: 'media', media: { type: family ?? 'file', id: 'file', ...defined({ name }) } },
    media: {
      file: {
        reference: file.fileUri.toWellFormed(),
        ...defined({ mediaType: lineOf(file.mimeType, 127), name }),
      },
    },
  };
}

/** Files lie at addresses that anybody may fetch: the token goes nowhere. */
export async function fetchMedia(
  reference: string,
  _account: RcsAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  return URL.canParse(reference) && /^https?:$/.test(new URL(reference).protocol)
    ? download(context, { url: reference })
    : { ok: false, permanent: true, reason: 'no address of a file' };
}
