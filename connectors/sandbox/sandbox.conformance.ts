import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec, Fixture } from '../../test/conformance/spec.ts';
import { connector } from './index.ts';
import { itemsOfAttachment, itemsOfFrame, readFrame } from './inbound.ts';

export const account = {
  id: 'acc_01KAP0000000000000000000TE',
  merchantId: 'mer_01KAP0000000000000000000TE',
  test: true,
  config: { name: 'Café Lumière' },
  credentials: { secret: 'a-secret-of-the-sandbox' },
  hookUrl: 'https://gateway.test/hooks/sandbox/acc_01KAP0000000000000000000TE',
};

function parse(fixture: Fixture) {
  const { path, query, body, headers } = fixtureRequest(fixture, account);
  if (path !== '/attach') {
    const read = readFrame(new TextDecoder().decode(body));
    return read.ok ? itemsOfFrame(read.frame, suiteNowMs) : [];
  }
  const [as, id] = [query.get('as') ?? '', query.get('id') ?? ''];
  return itemsOfAttachment({
    as,
    id,
    bytes: body,
    mediaType: headers['content-type'],
    name: query.get('name') ?? undefined,
  });
}

const image = { type: 'image' as const, id: 'med_picture' };
const reply = { type: 'reply' as const, id: 'keep', title: 'Keep it' };
const card = { title: 'Table for two', subtitle: 'Tonight at 8', image, actions: [reply] };

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  parse,
  addresses: {
    same: ['sandbox:alice', 'sandbox:Alice', 'SANDBOX:ALICE', 'sandbox: alice'],
    refused: ['tel:+15550100', 'sandbox:', 'sandbox:two words', 'sandbox:<b>', `sandbox:${'a'.repeat(65)}`],
    sample: 'sandbox:alice',
  },
  samples: [
    { kind: 'text', text: 'Hello **Alice**', format: 'markdown' },
    { kind: 'media', media: image, caption: 'A table' },
    { kind: 'location', latitude: 48.86, longitude: 2.35, name: 'Café Lumière' },
    { kind: 'contact', contacts: [{ name: 'Ada Example', phones: ['+15550100'] }] },
    {
      kind: 'choice',
      text: 'When?',
      options: [reply, { id: 'later', title: 'Later' }].map(({ id, title }) => ({ id, title })),
    },
    { kind: 'card', card },
    { kind: 'carousel', text: 'Two tables', cards: [card, { title: 'Terrace' }] },
    {
      kind: 'form',
      title: 'Book a table',
      fields: [{ id: 'name', label: 'Your name', type: 'text', required: true }],
    },
    { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5, low: 'Poor', high: 'Great' } },
    { kind: 'product', items: [{ id: 'dune', title: 'Dune cup', price: { amount: 2400, currency: 'EUR' } }] },
    {
      kind: 'payment_request',
      reference: 'ORDER-42',
      amount: { amount: 2400, currency: 'EUR' },
      url: 'https://pay.example/order-42',
    },
    { kind: 'reaction', message_id: 'msg_01KAP0000000000000000000TE', emoji: '👍' },
    { kind: 'edit', message_id: 'msg_01KAP0000000000000000000TE', text: 'Hello again' },
    { kind: 'removal', message_id: 'msg_01KAP0000000000000000000TE' },
    { kind: 'typing' },
    { kind: 'read', message_id: 'msg_01KAP0000000000000000000TE' },
  ],
  skips: {
    'has a fixture of every receipt it declares':
      'its receipts are the outcomes of its own sends, which sandbox.test.ts covers',
    'a probe of bad credentials or a dead platform says so':
      'the platform is the connector itself: nothing can refuse or be down',
  },
};
