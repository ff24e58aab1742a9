import type { TestMerchant } from '../../gateway/gateway.ts';
import type { MetaEmulator } from '../../providers/meta.ts';
import { phoneOf, plainText } from './consumer.ts';
import type { Line } from './consumer.ts';
import { startOwnMeta, subscribe } from './meta.ts';

export interface WhatsAppLine extends Line {
  meta: MetaEmulator;
}

/** A business number at an emulated Cloud API. */
export async function openWhatsApp(merchant: TestMerchant): Promise<WhatsAppLine> {
  const meta = await startOwnMeta();
  return {
    connector: 'whatsapp',
    channel: 'whatsapp',
    accountId: await subscribe(merchant, meta, 'whatsapp'),
    ends: 'read',
    via: 'payload',
    received: plainText,
    meta,
    consumer: (n) => {
      const user = meta.whatsapp.user(phoneOf(n));
      return Promise.resolve({
        address: `whatsapp:${user.userId}`,
        writes: async (text) => void (await user.writes(text)),
        texts: () => Promise.resolve(user.shown.map(({ text }) => text)),
        answers: async ({ title }) => void (await user.presses(title)),
      });
    },
    close: () => meta.close(),
  };
}
