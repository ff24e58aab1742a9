import type { Db } from '../db.ts';
import { accountRepository } from './accounts.ts';
import { conversationRepository } from './conversations.ts';
import { deadLetterRepository } from './dead-letters.ts';
import { deliveryRepository } from './deliveries.ts';
import { directoryRepository } from './directory.ts';
import { erasureRepository } from './erasures.ts';
import { eventRepository } from './events.ts';
import { conditionRepository, exchangeRepository } from './exchanges.ts';
import { idempotencyRepository } from './idempotency.ts';
import { mediaRepository } from './media.ts';
import { merchantRepository } from './merchants.ts';
import { messageRepository } from './messages.ts';
import { paymentRepository } from './payments.ts';
import { receiptRepository } from './receipts.ts';
import { remoteRepository } from './remote.ts';
import { replayRepository } from './replays.ts';
import { retentionRepository } from './retention.ts';
import { fallbackRepository, routingRepository } from './routing.ts';
import { traceRepository } from './trace.ts';
import { webhookRepository } from './webhooks.ts';

/** All repositories on one connection. */
export const repositories = (db: Db) => ({
  merchants: merchantRepository(db),
  accounts: accountRepository(db),
  exchanges: exchangeRepository(db),
  conditions: conditionRepository(db),
  directory: directoryRepository(db),
  conversations: conversationRepository(db),
  messages: messageRepository(db),
  deliveries: deliveryRepository(db),
  receipts: receiptRepository(db),
  events: eventRepository(db),
  webhooks: webhookRepository(db),
  idempotency: idempotencyRepository(db),
  media: mediaRepository(db),
  payments: paymentRepository(db),
  remote: remoteRepository(db),
  replays: replayRepository(db),
  deadLetters: deadLetterRepository(db),
  retention: retentionRepository(db),
  erasures: erasureRepository(db),
  routing: routingRepository(db),
  fallbacks: fallbackRepository(db),
  trace: traceRepository(db),
});

export type Repositories = ReturnType<typeof repositories>;
