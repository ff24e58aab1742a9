import type { EventType } from './events.ts';
import { eventSubjectPattern } from './subjects.ts';

/** Which tokens of an event's subject say something, by type; the others are `_`. */
interface Tokens {
  /** Channel and account: always, never, or where the gateway knows them when it states the fact. */
  account: 'always' | 'never' | 'sometimes';
  direction: 'inbound' | 'outbound' | 'either' | 'none';
  kind?: true;
}

const inbound: Tokens = { account: 'always', direction: 'inbound' };
const ofMerchant: Tokens = { account: 'never', direction: 'none' };
const ofMedia: Tokens = { account: 'always', direction: 'either' };

export const eventTokens: Record<EventType, Tokens> = {
  'message.received': { ...inbound, kind: true },
  'delivery.updated': { account: 'always', direction: 'outbound' },
  'message.rerouted': { account: 'always', direction: 'outbound' },
  'choice.answered': inbound,
  'survey.answered': inbound,
  'form.answered': inbound,
  'location.shared': inbound,
  'order.placed': inbound,
  'payment.updated': inbound,
  'conversation.opened': { account: 'always', direction: 'either' },
  'consumer.linked': ofMerchant,
  'consumer.opted_out': { account: 'sometimes', direction: 'inbound' },
  'consumer.opted_in': inbound,
  'consumer.erased': ofMerchant,
  'consumer.typing': inbound,
  'media.ready': ofMedia,
  'media.failed': ofMedia,
  'account.updated': { account: 'always', direction: 'none' },
  'webhook_endpoint.disabled': ofMerchant,
};

/** The subject of one type of event, with a name in braces for each token that varies. */
export function eventAddress(type: EventType): string {
  const { account, direction, kind } = eventTokens[type];
  const [entity = '', action = ''] = type.split('.');
  const fixed: Record<string, string> = {
    entity,
    action,
    ...(account === 'never' ? { channel: '_', account: '_' } : {}),
    ...(direction === 'none' ? { direction: '_' } : {}),
    ...(direction === 'inbound' || direction === 'outbound' ? { direction } : {}),
    ...(kind ? {} : { kind: '_' }),
  };
  return eventSubjectPattern.replaceAll(/\{(\w+)\}/g, (whole, name: string) => fixed[name] ?? whole);
}

/** What to subscribe to for all events of a type, of one merchant or of all. */
export const eventFilter = (type: EventType): string => eventAddress(type).replaceAll(/\{\w+\}/g, '*');
