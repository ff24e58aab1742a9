import type { ConformanceSpec } from '../../../test/conformance/spec.ts';

/** What every connector of the channel is asked: spellings of mailboxes, and a content of each kind that mail carries. */
export const mailAddresses: ConformanceSpec['addresses'] = {
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
};

export const mailSamples: ConformanceSpec['samples'] = [
  { kind: 'text', text: 'Your **parcel** is on its way.', format: 'markdown', subject: 'Your parcel' },
  {
    kind: 'media',
    media: { type: 'file', id: 'med_01JD0000000000000000000000', name: 'receipt.pdf' },
    caption: 'Your receipt',
  },
  {
    kind: 'card',
    card: {
      title: 'The cup of the month',
      subtitle: 'Thrown by hand',
      image: { type: 'image', id: 'med_01JD0000000000000000000001', alt: 'A blue cup' },
      actions: [
        { type: 'url', title: 'See it', url: 'https://shop.test/cup' },
        { type: 'call', title: 'Call us', phone: '+33639980001' },
      ],
    },
  },
  {
    kind: 'carousel',
    cards: [
      { title: 'Cup', actions: [{ type: 'url', title: 'See it', url: 'https://shop.test/cup' }] },
      { title: 'Bowl', subtitle: 'For soup' },
    ],
  },
  {
    kind: 'product',
    items: [
      { id: 'cup', title: 'Cup', price: { amount: 2400, currency: 'EUR' }, url: 'https://shop.test/cup' },
    ],
  },
  {
    kind: 'order',
    order_id: 'A-1042',
    state: 'In the kiln',
    items: [{ id: 'cup', title: 'Cup', quantity: 2, price: { amount: 2400, currency: 'EUR' } }],
    total: { amount: 4800, currency: 'EUR' },
  },
  {
    kind: 'receipt',
    order_id: 'A-1042',
    items: [{ id: 'cup', title: 'Cup', quantity: 2, price: { amount: 2400, currency: 'EUR' } }],
    total: { amount: 4800, currency: 'EUR' },
    payment_method: 'Card',
    url: 'https://shop.test/receipts/1042',
  },
  {
    kind: 'payment_request',
    reference: 'A-1042',
    amount: { amount: 4800, currency: 'EUR' },
    url: 'https://pay.example/a1042',
    description: 'Two cups',
  },
  {
    kind: 'status',
    about: 'parcel',
    subject: 'Your cups',
    state: 'On their way',
    eta: '2026-11-27T12:00:00+01:00',
    url: 'https://track.example/1',
  },
  {
    kind: 'appointment',
    title: 'Workshop visit',
    start: '2026-11-27T10:00:00+01:00',
    end: '2026-11-27T11:00:00+01:00',
    place: '3 rue du Four',
  },
];
