import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { mailAddresses, mailSamples } from '../kit/mail/samples.testing.ts';
import { readMail } from './inbound.ts';
import { connector } from './index.ts';
import { configSchema, credentialsSchema } from './manifest.ts';

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01JD0000000000000000000000',
    merchantId: 'mer_01JD0000000000000000000000',
    test: true,
    // a loopback relay is refused by the guard, so that no check leaves the machine
    config: configSchema.parse({
      address: 'support@shop.test',
      name: 'Shop',
      relay: { host: '127.0.0.1', port: 2 },
    }),
    credentials: credentialsSchema.parse({ relay_user: 'shop', relay_password: 'relay-password-of-ours' }),
    hookUrl: 'https://gateway.test/hooks/email/acc_01JD0000000000000000000000',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  async parse({ request }) {
    const raw =
      request.base64 === undefined
        ? new TextEncoder().encode(request.text ?? '')
        : new Uint8Array(Buffer.from(request.base64, 'base64'));
    const reading = await readMail(raw);
    // the SMTP server answers a refusal with 5xx; here it is shown as what is not taken in
    return reading.ok ? reading.items : [{ type: 'ignored', reason: `refused: ${reading.refusal}` }];
  },
  addresses: mailAddresses,
  samples: mailSamples,
};
