import type { TestMerchant } from '../../gateway/gateway.ts';
import type { MetaEmulator } from '../../providers/meta.ts';
import { plainText } from './consumer.ts';
import type { Line } from './consumer.ts';
import { startOwnMeta, subscribe } from './meta.ts';

export interface MessengerLine extends Line {
  meta: MetaEmulator;
}

/** A page at an emulated Send API. */
export async function openMessenger(merchant: TestMerchant): Promise<MessengerLine> {
  const meta = await startOwnMeta();
  return {
    connector: 'messenger',
    channel: 'messenger',
    accountId: await subscribe(merchant, meta, 'messenger'),
    ends: 'read',
    via: 'payload',
    received: plainText,
    meta,
    consumer: (n) => {
      const user = meta.messenger.user(`24680${n}`);
      return Promise.resolve({
        address: `messenger:${user.psid}`,
        writes: async (text) => void (await user.writes(text)),
        texts: () => Promise.resolve(user.shown.map(({ text }) => text)),
        answers: async ({ title }) => void (await user.presses(title)),
      });
    },
    close: () => meta.close(),
  };
}
