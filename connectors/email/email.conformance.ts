import type { ConformanceSpec } from '../../test/conformance/spec.ts';
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
  addresses: {
    same: ['mailto:ada@example.com', 'mailto:Ada@Example.COM', 'MAILTO:ADA@example.com'],
    refused: [
      'tel:+33639980001',
      'mailto:ada',
      'mailto:@example.com',
      'mailto:ada@example.com?subject=x',
      'mailto:a b@example.com',
      'mailto:ada@exa_mple.com',
      'mailto:ada@[192.0.2.1]',
      'mailto:ada@192.0.2.1',
      'mailto:ada@0x7f.1',
      'mailto:ada@example.com/x',
      'mailto:ada@%65xample.com',
    ],
    sample: 'mailto:ada.lovelace@example.com',
  },
  samples: [
    { kind: 'text', text: 'Your **parcel** is on its way.', format: 'markdown', subject: 'Your parcel' },
    {
      kind: 'media',
      media: { type: 'file', id: 'med_01JD0000000000000000000000', name: 'receipt.pdf' },
      caption: 'Your receipt',
    },
  ],
};
