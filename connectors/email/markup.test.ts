import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { mailOf, order } from './letter.testing.ts';

describe('markup for programs', () => {
  const markupIn = async (content: Content): Promise<Record<string, unknown> | undefined> => {
    const { html = '' } = await mailOf(content);
    const found = /<head>[\s\S]*<script type="application\/ld\+json">(.*?)<\/script>[\s\S]*<\/head>/.exec(
      html,
    );
    return found ? (JSON.parse(found[1]!) as Record<string, unknown>) : undefined;
  };

  it('an order', async () => {
    expect(await markupIn(order)).toEqual({
      '@context': 'http://schema.org',
      '@type': 'Order',
      merchant: { '@type': 'Organization', name: 'Shop' },
      orderNumber: 'A-1',
      price: '23.50',
      priceCurrency: 'EUR',
      acceptedOffer: [
        {
          '@type': 'Offer',
          itemOffered: { '@type': 'Product', name: 'Galette', sku: 'g', description: 'Egg & cheese' },
          price: '8.50',
          priceCurrency: 'EUR',
          eligibleQuantity: { '@type': 'QuantitativeValue', value: 2 },
        },
        {
          '@type': 'Offer',
          itemOffered: { '@type': 'Product', name: 'Crêpe', sku: 'c', url: 'https://shop.test/c?a=1&b=2' },
          price: '6.50',
          priceCurrency: 'EUR',
          eligibleQuantity: { '@type': 'QuantitativeValue', value: 1 },
        },
      ],
    });
  });

  it('a receipt is an order that is paid; amounts have as many digits as their currency', async () => {
    expect(
      await markupIn({
        kind: 'receipt',
        order_id: 'A-1',
        items: [],
        total: { amount: 500, currency: 'JPY' },
        payment_method: 'Card',
        url: 'https://shop.test/r',
      }),
    ).toMatchObject({
      '@type': 'Order',
      price: '500',
      paymentMethod: { name: 'Card' },
      partOfInvoice: { '@type': 'Invoice', paymentStatus: 'http://schema.org/PaymentComplete' },
    });
  });

  it('a parcel, and nothing for what is not said to be one', async () => {
    const status: Content = {
      kind: 'status',
      subject: 'Your cups',
      state: 'On its way',
      eta: '2026-11-27T10:00:00+01:00',
      url: 'https://track.example/1',
    };
    expect(await markupIn({ ...status, about: 'parcel' })).toMatchObject({
      '@type': 'ParcelDelivery',
      itemShipped: { name: 'Your cups' },
      expectedArrivalUntil: '2026-11-27T10:00:00+01:00',
      trackingUrl: 'https://track.example/1',
    });
    expect(await markupIn(status)).toBeUndefined();
    expect(await markupIn({ ...status, about: 'ride' })).toBeUndefined();
  });

  it('a reservation', async () => {
    expect(
      await markupIn({
        kind: 'appointment',
        title: 'Table',
        start: '2026-11-27T19:30:00+01:00',
        place: 'Here',
      }),
    ).toMatchObject({
      '@type': 'EventReservation',
      reservationNumber: 'msg_01JD0000000000000000000000',
      reservationFor: { name: 'Table', startDate: '2026-11-27T19:30:00+01:00', location: { name: 'Here' } },
    });
  });
});
