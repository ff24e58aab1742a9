import type { FailureCode } from '../../protocol/failures.ts';
import { codesMeaning } from '../kit/sms/index.ts';

/** "Message status codes" and "Error code reference" (chat channels), by their names. `E…`: an answer's `errorCode`. */
export const codes: Readonly<Record<string, FailureCode | 'throttled'>> = codesMeaning({
  content_refused: 'E400 EC_BAD_REQUEST EC_BLOCKED_CONTENT EC_DATA_MISMATCH',
  account_unauthorized:
    'E401 E403 EC_UNAUTHORIZED_ACCESS EC_FORBIDDEN_ACCESS EC_SENDER_NOT_REGISTERED EC_CONFIGURATION_ERROR EC_SERVICE_NOT_ACTIVATED',
  account_suspended: 'EC_ACCOUNT_ISSUE',
  balance_exhausted: 'EC_PROVIDER_BILLING_ERROR REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED',
  throttled: 'E429 EC_TOO_MANY_REQUESTS REJECTED_FLOODING_FILTER',
  platform_unavailable:
    'EC_PROVIDER_INTERNAL_ERROR EC_PROVIDER_TIMEOUT EC_INTERNAL_ERROR EC_TEMPORARY_GATEWAY_ERROR REJECTED_SYSTEM_ERROR',
  address_invalid: 'REJECTED_PREFIX_MISSING MISSING_TO REJECTED_DESTINATION',
  unreachable: 'EC_UNKNOWN_USER EC_UNSUPPORTED_DEVICE EC_UNSUPPORTED_MOBILE_APP_VERSION',
  blocked: 'EC_BLOCKED_USER EC_TEMPLATE_BLOCKED_BY_USER REJECTED_DESTINATION_BLOCKLISTED',
  opted_out: 'EC_MARKETING_OPT_OUT REJECTED_DND',
  spam_suspected: 'EC_SPAM_RATE SIGNALS_BLOCKED',
  window_closed: 'EC_NO_SESSION',
  media_unavailable:
    'EC_MEDIA_HOSTING_ERROR EC_MEDIA_UPLOAD_ERROR EC_MEDIA_METADATA_ERROR EC_MEDIA_UNSUPPORTED_ERROR',
  template_refused:
    'EC_INVALID_TEMPLATE EC_INVALID_TEMPLATE_ARGS EC_TEMPLATE_NOT_SYNCED EC_TEMPLATE_NOT_AVAILABLE',
}) as Record<string, FailureCode | 'throttled'>;

/** Groups of a status: how far a message is, or what became of it where its code says no more. */
export const groups: Readonly<Record<string, 'sent' | 'delivered' | FailureCode>> = {
  ACCEPTED: 'sent',
  PENDING: 'sent',
  DELIVERED: 'delivered',
  UNDELIVERABLE: 'undelivered',
  EXPIRED: 'expired',
  REJECTED: 'platform_refused',
};

/** Groups of a status in a good answer that still is a refusal: undeliverable, expired, rejected. */
export const refusedGroups: readonly number[] = [2, 4, 5];
