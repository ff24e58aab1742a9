import type { Db } from '../db.ts';
import { accountRepository } from './accounts.ts';
import { conversationRepository } from './conversations.ts';
import { deliveryRepository } from './deliveries.ts';
import { directoryRepository } from './directory.ts';
import { eventRepository } from './events.ts';
import { idempotencyRepository } from './idempotency.ts';
import { mediaRepository } from './media.ts';
import { merchantRepository } from './merchants.ts';
import { messageRepository } from './messages.ts';
import { receiptRepository } from './receipts.ts';
import { traceRepository } from './trace.ts';
import { webhookRepository } from './webhooks.ts';

/** All repositories on one connection. */
export const repositories = (db: Db) => ({
  merchants: merchantRepository(db),
  accounts: accountRepository(db),
  directory: directoryRepository(db),
  conversations: conversationRepository(db),
  messages: messageRepository(db),
  deliveries: deliveryRepository(db),
  receipts: receiptRepository(db),
  events: eventRepository(db),
  webhooks: webhookRepository(db),
  idempotency: idempotencyRepository(db),
  media: mediaRepository(db),
  trace: traceRepository(db),
});

export type Repositories = ReturnType<typeof repositories>;
