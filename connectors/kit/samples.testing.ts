import type { Action, Card, Content } from '../../protocol/content.ts';

const message_id = 'msg_01KAP00000000000000000TEST';
const picture = { type: 'image', id: 'med_1', name: 'velo.jpg', alt: 'Un vélo' } as const;

export const see: Action = { type: 'url', title: 'Voir', url: 'https://shop.example.com/' };
export const take: Action = { type: 'reply', id: 'buy', title: 'Le prendre' };
export const call: Action = { type: 'call', title: 'Appeler', phone: '+33639980100' };

/** A card that offers this. */
export const bike = (...actions: Action[]): Card => ({ title: 'Vélo', subtitle: 'Rouge', actions });
export const pictured = (...actions: Action[]): Card => ({ ...bike(...actions), image: picture });

/** A content of each kind that a conversation in a messenger has. A spec lists those of its channel, and adds what only that has. */
export const sample = {
  text: { kind: 'text', text: 'Votre vélo est prêt.' },
  markdown: { kind: 'text', format: 'markdown', text: 'Votre **vélo** est prêt.' },
  picture: { kind: 'media', media: picture, caption: 'Le voici' },
  video: { kind: 'media', media: { type: 'video', id: 'med_2' } },
  file: { kind: 'media', media: { type: 'file', id: 'med_3', name: 'facture.pdf' } },
  place: {
    kind: 'location',
    latitude: 48.85,
    longitude: 2.35,
    name: 'Atelier',
    address: '1 rue de l’Exemple',
  },
  contact: { kind: 'contact', contacts: [{ name: 'Atelier', phones: ['+33639980000'] }] },
  buttons: {
    kind: 'choice',
    text: 'Quand ?',
    options: [
      { id: 'am', title: 'Matin' },
      { id: 'pm', title: 'Soir' },
    ],
  },
  list: {
    kind: 'choice',
    text: 'Quel vélo ?',
    style: 'list',
    button: 'Choisir',
    options: [
      { id: 'r', title: 'Rouge', description: 'Le petit' },
      { id: 'b', title: 'Bleu' },
    ],
  },
  card: { kind: 'card', card: bike(see, take) },
  picturedCard: { kind: 'card', card: pictured(see, take) },
  carousel: {
    kind: 'carousel',
    text: 'Deux vélos',
    cards: [
      { title: 'Rouge', actions: [{ type: 'reply', id: 'r', title: 'Le rouge' }] },
      { title: 'Bleu', subtitle: 'Le petit', actions: [{ type: 'reply', id: 'b', title: 'Le bleu' }] },
    ],
  },
  reaction: { kind: 'reaction', message_id, emoji: '❤️' },
  edit: { kind: 'edit', message_id, text: 'Votre vélo est prêt !' },
  removal: { kind: 'removal', message_id },
  typing: { kind: 'typing', on: true },
  read: { kind: 'read', message_id },
} satisfies Record<string, Content>;
