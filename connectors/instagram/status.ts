import type { GraphCodes } from '../kit/meta/graph.ts';

/**
 * The Send API's codes in our words, by `code/subcode` first.
 * "Common Error Codes", Messenger Platform documentation, 2026-03-18; the subcodes 2534… are Instagram's own and in no document: they are
 * what integrations in the open report.
 */
export const codes: GraphCodes = {
  // the platform's own trouble
  '1': 'platform_unavailable',
  '2': 'platform_unavailable',
  '1200': 'platform_unavailable',
  // throttling
  '4': 'throttled',
  '17': 'throttled',
  '32': 'throttled',
  '613': 'throttled',
  '80002': 'throttled',
  '80006': 'throttled',
  '613/1893016': 'spam_suspected',
  '368': 'spam_suspected',
  // the account
  '10': 'account_unauthorized',
  '102': 'account_unauthorized',
  '190': 'account_unauthorized',
  '200': 'account_unauthorized',
  '230': 'account_unauthorized',
  '2022': 'account_suspended',
  // the window
  '10/2018065': 'window_closed',
  '10/2018278': 'window_closed',
  '10/2534022': 'window_closed',
  // the consumer
  '10/2018108': 'unreachable',
  '200/1545041': 'unreachable',
  '551': 'unreachable',
  '10903': 'unreachable',
  '100/2018001': 'address_invalid',
  '100/2534014': 'address_invalid',
  // the message
  '100': 'content_refused',
  '100/2018007': 'media_unavailable',
  '100/2018008': 'media_unavailable',
  '100/2018047': 'media_unavailable',
  '100/2018109': 'content_too_large',
};
