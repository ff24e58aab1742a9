import type {
  AddressRow,
  ConversationRow,
  DeliveryRow,
  EventRow,
  MessageRow,
  SentPartRow,
  WebhookDeliveryRow,
} from '../../gateway/store/port.ts';

/** Rows as they are written first; a test changes what it is about. */
export const conversationRow = (id: string, change: Partial<ConversationRow> = {}): ConversationRow => ({
  id,
  merchantId: 'mer_1',
  consumerId: `csm_of_${id}`,
  lastSequence: 0,
  lastAddress: null,
  lastAccountId: null,
  subject: null,
  createdAt: 1,
  updatedAt: 1,
  ...change,
});

export const addressRow = (address: string, change: Partial<AddressRow> = {}): AddressRow => ({
  merchantId: 'mer_1',
  address,
  consumerId: 'csm_1',
  channel: 'probe',
  accountId: 'acc_1',
  optedOutAt: null,
  optedOutBy: null,
  promotionsRefused: null,
  lastInboundAt: null,
  createdAt: 1,
  ...change,
});

export const messageRow = (id: string, change: Partial<MessageRow> = {}): MessageRow => ({
  id,
  merchantId: 'mer_1',
  conversationId: 'cnv_1',
  consumerId: 'csm_1',
  sequence: 1,
  direction: 'inbound',
  accountId: 'acc_1',
  channel: 'probe',
  address: 'probe:1',
  content: { kind: 'text', text: 'Hello' },
  extras: null,
  routed: null,
  providerId: null,
  test: false,
  traceparent: null,
  occurredAt: null,
  createdAt: 1,
  ...change,
});

export const deliveryRow = (messageId: string, change: Partial<DeliveryRow> = {}): DeliveryRow => ({
  messageId,
  merchantId: 'mer_1',
  conversationId: 'cnv_1',
  sequence: 1,
  accountId: 'acc_1',
  state: 'queued',
  failure: null,
  partsSent: 0,
  partCount: 1,
  attempts: 0,
  inFlight: false,
  attemptedAt: null,
  doubtful: false,
  nextAttemptAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
  updatedAt: 1,
  bulk: false,
  scheduled: false,
  hold: null,
  ...change,
});

export const sentPartRow = (providerId: string, change: Partial<SentPartRow> = {}): SentPartRow => ({
  accountId: 'acc_1',
  providerId,
  messageId: 'msg_1',
  part: 0,
  state: 'sent',
  ...change,
});

export const eventRow = (
  id: string,
  change: Partial<EventRow> = {},
): Omit<EventRow, 'seq' | 'removedAt'> => ({
  id,
  merchantId: 'mer_1',
  conversationId: 'cnv_1',
  messageId: null,
  type: 'consumer.typing',
  subject: 'test.event',
  envelope: '{}',
  at: 1,
  ...change,
});

export const webhookRow = (
  eventSeq: number,
  change: Partial<WebhookDeliveryRow> = {},
): Omit<WebhookDeliveryRow, 'id'> => ({
  endpointId: 'whe_1',
  eventSeq,
  lane: 'cnv_1',
  state: 'pending',
  attempts: 0,
  nextAttemptAt: null,
  lastStatus: null,
  lastReason: null,
  updatedAt: 1,
  ...change,
});
