import { createHash } from 'node:crypto';
import { languageSchema } from '../../protocol/content.ts';
import type { InboundItem, InboundMessage, InboundSender } from '../contract/index.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { bareJid, isOwnId, normalise, providerIdOf } from './address.ts';
import type { XmppConfig } from './manifest.ts';
import { shared } from './media.ts';
import { attr, child, ns, own } from './stanza.ts';
import { lateFailureOf } from './status.ts';
import type { Element } from './xml-stream.ts';

/** Ids of fewer characters are counters: only their stream keeps them apart (RFC 6120, 8.1.3). */
const globalIdLength = 16;
/** Within this a counter with the same words from the same place is the same message, sent again. */
const repeatMs = 600_000;

const ignored = (reason: string): InboundItem[] => [{ type: 'ignored', reason }];

/** What a message or a presence says. Pure; `nowMs` only tells apart those whose ids do not. */
export function itemsOf(message: Element, { address }: XmppConfig, nowMs: number): InboundItem[] {
  const from = bareJid(attr(message, 'from') ?? '');
  const sender = from === undefined ? undefined : normalise(`xmpp:${from}`);
  const type = attr(message, 'type') ?? 'normal';
  if (from === address) return ignored('own echo');
  if (type === 'error') return message.name === 'message' ? failed(message) : ignored('unknown event');
  if (sender === undefined || from === undefined) return ignored('no person');
  if (message.name === 'presence') return consentIn(message, { from, sender, type, nowMs });
  if (message.name !== 'message') return ignored('unknown event');
  if (type !== 'chat' && type !== 'normal') return ignored(`unknown event: of type ${type.slice(0, 64)}`);
  // copies are for clients: here they could only be forged
  if (message.children.some((each) => each.ns === ns.carbons || each.ns === ns.archive))
    return ignored('a copy');
  if (isEncrypted(message)) return ignored('encrypted');
  const said = saidIn(message, from);
  if (said.length === 0) return receiptIn(message) ?? stateIn(message, sender);
  const base = baseOf(message, sender);
  const id = idOf(message, from, nowMs);
  return said.map((one, index) => ({ ...base, providerId: index === 0 ? id : `${id}#${index}`, ...one }));
}

export const isEncrypted = (message: Element): boolean =>
  child(message, 'encryption', ns.encryption) !== undefined ||
  message.children.some(({ name }) => name === 'encrypted');

const consents = {
  subscribe: { state: 'opted_in', text: 'Added this address to their contacts' },
  unsubscribe: { state: 'opted_out', text: 'Removed this address from their contacts' },
} as const;

interface Visit {
  from: string;
  sender: string;
  type: string;
  nowMs: number;
}

/** Whoever puts the account on their list of contacts wants to hear of it, until they take it off (RFC 6121, 3). */
function consentIn(presence: Element, { from, sender, type, nowMs }: Visit): InboundItem[] {
  if (type !== 'subscribe' && type !== 'unsubscribe') return ignored('unknown event: presence');
  const { state, text } = consents[type];
  return [
    {
      ...baseOf(presence, sender),
      providerId: idOf(presence, from, nowMs),
      content: { kind: 'native', connector: 'xmpp', payload: { type }, text },
      automatic: true,
      consent: { state, statement: type },
    },
  ];
}

function failed(message: Element): InboundItem[] {
  const id = attr(message, 'id') ?? '';
  if (!isOwnId(id)) return ignored('an error about no message');
  return [{ type: 'receipt', providerIds: [id], state: 'failed', failure: lateFailureOf(message) }];
}

const receiptStates = { received: 'delivered', displayed: 'read', acknowledged: 'read' } as const;

function receiptIn(message: Element): InboundItem[] | undefined {
  for (const { name, ns: of, attrs } of message.children) {
    if (of !== ns.markers && !(of === ns.receipts && name === 'received')) continue;
    const state = Object.hasOwn(receiptStates, name)
      ? receiptStates[name as keyof typeof receiptStates]
      : undefined;
    if (!state) continue;
    const id = attrs.get('id') ?? '';
    if (!isOwnId(id)) return ignored('a receipt about no message of ours');
    const atMs = delayedAt(message);
    return [{ type: 'receipt', providerIds: [id], state, ...defined({ atMs }) }];
  }
  return undefined;
}

function stateIn(message: Element, address: string): InboundItem[] {
  const state = message.children.find((each) => each.ns === ns.states)?.name;
  if (state === undefined || delayedAt(message) !== undefined)
    return ignored('nothing in it that can be carried');
  return [
    { type: 'signal', sender: { address }, signal: state === 'composing' ? 'typing' : 'typing_stopped' },
  ];
}

function baseOf(message: Element, address: string): Pick<InboundMessage, 'type' | 'sender' | 'atMs'> {
  const name = lineOf(child(message, 'nick', ns.nick)?.text, 255);
  const language = languageSchema.safeParse(attr(message, 'xml:lang')).data;
  const sender: InboundSender = { address, ...defined({ name, language }) };
  return { type: 'message', sender, ...defined({ atMs: delayedAt(message) }) };
}

function delayedAt(message: Element): number | undefined {
  const ms = Date.parse(attr(child(message, 'delay', ns.delay), 'stamp') ?? '');
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}

function idOf(message: Element, from: string, nowMs: number): string {
  const id = attr(message, 'id') || attr(child(message, 'origin-id', ns.originId), 'id') || '';
  if (id.length >= globalIdLength && id.length <= 256) return providerIdOf(from, id);
  const what = [
    attr(message, 'from'),
    attr(message, 'type'),
    id,
    // to be put on a list, taken off it and put on it again may be a matter of seconds
    delayedAt(message) ?? (message.name === 'presence' ? nowMs : Math.floor(nowMs / repeatMs)),
    own(message, 'body')?.text,
    ...message.children.map(({ name, attrs }) => [name, ...attrs.values()]),
  ];
  const mark = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
  return providerIdOf(from, id.slice(0, 256) || 'none', mark);
}

/** A message that another one names: one of ours, or one of the person's own. */
const named = (from: string, id: string): string => (isOwnId(id) ? id : providerIdOf(from, id.slice(0, 256)));

type Said = Pick<InboundMessage, 'content' | 'media' | 'replyTo'>;

function saidIn(message: Element, from: string): Said[] {
  const reactions = child(message, 'reactions', ns.reactions);
  const reacted = attr(reactions, 'id');
  if (reactions && reacted) {
    // all that hold from now on: the last is the newest
    const emoji = reactions.children.findLast(({ name }) => name === 'reaction')?.text.trim() ?? '';
    const content = { kind: 'reaction' as const, message_id: '', emoji: wellFormed(emoji, 64) };
    return [{ content, replyTo: named(from, reacted) }];
  }
  const retracted = attr(child(message, 'retract', ns.retract), 'id');
  if (retracted)
    return [
      { content: { kind: 'removal', message_id: '' }, replyTo: providerIdOf(from, retracted.slice(0, 256)) },
    ];
  const body = wellFormed(bodyOf(message));
  const corrected = attr(child(message, 'replace', ns.correct), 'id');
  if (corrected && body !== '')
    return [
      {
        content: { kind: 'edit', message_id: '', text: body },
        replyTo: providerIdOf(from, corrected.slice(0, 256)),
      },
    ];
  const answered = attr(child(message, 'reply', ns.reply), 'id');
  const replyTo = answered ? { replyTo: named(from, answered) } : {};
  return contents(message, body).map((one) => ({ ...one, ...replyTo }));
}

function contents(message: Element, body: string): Omit<Said, 'replyTo'>[] {
  const files = shared(message);
  // with a file the body is its address, for clients that know no better
  const words = files.some(({ url }) => url === body.trim()) ? '' : body;
  const [first, ...more] = files.map(({ content, media }) => ({ content, media }));
  if (first)
    return [{ ...first, content: { ...first.content, ...(words ? { caption: words } : {}) } }, ...more];
  const [, latitude, longitude] =
    /^geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:[,;?]\S*)?$/.exec(body) ?? [];
  if (latitude !== undefined && Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180)
    return [{ content: { kind: 'location', latitude: Number(latitude), longitude: Number(longitude) } }];
  return body.trim() === '' ? [] : [{ content: { kind: 'text', text: body } }];
}

/** The body without what is only there for clients that don't know a reply or a shared file (XEP-0428; counted in code points, XEP-0426). */
function bodyOf(message: Element): string {
  const letters = [...(own(message, 'body')?.text ?? '')];
  for (const { name, ns: of, attrs, children } of message.children) {
    const about = attrs.get('for');
    const isFallback = name === 'fallback' && (of === ns.fallback || of === ns.fallbackBefore);
    if (!isFallback || (about !== ns.reply && about !== ns.sharing)) continue;
    const bodies = children.filter((each) => each.name === 'body');
    if (children.length === 0) letters.fill('');
    for (const each of bodies) {
      const [start, end] = ['start', 'end'].map((key) => Number(each.attrs.get(key) ?? Number.NaN));
      const whole = Number.isNaN(start) || Number.isNaN(end);
      letters.fill('', whole ? 0 : start, whole ? letters.length : end);
    }
  }
  return letters.join('');
}
