import type { Content } from '../../protocol/content.ts';
import { fixtureBody } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { readJson } from '../kit/body.ts';
import { itemOf, uploadItem } from './inbound.ts';
import { connector } from './index.ts';
import { readUpload } from './upload.ts';
import { clientFrameSchema } from './wire.ts';

const speaker = { visitor: { id: 'v.AAECAwQFBgcICQoLDA0ODw' }, language: 'fr-FR' };
const atMs = 1_795_312_800_000;
const image = { type: 'image', url: 'https://shop.example/cup.png', alt: 'A cup' } as const;
const card = {
  title: 'Dune cup',
  image,
  actions: [{ type: 'reply', id: 'dune', title: 'This one' }],
} satisfies Extract<Content, { kind: 'card' }>['card'];
const total = { amount: 2400, currency: 'EUR' };
const items = [{ id: 'dune', title: 'Dune cup', price: total }];
const messageId = 'msg_01JD0000000000000000000007';

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01JD0000000000000000000001',
    merchantId: 'mer_01JD0000000000000000000001',
    test: true,
    config: { name: 'Clay & Tide', origins: ['https://shop.example'] },
    credentials: {
      secret: 'a-visitor-secret-of-32-characters-or-more',
      identity_secret: 'an-identity-secret-of-32-characters-or-more',
    },
    hookUrl: 'https://chat.example/hooks/webchat/acc_01JD0000000000000000000001',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  async parse(fixture) {
    const body = fixtureBody(fixture);
    if (fixture.request.path === '/upload') {
      const form = await readUpload(body, fixture.request.headers?.['content-type']);
      return form.ok ? [uploadItem(form.file, speaker, atMs)] : [{ type: 'ignored', reason: form.code }];
    }
    const json = readJson(body);
    const frame = clientFrameSchema.safeParse(json.ok ? json.value : undefined);
    return [frame.success ? itemOf(frame.data, speaker, atMs) : { type: 'ignored', reason: 'no frame' }];
  },
  ignored: { ping: { type: 'ping' }, 'an unknown frame': { type: 'presence', on: true }, nothing: '' },
  addresses: {
    same: ['webchat:u.ada%40example.com', 'webchat:u.ada@example.com', ' WEBCHAT:U.ada%40example.com'],
    refused: [
      'webchat:v.short',
      'webchat:ada',
      'webchat:u.%E0%A4%A',
      'tel:+33639980001',
      'webchat:v.AAECAwQFBgcICQoLDA0OD/',
    ],
    sample: 'webchat:v.AAECAwQFBgcICQoLDA0ODw',
  },
  samples: [
    { kind: 'text', text: '**Good** morning', format: 'markdown' },
    { kind: 'media', media: image, caption: 'A cup' },
    { kind: 'location', latitude: 48.39, longitude: -4.48, name: 'Clay & Tide' },
    { kind: 'contact', contacts: [{ name: 'Ada Example', phones: ['+33639980001'] }] },
    { kind: 'choice', text: 'How?', options: [{ id: 'post', title: 'By post' }] },
    { kind: 'card', card },
    { kind: 'carousel', cards: [card, card] },
    {
      kind: 'form',
      title: 'Your order',
      fields: [{ id: 'name', label: 'Name', type: 'text', required: true }],
    },
    { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5, low: 'Poor', high: 'Great' } },
    { kind: 'product', items },
    { kind: 'status', subject: 'Parcel', state: 'On its way' },
    { kind: 'appointment', title: 'Pick up', start: '2026-11-28T10:00:00+01:00' },
    { kind: 'payment_request', reference: 'R-7', amount: total, url: 'https://pay.example/r7' },
    { kind: 'receipt', order_id: '7', items, total },
    { kind: 'order', order_id: '7', items, total },
    { kind: 'reaction', message_id: messageId, emoji: '👍' },
    { kind: 'edit', message_id: messageId, text: 'Corrected' },
    { kind: 'removal', message_id: messageId },
    { kind: 'typing' },
    { kind: 'read', message_id: messageId },
  ],
  skips: {
    'has a fixture of every receipt it declares':
      'its receipts come over the socket, which live.test.ts covers',
  },
};
