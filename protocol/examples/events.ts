import { envelope } from '../envelope.ts';
import type { Envelope } from '../envelope.ts';
import type { EventData, EventType } from '../events.ts';
import { failure } from '../failures.ts';
import { contentExamples, messageId as question } from './content.ts';

/** One event of each type, for documents and tests. */
const id = (prefix: string, letter: string): string => `${prefix}_01K${letter.repeat(23)}`;

export const ids = {
  merchant: id('mer', 'M'),
  account: id('acc', 'N'),
  consumer: id('csm', 'C'),
  conversation: id('cnv', 'V'),
  answer: id('msg', 'B'),
  media: id('med', 'D'),
  endpoint: id('whe', 'W'),
};
const at = '2026-11-22T10:00:00.000Z';
const address = 'tel:+33639980001';
const answered = { answered_by: ids.answer, conversation_id: ids.conversation };
const euros = (amount: number) => ({ amount, currency: 'EUR' });

export const eventExamples: { [T in EventType]: EventData<T> } = {
  'message.received': {
    id: ids.answer,
    conversation_id: ids.conversation,
    consumer_id: ids.consumer,
    account_id: ids.account,
    channel: 'sms',
    direction: 'inbound',
    address,
    sequence: 2,
    content: { kind: 'text', text: '1 and 2' },
    answer: {
      type: 'choice',
      message_id: question,
      options: [
        { id: 'fri', title: 'Friday' },
        { id: 'sat', title: 'Saturday' },
      ],
      via: 'number',
    },
    test: false,
    created_at: at,
    occurred_at: at,
  },
  'delivery.updated': {
    message_id: question,
    conversation_id: ids.conversation,
    account_id: ids.account,
    channel: 'sms',
    address,
    state: 'failed',
    previous: 'queued',
    failure: failure('unreachable', 27),
    metadata: { booking: 'A-17' },
    occurred_at: at,
  },
  'message.rerouted': {
    message_id: question,
    conversation_id: ids.conversation,
    from_message_id: question,
    from_account_id: ids.account,
    to_message_id: id('msg', 'F'),
    to_account_id: id('acc', 'P'),
    channel: 'email',
    reason: 'unreachable',
  },
  'choice.answered': {
    message_id: question,
    options: [
      { id: 'fri', title: 'Friday' },
      { id: 'sat', title: 'Saturday' },
    ],
    via: 'number',
    ...answered,
  },
  'survey.answered': { message_id: question, value: 5, via: 'payload', ...answered },
  'form.answered': {
    message_id: question,
    values: { when: '2026-11-27', people: 4, where: 'out' },
    ...answered,
  },
  'location.shared': {
    ...answered,
    consumer_id: ids.consumer,
    latitude: 48.1113,
    longitude: -1.6802,
    name: 'Crêperie du Port',
  },
  'order.placed': {
    message_id: question,
    ...answered,
    consumer_id: ids.consumer,
    order_id: 'A-17',
    items: [...contentExamples.order.items],
    total: euros(2300),
  },
  'payment.updated': {
    message_id: question,
    conversation_id: ids.conversation,
    consumer_id: ids.consumer,
    payment_id: 'pay-5521',
    reference: 'A-17',
    state: 'paid',
    previous: 'pending',
    amount: euros(2300),
    occurred_at: at,
  },
  'conversation.opened': {
    conversation_id: ids.conversation,
    consumer_id: ids.consumer,
    account_id: ids.account,
    channel: 'sms',
  },
  'consumer.linked': {
    consumer_id: ids.consumer,
    merged_consumer_id: id('csm', 'E'),
    conversation_id: ids.conversation,
    addresses: [address, 'mailto:ada@example.com'],
  },
  'consumer.opted_out': { consumer_id: ids.consumer, address, via: 'message', message_id: ids.answer },
  'consumer.opted_in': { consumer_id: ids.consumer, address, message_id: ids.answer },
  'consumer.erased': {
    consumer_id: ids.consumer,
    merged_consumer_ids: [],
    conversation_ids: [ids.conversation],
  },
  'consumer.typing': { conversation_id: ids.conversation, consumer_id: ids.consumer, on: true },
  'media.ready': {
    media_id: ids.media,
    message_id: ids.answer,
    media_type: 'image/jpeg',
    bytes: 48_213,
    sha256: '3b'.repeat(32),
  },
  'media.failed': {
    media_id: ids.media,
    message_id: ids.answer,
    failure: failure('media_unavailable'),
  },
  'account.updated': {
    account_id: ids.account,
    channel: 'telegram',
    health: 'failing',
    previous: 'healthy',
    occurred_at: at,
  },
  'webhook_endpoint.disabled': { endpoint_id: ids.endpoint, reason: 'failing', since: at },
};

/** The example of a type as it stands on the bus, in a webhook's body and in the event stream. */
export function envelopeExample(type: EventType): Envelope {
  const data = eventExamples[type];
  return JSON.parse(
    JSON.stringify(
      envelope({
        id: id('evt', 'X'),
        type,
        merchantId: ids.merchant,
        conversationId: 'conversation_id' in data ? ids.conversation : undefined,
        timeMs: Date.parse(at),
        data,
      }),
    ),
  ) as Envelope;
}
