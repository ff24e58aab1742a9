import type { ContentOf } from '../../protocol/content.ts';

/** Questions that both of our own clients draw themselves. */
const option = (title: string) => ({ id: title.toLowerCase(), title });

export const table: ContentOf<'form'> = {
  kind: 'form',
  title: 'Book a table',
  text: 'We keep it for fifteen minutes.',
  fields: [
    { id: 'name', label: 'Your name', type: 'text', required: true },
    { id: 'guests', label: 'How many of you?', type: 'number', required: true },
    { id: 'day', label: 'Which day', type: 'date', required: true },
    { id: 'email', label: 'Email', type: 'email' },
    { id: 'phone', label: 'Mobile', type: 'phone', required: true },
    {
      id: 'seat',
      label: 'Seat',
      type: 'choice',
      required: true,
      options: [option('Inside'), { ...option('Terrace'), description: 'Weather permitting' }],
    },
    {
      id: 'sides',
      label: 'Sides',
      type: 'choice',
      options: ['Bread', 'Salad', 'Soup'].map(option),
      max_choices: 2,
    },
    { id: 'where', label: 'Where do we fetch you', type: 'location' },
  ],
};

export const dishes: ContentOf<'choice'> = {
  kind: 'choice',
  text: 'What may we bring you?',
  options: ['Bread', 'Salad', 'Soup'].map(option),
  min_choices: 2,
  max_choices: 2,
  none: 'None of these',
};

export const evening: ContentOf<'survey'> = {
  kind: 'survey',
  text: 'How was your evening?',
  scale: { min: 1, max: 5, low: 'Poor', high: 'Great' },
};

export const goods: ContentOf<'product'> = {
  kind: 'product',
  items: [
    {
      id: 'dune',
      title: 'Dune cup',
      description: 'Thrown by hand',
      price: { amount: 2400, currency: 'EUR' },
    },
    { id: 'tide', title: 'Tide bowl', price: { amount: 3850, currency: 'EUR' } },
  ],
};

export const bill: ContentOf<'payment_request'> = {
  kind: 'payment_request',
  reference: 'ORDER-42',
  amount: { amount: 4800, currency: 'EUR' },
  url: 'https://pay.example/order-42',
  description: 'Order 42',
};
