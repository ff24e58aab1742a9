import type { ContentKind, ContentOf } from '../content.ts';

/** One content of each kind, for documents and tests: a restaurant that doesn't exist. */
const id = (prefix: string, letter: string): string => `${prefix}_01K${letter.repeat(23)}`;

export const messageId = id('msg', 'A');
const euros = (amount: number) => ({ amount, currency: 'EUR' });
const picture = {
  type: 'image' as const,
  url: 'https://shop.example/galette.jpg',
  media_type: 'image/jpeg',
  alt: 'A galette with egg and ham',
};
const item = { id: 'galette', title: 'Galette complète', price: euros(1150), quantity: 2 };
const total = euros(2300);

export const contentExamples: { [K in ContentKind]: ContentOf<K> } = {
  text: { kind: 'text', text: 'Your table is **ready**.', format: 'markdown' },
  media: { kind: 'media', media: picture, caption: 'Today’s dish' },
  location: {
    kind: 'location',
    latitude: 48.1113,
    longitude: -1.6802,
    name: 'Crêperie du Port',
    address: '1 quai de l’Exemple, Rennes',
  },
  contact: { kind: 'contact', contacts: [{ name: 'Ada Martin', phones: ['+33639980001'] }] },
  choice: {
    kind: 'choice',
    text: 'Which days suit you?',
    options: [
      { id: 'fri', title: 'Friday' },
      { id: 'sat', title: 'Saturday', description: 'Evening only' },
    ],
    max_choices: 2,
    none: 'Neither',
    expires_in: 3600,
  },
  card: {
    kind: 'card',
    card: {
      title: 'Galette complète',
      subtitle: '11.50 EUR',
      image: picture,
      actions: [
        { type: 'reply', id: 'order', title: 'Order' },
        { type: 'url', title: 'Menu', url: 'https://shop.example/menu' },
        { type: 'call', title: 'Call us', phone: '+33639980000' },
      ],
    },
  },
  carousel: {
    kind: 'carousel',
    text: 'Today',
    cards: [
      { title: 'Galette', actions: [{ type: 'reply', id: 'galette', title: 'This one' }] },
      { title: 'Crêpe', actions: [{ type: 'reply', id: 'crepe', title: 'This one' }] },
    ],
  },
  form: {
    kind: 'form',
    name: 'table',
    title: 'Book a table',
    fields: [
      { id: 'when', label: 'Which day?', type: 'date', required: true },
      { id: 'people', label: 'How many people?', type: 'number', required: true },
      {
        id: 'where',
        label: 'Inside or outside?',
        type: 'choice',
        options: [
          { id: 'in', title: 'Inside' },
          { id: 'out', title: 'Outside' },
        ],
      },
    ],
  },
  template: {
    kind: 'template',
    name: 'table_ready',
    language: 'en',
    text: 'Ada, your table is ready.',
    parameters: ['Ada'],
  },
  product: { kind: 'product', items: [{ id: 'cider', title: 'Cider', price: euros(450) }] },
  order: { kind: 'order', order_id: 'A-17', items: [item], total, state: 'in preparation' },
  payment_request: {
    kind: 'payment_request',
    reference: 'A-17',
    amount: total,
    url: 'https://pay.example/A-17',
  },
  receipt: { kind: 'receipt', order_id: 'A-17', items: [item], total, payment_method: 'card' },
  status: {
    kind: 'status',
    subject: 'Order A-17',
    about: 'parcel',
    state: 'On its way',
    eta: '2026-11-27T19:30:00+01:00',
  },
  appointment: {
    kind: 'appointment',
    title: 'Table for two',
    start: '2026-11-27T19:30:00+01:00',
    place: 'Crêperie du Port',
  },
  survey: { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5, low: 'Bad', high: 'Great' } },
  reaction: { kind: 'reaction', message_id: messageId, emoji: '👍' },
  edit: { kind: 'edit', message_id: messageId, text: 'Your table is ready at 20:00.' },
  removal: { kind: 'removal', message_id: messageId },
  typing: { kind: 'typing', on: true },
  read: { kind: 'read', message_id: messageId },
  native: {
    kind: 'native',
    connector: 'telegram',
    payload: { method: 'sendDice' },
    text: 'We rolled the dice for you.',
  },
};
