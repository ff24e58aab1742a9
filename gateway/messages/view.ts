import { mapMedia } from '../../protocol/content-media.ts';
import type { Content } from '../../protocol/content.ts';
import type { Message } from '../../protocol/messages.ts';
import type { LinkSigner } from '../security/links.ts';
import type { DeliveryRow, MessageRow } from '../store/port.ts';

const linkLifeMs = 7 * 86_400_000;

export interface ViewOptions {
  links: LinkSigner;
  publicUrl: () => string;
  now: () => number;
}

/** Content as it leaves the gateway: every media item with a signed link of our own. */
export function withLinks(content: Content, { links, publicUrl, now }: ViewOptions): Content {
  return mapMedia(content, (media) =>
    media.id ? { ...media, url: `${publicUrl()}${links.mediaPath(media.id, now() + linkLifeMs)}` } : media,
  );
}

/** A message as merchants see it, the same in the API and in `message.received`. */
export function messageView(
  row: MessageRow,
  delivery: Pick<DeliveryRow, 'state' | 'failure'> | undefined,
  options: ViewOptions,
  chain?: Pick<Message, 'fallbacks' | 'outcome'>,
): Message {
  const extras = row.extras ?? {};
  return {
    id: row.id,
    conversation_id: row.conversationId,
    consumer_id: row.consumerId,
    account_id: row.accountId,
    channel: row.channel,
    direction: row.direction,
    address: row.address,
    sequence: row.sequence,
    content: withLinks(row.content, options),
    reply_to: extras.replyTo,
    answer: extras.answer,
    continues: extras.continues,
    resends: extras.resends,
    fallback_of: extras.chain === row.id ? undefined : extras.chain,
    fallbacks: chain?.fallbacks,
    outcome: chain?.outcome,
    removed_at: extras.removed && new Date(extras.removed.atMs).toISOString(),
    open_question: extras.openQuestion,
    postback: extras.postback,
    referral: extras.referral,
    automatic: extras.automatic,
    metadata: extras.metadata,
    state: delivery?.state,
    failure: delivery?.failure ?? undefined,
    test: row.test,
    created_at: new Date(row.createdAt).toISOString(),
    occurred_at: row.occurredAt === null ? undefined : new Date(row.occurredAt).toISOString(),
  };
}
