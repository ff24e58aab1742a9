import { bareJid } from './address.ts';
import { isEncrypted } from './inbound.ts';
import type { XmppConfig } from './manifest.ts';
import { voiceOf } from './render.ts';
import { attr, child, ns, own, refusal, text, write } from './stanza.ts';
import type { Element } from './xml-stream.ts';

/** What clients may count on (XEP-0030); each namespace here is answered for in this folder. */
const features = [
  ns.info,
  ns.items,
  ns.ping,
  ns.oob,
  ns.states,
  ns.receipts,
  ns.markers,
  ns.correct,
  ns.retract,
  ns.reactions,
  ns.reply,
  ns.fallback,
  ns.sharing,
].toSorted();

/** What a component owes for a stanza, as stanzas; none for what is only to be taken in. Pure. */
export function answersTo(stanza: Element, config: XmppConfig): string[] {
  if (attr(stanza, 'from') === undefined || attr(stanza, 'type') === 'error') return [];
  const to = bareJid(attr(stanza, 'to') ?? '');
  const here = to === config.address;
  if (stanza.name === 'iq') return iq(stanza, config, here || to === config.domain);
  if (stanza.name === 'presence') return here ? presence(stanza, config) : [];
  if (stanza.name !== 'message') return [];
  if (!here) return own(stanza, 'body') ? [refusal(stanza, 'cancel', 'item-not-found')] : [];
  return isEncrypted(stanza) && own(stanza, 'body') ? [refusal(stanza, 'modify', 'not-acceptable')] : [];
}

function iq(stanza: Element, config: XmppConfig, here: boolean): string[] {
  const type = attr(stanza, 'type');
  if (type !== 'get' && type !== 'set') return [];
  if (!here) return [refusal(stanza, 'cancel', 'item-not-found')];
  const of = {
    type: 'result',
    from: attr(stanza, 'to'),
    to: attr(stanza, 'from'),
    id: attr(stanza, 'id'),
  };
  if (type === 'get' && child(stanza, 'ping', ns.ping)) return [write('iq', of)];
  const info = type === 'get' ? child(stanza, 'query', ns.info) : undefined;
  if (info && attr(info, 'node') === undefined)
    return [write('iq', of, write('query', { xmlns: ns.info }, ...described(stanza, config)))];
  if (type === 'get' && child(stanza, 'query', ns.items))
    return [write('iq', of, write('query', { xmlns: ns.items }))];
  return [refusal(stanza, 'cancel', 'service-unavailable')];
}

function described(stanza: Element, { address, name }: XmppConfig): string[] {
  const person = bareJid(attr(stanza, 'to') ?? '') === address;
  const identity = person ? { category: 'client', type: 'bot' } : { category: 'component', type: 'generic' };
  return [
    write('identity', { ...identity, name }),
    ...features.map((feature) => write('feature', { var: feature })),
  ];
}

/** Whoever asks may see the account, which is always there (RFC 6121, 3.1 and 4.3). */
function presence(stanza: Element, config: XmppConfig): string[] {
  const to = bareJid(attr(stanza, 'from')!);
  if (to === undefined || to === config.address) return [];
  const said = (type: string): string => write('presence', { from: config.address, to, type });
  const available = write('presence', { from: voiceOf(config), to }, nick(config));
  switch (attr(stanza, 'type')) {
    case 'subscribe':
      return [said('subscribed'), available];
    case 'probe':
      return [available];
    case 'unsubscribe':
      return [said('unsubscribed'), write('presence', { from: voiceOf(config), to, type: 'unavailable' })];
    default:
      return [];
  }
}

const nick = ({ name }: XmppConfig): string => (name ? write('nick', { xmlns: ns.nick }, text(name)) : '');

/** XEP-0184: to be sent once the message is in the ledger. */
export function receiptFor(stanza: Element): string[] {
  const id = attr(stanza, 'id');
  if (!id || !child(stanza, 'request', ns.receipts)) return [];
  const of = {
    from: attr(stanza, 'to'),
    to: attr(stanza, 'from'),
    id: `${id}-received`,
    type: attr(stanza, 'type'),
  };
  return [write('message', of, write('received', { xmlns: ns.receipts, id }))];
}
