import type * as schema from './schema.ts';

export type {
  AccountHealth,
  AccountProbe,
  AccountSetup,
  ExchangePurpose,
  FallbackPlan,
  FallbackStep,
  FallbackTerms,
  MessageExtras,
  OptedOutBy,
  RoutingDefaults,
} from './schema.ts';
export type MerchantRow = typeof schema.merchants.$inferSelect;
export type ApiKeyRow = typeof schema.apiKeys.$inferSelect;
export type ExchangeRow = typeof schema.exchanges.$inferSelect;
export type ConditionRow = typeof schema.accountConditions.$inferSelect;
export type AccountRow = typeof schema.accounts.$inferSelect;
export type ConsumerRow = typeof schema.consumers.$inferSelect;
export type AddressRow = typeof schema.addresses.$inferSelect;
export type ConversationRow = typeof schema.conversations.$inferSelect;
export type MessageRow = typeof schema.messages.$inferSelect;
export type DeliveryRow = typeof schema.deliveries.$inferSelect;
export type AttemptRow = typeof schema.attempts.$inferSelect;
export type SentPartRow = typeof schema.sentParts.$inferSelect;
export type EarlyReceiptRow = typeof schema.earlyReceipts.$inferSelect;
export type QuestionRow = typeof schema.questions.$inferSelect;
export type PaymentRow = typeof schema.payments.$inferSelect;
export type EventRow = typeof schema.events.$inferSelect;
export type EndpointRow = typeof schema.endpoints.$inferSelect;
export type WebhookDeliveryRow = typeof schema.webhookDeliveries.$inferSelect;
export type IdempotencyRow = typeof schema.idempotency.$inferSelect;
export type MediaRow = typeof schema.media.$inferSelect;
export type TraceRow = typeof schema.trace.$inferSelect;
export type RemoteConnectorRow = typeof schema.remoteConnectors.$inferSelect;
export type AuditRow = typeof schema.audit.$inferSelect;
export type ReplayRow = typeof schema.replays.$inferSelect;
export type RetentionRow = typeof schema.retention.$inferSelect;
export type RetentionMarkRow = typeof schema.retentionMarks.$inferSelect;
export type ErasureRow = typeof schema.erasures.$inferSelect;
export type SuppressionRow = typeof schema.suppressions.$inferSelect;
export type FallbackChainRow = typeof schema.fallbackChains.$inferSelect;
