import { xmlText } from '../kit/xml.ts';
import type { Element } from './xml-stream.ts';

/** Namespaces, by what they are for. */
export const ns = {
  component: 'jabber:component:accept',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  streams: 'urn:ietf:params:xml:ns:xmpp-streams',
  ping: 'urn:xmpp:ping',
  info: 'http://jabber.org/protocol/disco#info',
  items: 'http://jabber.org/protocol/disco#items',
  oob: 'jabber:x:oob',
  states: 'http://jabber.org/protocol/chatstates',
  receipts: 'urn:xmpp:receipts',
  markers: 'urn:xmpp:chat-markers:0',
  correct: 'urn:xmpp:message-correct:0',
  retract: 'urn:xmpp:message-retract:1',
  reactions: 'urn:xmpp:reactions:0',
  reply: 'urn:xmpp:reply:0',
  fallback: 'urn:xmpp:fallback:0',
  /** What XEP-0461 called it before XEP-0428 had it. */
  fallbackBefore: 'urn:xmpp:feature-fallback:0',
  sharing: 'urn:xmpp:sfs:0',
  file: 'urn:xmpp:file:metadata:0',
  urlData: 'http://jabber.org/protocol/url-data',
  reference: 'urn:xmpp:reference:0',
  inlineMedia: 'urn:xmpp:sims:2',
  originId: 'urn:xmpp:sid:0',
  hints: 'urn:xmpp:hints',
  delay: 'urn:xmpp:delay',
  carbons: 'urn:xmpp:carbons:2',
  archive: 'urn:xmpp:mam:2',
  nick: 'http://jabber.org/protocol/nick',
  encryption: 'urn:xmpp:eme:0',
} as const;

export const child = (of: Element | undefined, name: string, within: string): Element | undefined =>
  of?.children.find((each) => each.name === name && each.ns === within);

/** A child in the namespace of its stanza: `body`, `error`. */
export const own = (of: Element, name: string): Element | undefined => child(of, name, of.ns);

export const attr = (of: Element | undefined, name: string): string | undefined => of?.attrs.get(name);

type Attributes = Readonly<Record<string, string | undefined>>;

/** An element as text. Children are elements already written, or texts that went through `text`. */
export function write(name: string, attributes: Attributes = {}, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}='${xmlText(value!)}'`)
    .join('');
  const inside = children.join('');
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

export const text = xmlText;

/** The error that answers a stanza (RFC 6120, 8.3); with `inside`, what it was asked is told back. */
export function refusal(
  { name, attrs }: Element,
  type: 'cancel' | 'modify' | 'wait',
  condition: string,
): string {
  const of = { type: 'error', from: attrs.get('to'), to: attrs.get('from'), id: attrs.get('id') };
  return write(name, of, write('error', { type }, write(condition, { xmlns: ns.stanzas })));
}
