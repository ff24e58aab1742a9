import type { GraphCodes } from '../meta/graph.ts';

/**
 * The Cloud API's codes in our words, both for answers and for failed statuses.
 * "Error codes", WhatsApp Business Platform documentation, as of 2026-05-15; 131062 from "Business-scoped user IDs", 2026-05-28.
 */
export const codes: GraphCodes = {
  // authorization
  '0': 'account_unauthorized',
  '3': 'account_unauthorized',
  '10': 'account_unauthorized',
  '190': 'account_unauthorized',
  '131005': 'account_unauthorized',
  '131045': 'account_unauthorized',
  '131055': 'account_unauthorized',
  '133005': 'account_unauthorized',
  '133006': 'account_unauthorized',
  '133010': 'account_unauthorized',
  '133015': 'account_unauthorized',
  // integrity, and what stands in the way of the whole account
  '33': 'account_suspended',
  '368': 'account_suspended',
  '131031': 'account_suspended',
  '131037': 'account_suspended',
  '131042': 'balance_exhausted',
  // throttling
  '4': 'throttled',
  '80007': 'throttled',
  '130429': 'throttled',
  '131056': 'throttled_pair',
  '133016': 'throttled',
  '131048': 'spam_suspected',
  // the platform's own trouble
  '2': 'platform_unavailable',
  '131000': 'platform_unavailable',
  '131016': 'platform_unavailable',
  '131057': 'platform_unavailable',
  '133004': 'platform_unavailable',
  // the consumer
  '131026': 'unreachable',
  '131030': 'unreachable',
  '130497': 'unreachable',
  '131021': 'address_invalid',
  '131050': 'opted_out',
  '130472': 'undelivered',
  '131049': 'undelivered',
  // the message
  '100': 'content_refused',
  '131008': 'content_refused',
  '131009': 'content_refused',
  '135000': 'content_refused',
  '131047': 'window_closed',
  '131051': 'content_unsupported',
  '131062': 'content_unsupported',
  '131052': 'media_unavailable',
  '131053': 'media_unavailable',
  // templates
  '132000': 'template_refused',
  '132001': 'template_refused',
  '132005': 'template_refused',
  '132007': 'template_refused',
  '132012': 'template_refused',
  '132015': 'template_refused',
  '132016': 'template_refused',
  '132018': 'template_refused',
  '132068': 'template_refused',
  '132069': 'template_refused',
};

/** States of a status call-back. What is not named is ignored. */
export const states: Readonly<Record<string, 'sent' | 'delivered' | 'read' | 'failed'>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  // a voice message was listened to
  played: 'read',
  failed: 'failed',
};
