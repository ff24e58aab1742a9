import type { Content, ContentOf, Money } from '../../../protocol/content.ts';
import { decimal } from './say.ts';

/**
 * What a mail is about, for programs: JSON-LD in the words of schema.org, as Gmail's email markup reference and Yandex Mail's "Online
 * stores" lay them down. Gmail shows it only for senders it has registered; for parcels it also wants the carrier and the postal
 * address, and for reservations the guest's name, none of which the shared schema carries. Nothing is made up to fill them.
 */
export interface MarkupContext {
  /** The merchant as consumers know it: the account's name, else its mailbox. */
  sender: string;
  messageId: string;
}

type Thing = { '@type': string } & Record<string, unknown>;

const organization = (name: string): Thing => ({ '@type': 'Organization', name });

const price = (money: Money) => ({ price: decimal(money), priceCurrency: money.currency });

/** The script element for a mail's head, or nothing where there is nothing to mark up. */
export function markupOf(content: Content, context: MarkupContext): string {
  const thing = thingOf(content, context);
  if (!thing) return '';
  return `<script type="application/ld+json">${scriptSafe({ '@context': 'http://schema.org', ...thing })}</script>`;
}

/** JSON that no HTML parser takes for anything else: no end of the script, no comment, no line separator. */
const scriptSafe = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function thingOf(content: Content, context: MarkupContext): Thing | undefined {
  switch (content.kind) {
    case 'order':
    case 'receipt':
      return orderOf(content, context);
    case 'payment_request':
      return {
        '@type': 'Invoice',
        accountId: content.reference,
        ...(content.description ? { description: content.description } : {}),
        provider: organization(context.sender),
        paymentStatus: 'http://schema.org/PaymentDue',
        totalPaymentDue: { '@type': 'PriceSpecification', ...price(content.amount) },
        url: content.url,
      };
    case 'status':
      return content.about === 'parcel' ? parcelOf(content, context) : undefined;
    case 'appointment':
      return reservationOf(content, context);
    default:
      return undefined;
  }
}

/** An order's state is the merchant's own words, so `orderStatus` is left out rather than guessed. A receipt is an order that is paid. */
function orderOf(content: ContentOf<'order' | 'receipt'>, { sender }: MarkupContext): Thing {
  return {
    '@type': 'Order',
    merchant: organization(sender),
    orderNumber: content.order_id,
    ...price(content.total),
    acceptedOffer: content.items.map((item) => ({
      '@type': 'Offer',
      itemOffered: {
        '@type': 'Product',
        name: item.title,
        sku: item.id,
        ...(item.description ? { description: item.description } : {}),
        ...(item.url ? { url: item.url } : {}),
      },
      ...(item.price ? price(item.price) : {}),
      eligibleQuantity: { '@type': 'QuantitativeValue', value: item.quantity ?? 1 },
    })),
    ...(content.kind === 'receipt' ? paid(content, sender) : {}),
  };
}

const paid = (content: ContentOf<'receipt'>, sender: string) => ({
  ...(content.payment_method
    ? { paymentMethod: { '@type': 'PaymentMethod', name: content.payment_method } }
    : {}),
  ...(content.url ? { url: content.url } : {}),
  partOfInvoice: {
    '@type': 'Invoice',
    confirmationNumber: content.order_id,
    provider: organization(sender),
    paymentStatus: 'http://schema.org/PaymentComplete',
    totalPaymentDue: { '@type': 'PriceSpecification', ...price(content.total) },
  },
});

const parcelOf = (content: ContentOf<'status'>, { sender }: MarkupContext): Thing => ({
  '@type': 'ParcelDelivery',
  itemShipped: { '@type': 'Product', name: content.subject },
  deliveryStatus: { '@type': 'DeliveryEvent', name: content.state },
  ...(content.eta ? { expectedArrivalUntil: content.eta } : {}),
  ...(content.url ? { trackingUrl: content.url } : {}),
  partOfOrder: { '@type': 'Order', merchant: organization(sender) },
});

/** The message's own id is the reservation's number: it names this one and no other. */
const reservationOf = (content: ContentOf<'appointment'>, { sender, messageId }: MarkupContext): Thing => ({
  '@type': 'EventReservation',
  reservationNumber: messageId,
  reservationStatus: 'http://schema.org/ReservationConfirmed',
  provider: organization(sender),
  reservationFor: {
    '@type': 'Event',
    name: content.title,
    startDate: content.start,
    ...(content.end ? { endDate: content.end } : {}),
    ...(content.place ? { location: { '@type': 'Place', name: content.place, address: content.place } } : {}),
    ...(content.url ? { url: content.url } : {}),
  },
  ...(content.url ? { url: content.url } : {}),
});
