import type {
  Account,
  Context,
  OutboundMedia,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import type { WireAccount, WireSendReply, WireSendRequest } from '../../protocol/connector-wire/index.ts';
import { failureFromWire, failureToWire } from './items.ts';

/** Accounts, sends and their outcomes between the contract and the wire. */

/** With `renewal`, it is said whether the account is saved as it stands, so that credentials may be renewed. */
export const accountToWire = (account: Account, { renewal }: Pick<Context, 'renewal'> = {}): WireAccount => ({
  id: account.id,
  merchant_id: account.merchantId,
  test: account.test,
  config: account.config as Record<string, unknown>,
  credentials: account.credentials as Record<string, unknown>,
  hook_url: account.hookUrl,
  ...(renewal?.(account) ? { saved: true } : {}),
});

export const sendToWire = (
  request: SendRequest,
  account: Account,
  context: Pick<Context, 'renewal'> = {},
): WireSendRequest => ({
  account: accountToWire(account, context),
  message_id: request.messageId,
  idempotency_key: request.idempotencyKey,
  address: request.address,
  part: request.part,
  media: Object.fromEntries(
    [...request.media].map(([id, { url, mediaType, bytes, name }]) => [
      id,
      { url, media_type: mediaType, bytes, ...(name === undefined ? {} : { name }) },
    ]),
  ),
  ...(request.replyTo === undefined ? {} : { reply_to: request.replyTo }),
  thread: [...request.thread],
  ...(request.subject === undefined ? {} : { subject: request.subject }),
  ...(request.language === undefined ? {} : { language: request.language }),
  ...(request.validForSeconds === undefined ? {} : { valid_for_seconds: request.validForSeconds }),
  ...(request.unsubscribeUrl === undefined ? {} : { unsubscribe_url: request.unsubscribeUrl }),
});

/** `read` fetches the bytes from the gateway. */
export const sendFromWire = (
  request: WireSendRequest,
  read: (media: { url: string; bytes: number }) => Promise<Uint8Array>,
): SendRequest => ({
  messageId: request.message_id,
  idempotencyKey: request.idempotency_key,
  address: request.address,
  part: request.part as SendRequest['part'],
  media: new Map(
    Object.entries(request.media).map(
      ([id, { url, media_type: mediaType, bytes, name }]): [string, OutboundMedia] => [
        id,
        { url, mediaType, bytes, ...(name === undefined ? {} : { name }), read: () => read({ url, bytes }) },
      ],
    ),
  ),
  ...(request.reply_to === undefined ? {} : { replyTo: request.reply_to }),
  thread: request.thread,
  ...(request.subject === undefined ? {} : { subject: request.subject }),
  ...(request.language === undefined ? {} : { language: request.language }),
  ...(request.valid_for_seconds === undefined ? {} : { validForSeconds: request.valid_for_seconds }),
  ...(request.unsubscribe_url === undefined ? {} : { unsubscribeUrl: request.unsubscribe_url }),
});

export function outcomeFromWire(reply: WireSendReply): SendOutcome {
  switch (reply.type) {
    case 'sent':
      return {
        type: 'sent',
        providerIds: reply.provider_ids,
        ...(reply.state === undefined ? {} : { state: reply.state }),
      };
    case 'rejected':
      return {
        type: 'rejected',
        failure: failureFromWire(reply.failure),
        ...(reply.retry_after_ms === undefined ? {} : { retryAfterMs: reply.retry_after_ms }),
      };
    case 'throttled':
      return {
        type: 'throttled',
        ...(reply.retry_after_ms === undefined ? {} : { retryAfterMs: reply.retry_after_ms }),
        ...(reply.platform_code === undefined ? {} : { platformCode: reply.platform_code }),
        ...(reply.scope === undefined ? {} : { scope: reply.scope }),
      };
    case 'uncertain':
      return { type: 'uncertain', reason: reply.reason };
  }
}

const maxWaitMs = 86_400_000;

export function outcomeToWire(outcome: SendOutcome): WireSendReply {
  switch (outcome.type) {
    case 'sent':
      return {
        type: 'sent',
        provider_ids: outcome.providerIds,
        ...(outcome.state === undefined ? {} : { state: outcome.state }),
      };
    case 'rejected':
      return {
        type: 'rejected',
        failure: failureToWire(outcome.failure),
        ...(outcome.retryAfterMs === undefined
          ? {}
          : { retry_after_ms: Math.min(Math.ceil(outcome.retryAfterMs), maxWaitMs) }),
      };
    case 'throttled':
      return {
        type: 'throttled',
        ...(outcome.retryAfterMs === undefined
          ? {}
          : { retry_after_ms: Math.min(Math.max(0, Math.round(outcome.retryAfterMs)), maxWaitMs) }),
        ...(outcome.platformCode === undefined ? {} : { platform_code: outcome.platformCode.slice(0, 128) }),
        ...(outcome.scope === undefined ? {} : { scope: outcome.scope }),
      };
    case 'uncertain':
      return { type: 'uncertain', reason: outcome.reason.slice(0, 200) };
  }
}
