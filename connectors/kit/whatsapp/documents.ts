import type { Manifest } from '../../contract/index.ts';

type Documents = Manifest<unknown, unknown, unknown>['documents'];

const meta = 'https://developers.facebook.com';
const business = `${meta}/documentation/business-messaging/whatsapp`;
const at = (title: string, url: string, version: string) => ({ title, url, version });

/** How often one person may be written to. */
export const pairDocument = at(
  'About the platform, “Pair rate limits”: one message each 6 s to one person, 45 at once',
  `${business}/about-the-platform`,
  '2025-12-05',
);

/** Of whoever takes the Cloud API's messages, as Meta has them. */
export const messageDocuments: Documents = [
  at(
    'Messages (Cloud API reference)',
    `${meta}/docs/whatsapp/cloud-api/reference/messages`,
    'v25.0, 2026-05',
  ),
  at(
    'Share products with customers',
    `${meta}/docs/whatsapp/cloud-api/guides/sell-products-and-services/share-products`,
    'copy read on 22 November 2026',
  ),
  at('Sending a Flow', `${business}/flows/guides/sendingaflow`, '2026-06-16'),
  at(
    'Interactive media carousel messages, of 2026-05-21',
    'https://docs.360dialog.com/docs/messaging/message-types/interactive/media-carousel',
    'copy read on 22 November 2026',
  ),
  at('Business-scoped user IDs', `${business}/business-scoped-user-ids`, '2026-05-28'),
  at('Throughput', `${business}/throughput`, '2026-05-21'),
  pairDocument,
];

/** Of whoever hands on the Cloud API's webhook too. */
export const webhookDocuments: Documents = [
  at('messages webhook reference', `${business}/webhooks/reference/messages`, '2026-05-21'),
  at(
    'Interactive messages webhook reference',
    `${business}/webhooks/reference/messages/interactive`,
    '2026-08-03',
  ),
  at('Edit messages webhook reference', `${business}/webhooks/reference/messages/edit`, '2026-07-20'),
  at('Revoke messages webhook reference', `${business}/webhooks/reference/messages/revoke`, '2026-05-21'),
  at(
    'System messages webhook reference; for changed user ids the changelog of 2026-08-11',
    `${business}/webhooks/reference/messages/system`,
    '2026-05-21',
  ),
  at('user_preferences webhook reference', `${business}/webhooks/reference/user_preferences`, '2026-06-17'),
  at('Error codes', `${business}/support/error-codes`, '2026-05-15'),
  at(
    'Response message webhook (WhatsApp Flows)',
    `${business}/flows/guides/flowswebhooks`,
    'copy read on 22 November 2026',
  ),
  at(
    'Receive payments via payment gateways on WhatsApp',
    `${meta}/docs/whatsapp/cloud-api/payments-api/payments-in/pg`,
    '2025-12-12',
  ),
  at('Typing indicators', `${meta}/docs/whatsapp/cloud-api/typing-indicators`, '2025-10-21'),
];

/** Of whoever lists the templates of a WhatsApp Business Account. */
export const templateDocuments: Documents = [
  at('Template management', `${business}/templates/template-management`, '2026-05-21'),
  at(
    'WhatsApp Message Template (Graph API reference)',
    `${meta}/docs/graph-api/reference/whats-app-business-hsm`,
    'copy read on 22 November 2026',
  ),
];

/** One message each 6 s to one number, of which 45 may go at once and are owed ("Pair rate limits"). */
export const pairRate = { perAddressMs: 6000, perAddressBurst: 45 };
