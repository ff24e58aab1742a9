import { createHmac, randomBytes } from 'node:crypto';
import type { TestMerchant } from '../gateway/gateway.ts';

/** An account whose platform calls a hook, and how that platform proves itself. */
export interface Hooked {
  connector: string;
  accountId: string;
  url: string;
  /** Headers that make this body the platform's. */
  signed(body: Uint8Array | string): Record<string, string>;
  /** A message of a consumer's with this text; each with an id of its own. */
  message(text: string): object;
}

let made = 0;
const metaSigned = (secret: string) => (body: Uint8Array | string) => ({
  'content-type': 'application/json',
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

export interface HookSecrets {
  /** In every credential, so that it can be looked for. */
  mark?: string;
  /** Where the platforms are; by default nobody is there. */
  platform?: string;
}

/** One account of every connector that has a hook. */
export async function openHooks(
  merchant: TestMerchant,
  { mark = randomBytes(6).toString('hex'), platform = 'http://127.0.0.1:9' }: HookSecrets = {},
): Promise<Hooked[]> {
  const telegram = await merchant.account(
    'telegram',
    { base_url: platform },
    { token: `900100:${mark}-token-of-a-bot`, webhook_secret: `${mark}-hook` },
  );
  const whatsapp = await merchant.account(
    'whatsapp',
    { base_url: platform, phone_number_id: '100200300400' },
    { access_token: `${mark}-wa-token`, app_secret: `${mark}-wa-secret`, verify_token: `${mark}-wa-verify` },
  );
  const messenger = await merchant.account(
    'messenger',
    { base_url: platform, page_id: '900800700600' },
    {
      page_access_token: `${mark}-fb-token`,
      app_secret: `${mark}-fb-secret`,
      verify_token: `${mark}-fb-verify`,
    },
  );
  return [
    {
      connector: 'telegram',
      accountId: telegram.id,
      url: telegram.hookUrl,
      signed: () => ({
        'content-type': 'application/json',
        'x-telegram-bot-api-secret-token': `${mark}-hook`,
      }),
      message: (text) => ({
        update_id: ++made,
        message: {
          message_id: made,
          date: 1_795_000_000,
          from: { id: 700_100, is_bot: false, first_name: 'Noa' },
          chat: { id: 700_100, type: 'private' },
          text,
        },
      }),
    },
    {
      connector: 'whatsapp',
      accountId: whatsapp.id,
      url: whatsapp.hookUrl,
      signed: metaSigned(`${mark}-wa-secret`),
      message: (text) => ({
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '500600700',
            changes: [
              {
                field: 'messages',
                value: {
                  messaging_product: 'whatsapp',
                  metadata: { display_phone_number: '15550100100', phone_number_id: '100200300400' },
                  contacts: [{ profile: { name: 'Ada Example' }, wa_id: '33639980001' }],
                  messages: [
                    {
                      from: '33639980001',
                      id: `wamid.${++made}`,
                      timestamp: '1790000001',
                      type: 'text',
                      text: { body: text },
                    },
                  ],
                },
              },
            ],
          },
        ],
      }),
    },
    {
      connector: 'messenger',
      accountId: messenger.id,
      url: messenger.hookUrl,
      signed: metaSigned(`${mark}-fb-secret`),
      message: (text) => ({
        object: 'page',
        entry: [
          {
            id: '900800700600',
            time: 1_790_000_001_000,
            messaging: [
              {
                sender: { id: '7100000000000001' },
                recipient: { id: '900800700600' },
                timestamp: 1_790_000_001_000,
                message: { mid: `m_${++made}`, text },
              },
            ],
          },
        ],
      }),
    },
  ];
}

/** Accounts of the two connectors whose hook is a page of their own. */
export async function openPages(
  merchant: TestMerchant,
): Promise<{ webchat: string; sandbox: string; phoneKey: string }> {
  const secret = randomBytes(24).toString('hex');
  const webchat = await merchant.account('webchat', {}, { secret });
  const sandbox = await merchant.account('sandbox', {}, { secret });
  return {
    webchat: webchat.hookUrl,
    sandbox: sandbox.hookUrl,
    phoneKey: createHmac('sha256', secret).update(`sandbox phone of ${sandbox.id}`).digest('base64url'),
  };
}
