import type { Content } from '../../../protocol/content.ts';

/** Spellings of one number, and what is no address: the same for every connector that brings WhatsApp. Accounts have `country: 'FR'`. */
export const numberSpellings = [
  'whatsapp:+33639980001',
  'whatsapp:33639980001',
  'whatsapp:+33 6 39 98 00 01',
  'whatsapp:0639980001',
  'whatsapp:0033639980001',
  'whatsapp:+33 (0)6 39 98 00 01',
];
export const noAddresses = [
  'tel:+33639980001',
  'whatsapp:+0639980001',
  'whatsapp:FR.',
  'whatsapp:fr.840200000000001',
  'whatsapp:FR.84 02',
  'whatsapp:FRA.8402',
  'whatsapp:ada',
  'whatsapp:+33',
  'whatsapp:+1234567890123456',
];

const text: Content = { kind: 'text', text: 'Your parcel is on its way: https://shop.example.com/track' };
const media: Content[] = [
  { kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Your bike' },
  { kind: 'media', media: { type: 'file', id: 'med_2', name: 'invoice.pdf' } },
  { kind: 'media', media: { type: 'audio', id: 'med_3' } },
];
const location: Content = {
  kind: 'location',
  latitude: 48.8566,
  longitude: 2.3522,
  name: 'Depot',
  address: '1 Example Street',
};
const contact: Content = {
  kind: 'contact',
  contacts: [
    {
      name: 'Alan Example',
      phones: ['+33639980002'],
      emails: ['alan@example.com'],
      organization: 'Example Ltd',
    },
  ],
};
const choices: Content[] = [
  {
    kind: 'choice',
    text: 'When?',
    header: 'Delivery',
    footer: 'Example Shop',
    options: [
      { id: 'a', title: 'Today' },
      { id: 'b', title: 'Tomorrow' },
    ],
  },
  {
    kind: 'choice',
    text: 'Which day?',
    button: 'Days',
    options: ['Mon', 'Tue', 'Wed', 'Thu'].map((title) => ({ id: title, title, description: 'after 18:00' })),
  },
];
const cards: Content[] = [
  {
    kind: 'card',
    card: {
      title: 'Cargo bike',
      subtitle: '999 EUR',
      image: { type: 'image', id: 'med_4' },
      actions: [
        { type: 'reply', id: 'buy', title: 'Buy' },
        { type: 'url', title: 'See', url: 'https://shop.example.com/bike' },
      ],
    },
  },
  {
    kind: 'card',
    card: {
      title: 'Cargo bike',
      actions: [{ type: 'url', title: 'See', url: 'https://shop.example.com/bike' }],
    },
  },
];
const reaction: Content = { kind: 'reaction', message_id: 'msg_1', emoji: '👍' };

/** Contents of the kinds that more than one connector sends as they are. */
export const samples = { text, media, location, contact, choices, cards, reaction };

/** Longest strings by the name of the field and of what holds it, in UTF-16 units. "Messages" (Cloud API reference), v25.0. */
const longest: Readonly<Record<string, number>> = {
  'text.body': 4096,
  'body.text': 1024,
  'header.text': 60,
  'footer.text': 60,
  'reply.title': 20,
  'reply.id': 256,
  'rows.title': 24,
  'rows.description': 72,
  'rows.id': 200,
  'action.button': 20,
  'parameters.display_text': 20,
  'image.caption': 1024,
  'video.caption': 1024,
  'document.caption': 1024,
  'location.name': 1000,
  'location.address': 1000,
  'sections.title': 24,
  'parameters.flow_cta': 20,
  'quick_reply.title': 20,
  'quick_reply.id': 256,
};
const most: Readonly<Record<string, number>> = { buttons: 3, rows: 10, product_items: 30, cards: 10 };

/** What the Cloud API would refuse in a body for its length. */
export function cloudRefusals(value: unknown, holder = '', name = ''): string[] {
  if (typeof value === 'string') {
    const max = longest[`${holder}.${name}`];
    return max !== undefined && value.length > max ? [`${holder}.${name} of ${value.length}`] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const max = most[name];
    return [
      ...(max !== undefined && value.length > max ? [`${value.length} ${name}`] : []),
      ...value.flatMap((each) => cloudRefusals(each, holder, name)),
    ];
  }
  return Object.entries(value).flatMap(([key, each]) => cloudRefusals(each, name, key));
}
