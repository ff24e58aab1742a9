import type { InboundReceipt } from '../contract/index.ts';
import { codesMeaning } from '../kit/whatsapp/outcome.ts';

/** "Error code reference" (of chat channels) and "Message status codes", 2026-07, by their names. */
export const codes = codesMeaning({
  account_unauthorized:
    'E403 EC_UNAUTHORIZED_ACCESS EC_FORBIDDEN_ACCESS EC_UNKNOWN_APPLICATION EC_SENDER_NOT_REGISTERED ' +
    'EC_CONFIGURATION_ERROR EC_SERVICE_NOT_ACTIVATED',
  account_suspended: 'EC_ACCOUNT_ISSUE EC_LIMITED_FUNCTIONALITY EC_INVALID_WA_ACCOUNT_TYPE',
  balance_exhausted: 'EC_PROVIDER_BILLING_ERROR REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED',
  throttled: 'EC_TOO_MANY_REQUESTS',
  throttled_pair: 'REJECTED_FLOODING_FILTER',
  platform_unavailable:
    'EC_PROVIDER_INTERNAL_ERROR EC_PROVIDER_TIMEOUT EC_INTERNAL_ERROR EC_TEMPORARY_GATEWAY_ERROR ' +
    'EC_DEPLOYMENT_CONFIGURATION_ERROR REJECTED_SYSTEM_ERROR',
  address_invalid: 'REJECTED_PREFIX_MISSING MISSING_TO REJECTED_DESTINATION',
  unreachable:
    'EC_UNKNOWN_USER EC_UNSUPPORTED_DEVICE EC_UNSUPPORTED_MOBILE_APP_VERSION EC_DEVICE_REPRODUCTION_ERROR ' +
    'EC_PHONE_MATCHING_DISABLED',
  undelivered: 'EC_FREQUENCY_CAPPING EC_MESSAGE_TYPE_EXHAUSTED EC_USER_IDENTITY_CHANGED',
  blocked: 'EC_BLOCKED_USER EC_TEMPLATE_BLOCKED_BY_USER REJECTED_DESTINATION_BLOCKLISTED',
  opted_out: 'EC_MARKETING_OPT_OUT REJECTED_DND',
  spam_suspected: 'EC_SPAM_RATE SIGNALS_BLOCKED',
  window_closed: 'EC_NO_SESSION',
  content_refused:
    'E400 EC_BAD_REQUEST EC_BLOCKED_CONTENT EC_ILLEGAL_TRAFFIC_TYPE EC_DATA_MISMATCH EC_INTERNAL_BAD_MAPPING ' +
    'EC_INVALID_WA_FLOW',
  media_unavailable: 'EC_MEDIA',
  template_refused:
    'EC_INVALID_TEMPLATE EC_INVALID_TEMPLATE_ARGS EC_TEMPLATE_NOT_SYNCED EC_TEMPLATE_NOT_AVAILABLE',
});

/** Groups of a delivery report's status; a name of one of them that is less than its group says. */
export const states: Readonly<Record<string, InboundReceipt['state']>> = {
  DELIVERED_TO_OPERATOR: 'sent',
  PENDING: 'sent',
  DELIVERED: 'delivered',
  UNDELIVERABLE: 'failed',
  EXPIRED: 'failed',
  REJECTED: 'failed',
};

/** Groups of the status in a good answer that still is a refusal: undeliverable, expired, rejected. */
export const refusedGroups: readonly number[] = [2, 4, 5];

/** A code as it is and, where it is one of a family, the family's name. */
export const familyOf = (name: string | undefined): (string | undefined)[] => [
  name,
  name?.startsWith('EC_MEDIA_') ? 'EC_MEDIA' : undefined,
];
