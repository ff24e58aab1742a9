import type { InboundReceipt } from '../contract/index.ts';
import { codesMeaning } from '../kit/whatsapp/outcome.ts';

/** "List of corresponding Twilio and WhatsApp error codes" and "Error and warning dictionary", read 2026-11-22.
 * 63022 is a sender whose name has no valid certificate; 63049 is marketing that Meta chose not to deliver to this person now. */
export const codes = codesMeaning({
  account_unauthorized: '20003 63001 63022',
  account_suspended: '20005 30002',
  balance_exhausted: '63020',
  throttled: '20429 21611 30001 63018 63038',
  platform_unavailable: '21730 63010 63012',
  address_invalid: '21211 63003',
  unreachable: '21612 21614 30003 63015 63024',
  undelivered: '30008 63032 63049',
  blocked: '30004',
  opted_out: '21610',
  spam_suspected: '30007',
  window_closed: '63016',
  content_refused: '21602 63005 63013 63021 63030',
  content_too_large: '21617',
  media_unavailable: '21620 21623 63019',
  template_refused: '63027 63028 63029',
});

/** "Messages resource", the values of `MessageStatus`. What is on its way still is not named, and is ignored. */
export const states: Readonly<Record<string, InboundReceipt['state']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};
