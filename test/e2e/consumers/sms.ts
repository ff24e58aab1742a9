import { until } from '../../gateway/ports.ts';
import type { TestMerchant } from '../../gateway/gateway.ts';
import { startSmsc } from '../../providers/smsc/index.ts';
import type { SmscProcess } from '../../providers/smsc/index.ts';
import { phoneOf, plainText } from './consumer.ts';
import type { Line } from './consumer.ts';

const shortNumber = '+33639980100';

export interface SmsLine extends Line {
  smsc: SmscProcess;
}

/** A number at an SMSC that is a process of its own, over one kept SMPP connection. */
export async function openSms(
  merchant: TestMerchant,
  config: Record<string, unknown> = {},
  /** Whether the gateway keeps the connection itself, and can tell of it. */
  inProcess = true,
): Promise<SmsLine> {
  const smsc = await startSmsc();
  const { id } = await merchant.account(
    'smpp',
    { host: '127.0.0.1', port: smsc.port, sender: shortNumber, per_second: 200, ...config },
    { system_id: 'passerelle', password: 'secret-pw' },
  );
  await until('the SMPP session', async () => {
    if (!inProcess) return (await smsc.state()).bound.length > 0;
    const { body } = await merchant.call('GET', `/v1/accounts/${id}`);
    return (body['connection'] as { state?: string } | undefined)?.state === 'connected';
  });
  return {
    connector: 'smpp',
    channel: 'sms',
    accountId: id,
    ends: 'delivered',
    via: 'number',
    received: plainText,
    smsc,
    consumer: (n) => {
      const phone = phoneOf(n);
      const says = async (text: string) => void (await smsc.say({ from: phone, to: shortNumber, text }));
      return Promise.resolve({
        address: `tel:${phone}`,
        writes: says,
        texts: async () =>
          (await smsc.state()).shown.filter(({ to }) => to === phone).map(({ text }) => text),
        answers: ({ place }) => says(` ${place}.`),
      });
    },
    close: () => smsc.stop(),
  };
}
