import type { InboundMessage } from '../../contract/index.ts';

/** What a message says; who says it and when is read elsewhere. */
export type Said = Pick<InboundMessage, 'content' | 'media' | 'payload' | 'values' | 'replyTo' | 'automatic'>;
