import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundItem, InboundMessage } from '../../connectors/contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import { formPayload, optionPayload, optionsPayload } from '../../protocol/questions.ts';
import { kinds } from '../../protocol/capabilities.ts';
import { probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { BlobStore } from '../media/blobs.ts';
import { createSend } from '../messages/send.ts';
import type { MessageRow } from '../store/port.ts';
import { createAccept } from './accept.ts';
import type { Accept } from './accept.ts';

let engine: Engine;
let live: LiveAccount;
let accept: Accept;
let queued: string[] = [];

const { capabilities } = probeConnector().manifest;
const text = { max: 200, unit: 'codepoints' as const };
const typed = probeConnector({ capabilities: { ...capabilities, text } });
const forms = {
  ...probeConnector({
    name: 'forms',
    schemes: ['forms'],
    capabilities: { ...capabilities, text, outbound: kinds({ text: 'native', form: 'native' }) },
  }),
  address: { normalise: (address: string) => address },
};

beforeEach(async () => {
  engine = await startEngine([typed, forms]);
  live = await engine.account();
  queued = [];
  accept = createAccept({
    ...engine,
    blobs: new BlobStore(engine.folder),
    onPendingMedia: () => {},
    onQueued: ({ messageId }) => void queued.push(messageId),
  });
});
afterEach(() => engine.close());

let made = 0;
const item = (content: Content, change: Partial<InboundMessage> = {}): InboundMessage => ({
  type: 'message',
  providerId: `p${++made}`,
  sender: { address: 'probe:ada', language: 'fr' },
  content,
  ...change,
});
const said = (words: string, change: Partial<InboundMessage> = {}) =>
  item({ kind: 'text', text: words }, change);
const take = async (one: InboundItem, at = live): Promise<MessageRow> => {
  const [accepted] = await accept(at, [one]);
  return (await engine.store.read.messages.byId(accepted!.messageId!))!;
};
const told = (type: string) =>
  engine.emitted
    .map(({ envelope }) => JSON.parse(envelope) as { type: string; data: Record<string, unknown> })
    .filter((event) => event.type === type)
    .map(({ data }) => data);

async function ask(
  content: Content,
  change: { to?: string; metadata?: Record<string, string> } = {},
): Promise<string> {
  const send = createSend({ ...engine, onQueued: () => {} });
  const input = { to: 'probe:ada', content, ...change };
  const { body } = await send({ merchantId: 'mer_1', test: false, input });
  return (JSON.parse(body) as { id: string }).id;
}
const prompts = async (): Promise<MessageRow[]> =>
  (await engine.store.read.messages.of('mer_1', 'z', 100))
    .filter((row) => row.extras?.continues !== undefined)
    .toSorted((a, b) => a.sequence - b.sequence);

const booking: Content = {
  kind: 'form',
  title: 'Réserver',
  fields: [
    { id: 'when', label: 'Quel jour ?', type: 'date', required: true },
    { id: 'phone', label: 'Votre numéro ?', type: 'phone', required: true },
    {
      id: 'where',
      label: 'Où ?',
      type: 'choice',
      options: [
        { id: 'in', title: 'Salle' },
        { id: 'out', title: 'Terrasse' },
      ],
    },
    { id: 'note', label: 'Une remarque ?', type: 'text' },
  ],
};

describe('a form on a channel without forms', () => {
  test('is asked one question at a time and comes back as one answer', async () => {
    await take(said('Bonjour'));
    const form = await ask(booking, { metadata: { table: '7' } });
    const first = await take(said('27/11/2026'));
    expect(first.extras?.answer).toEqual({
      type: 'form',
      message_id: form,
      values: { when: '2026-11-27' },
      complete: false,
      via: 'value',
    });
    await take(said('+33 6 39 98 00 00'));
    await take(said('terrasse'));
    expect(told('form.answered')).toEqual([]);
    const last = await take(said('-'));
    expect(told('form.answered')).toEqual([
      {
        message_id: form,
        values: { when: '2026-11-27', phone: '+33639980000', where: 'out' },
        answered_by: last.id,
        conversation_id: last.conversationId,
      },
    ]);
    expect(told('choice.answered')).toEqual([]);
    const asked = await prompts();
    expect(asked.map(({ content }) => content.text)).toEqual([
      'Votre numéro ?',
      'Où ?',
      'Une remarque ?\n(Facultatif : répondez - pour passer)',
    ]);
    expect(
      asked.every(({ extras }) => extras?.continues === form && extras.metadata?.['table'] === '7'),
    ).toBe(true);
    expect(queued).toEqual(asked.map(({ id }) => id));
    // each goes right after the answer that led to it
    expect(asked.map(({ sequence }) => sequence)).toEqual([4, 6, 8]);
    expect((await take(said('encore'))).extras?.answer).toBeUndefined();
  });

  test('keeps waiting where an answer does not fit, and says that a question was open', async () => {
    await ask(booking);
    const other = await take(said('un jour'));
    expect(other.extras).toMatchObject({ openQuestion: true });
    expect(await prompts()).toEqual([]);
    await take(said('demain'));
    expect(await prompts()).toHaveLength(1);
  });

  test('takes a step once: a press on one that was answered turns nothing back', async () => {
    await ask(booking);
    await take(said('demain'));
    await take(said('+33639980000'));
    const [, where] = await prompts();
    await take(said('Salle', { payload: optionPayload(where!.id, 0) }));
    const again = await take(said('Terrasse', { payload: optionPayload(where!.id, 1) }));
    expect(again.extras?.postback).toBeDefined();
    await take(said('Rien'));
    expect(told('form.answered')).toMatchObject([{ values: { where: 'in', note: 'Rien' } }]);
  });

  test('lets a question with options go before a field that takes any text', async () => {
    const choice = await ask({
      kind: 'choice',
      text: 'Thé ?',
      options: [
        { id: 'y', title: 'Oui' },
        { id: 'n', title: 'Non' },
      ],
    });
    const form = await ask({
      kind: 'form',
      title: 'Avis',
      fields: [{ id: 'say', label: 'Dites', type: 'text' }],
    });
    await take(said('oui'));
    await take(said('oui, encore'));
    expect(told('choice.answered')).toMatchObject([{ message_id: choice }]);
    expect(told('form.answered')).toMatchObject([{ message_id: form, values: { say: 'oui, encore' } }]);
  });

  test('reads a place that is shared, and one in words', async () => {
    const form = await ask({
      kind: 'form',
      title: 'Course',
      fields: [{ id: 'from', label: 'D’où ?', type: 'location', required: true }],
    });
    const message = await take(item({ kind: 'location', latitude: 48.11, longitude: -1.68, name: 'Gare' }));
    const place = { latitude: 48.11, longitude: -1.68, name: 'Gare' };
    expect(told('form.answered')).toMatchObject([{ message_id: form, values: { from: place } }]);
    expect(told('location.shared')).toMatchObject([{ message_id: form, answered_by: message.id, ...place }]);
    const again = await ask({
      kind: 'form',
      title: 'Course',
      fields: [{ id: 'from', label: 'D’où ?', type: 'location', required: true }],
    });
    await take(said('de la gare'));
    expect(told('form.answered')[1]).toMatchObject({ message_id: again, values: { from: 'de la gare' } });
  });

  test('invariant 4: answers that come at once are read one after the other', async () => {
    await ask(booking);
    await accept(live, [said('demain'), said('+33639980000'), said('2'), said('Merci')]);
    expect(told('form.answered')).toMatchObject([{ values: { where: 'out', note: 'Merci' } }]);
  });
});

test('a form that the platform shows whole comes back whole, or is a postback where it does not fit', async () => {
  const at = await engine.account({ connector: 'forms' });
  const form = await ask(booking, { to: 'forms:ada' });
  const sender = { address: 'forms:ada' };
  const filled = (values: Record<string, unknown>, change: Partial<InboundMessage> = {}) =>
    take(said('Réservé', { sender, payload: formPayload(form), values, ...change }), at);
  expect((await filled({ when: 'soon' })).extras?.postback).toBeDefined();
  const values = { when: '2026-12-01', phone: '+33639980000' };
  const bob = await filled(values, { sender: { address: 'forms:bob' } });
  expect(bob.extras?.answer).toBeUndefined();
  const message = await filled(values);
  expect(message.extras?.answer).toMatchObject({ complete: true, via: 'payload', values });
  expect(told('form.answered')).toMatchObject([{ message_id: form, values, answered_by: message.id }]);
});

describe('choices', () => {
  const colours: Content = {
    kind: 'choice',
    text: 'Couleurs ?',
    options: ['Rouge', 'Bleu', 'Vert'].map((title, i) => ({ id: `c${i}`, title })),
    max_choices: 2,
    none: 'Aucune',
  };

  test.each([
    ['1 et 3', ['c0', 'c2'], 'number'],
    ['bleu, vert', ['c1', 'c2'], 'words'],
    ['aucune', [], 'words'],
  ])('%j', async (words, ids, via) => {
    await take(said('Bonjour'));
    const id = await ask(colours);
    await take(said(words));
    const [answer] = told('choice.answered') as {
      message_id: string;
      via: string;
      options: { id: string }[];
    }[];
    expect(answer).toMatchObject({ message_id: id, via });
    expect(answer!.options.map((option) => option.id)).toEqual(ids);
  });

  test('ticked together come back together', async () => {
    const id = await ask(colours);
    await take(said('Rouge, Vert', { payload: optionsPayload(id, [2, 0]) }));
    expect(told('choice.answered')).toMatchObject([
      { options: [{ id: 'c0' }, { id: 'c2' }], via: 'payload' },
    ]);
    expect(
      (await take(said('x', { payload: optionsPayload(id, [0, 1, 2]) }))).extras?.postback,
    ).toBeDefined();
  });

  test('a survey comes back as its step', async () => {
    const id = await ask({ kind: 'survey', text: 'Note ?', scale: { min: 0, max: 10 } });
    const message = await take(said('9'));
    expect(message.extras?.answer).toEqual({ type: 'survey', message_id: id, value: 9, via: 'number' });
    expect(told('survey.answered')).toMatchObject([{ message_id: id, value: 9, answered_by: message.id }]);
    expect(told('choice.answered')).toEqual([]);
  });

  test('an opt-out word goes before every question, and an option of that name that is pressed is an answer', async () => {
    const id = await ask({
      kind: 'choice',
      text: 'Go on?',
      options: [
        { id: 'go', title: 'Go' },
        { id: 'stop', title: 'Stop' },
      ],
    });
    await ask({ kind: 'form', title: 'Avis', fields: [{ id: 'say', label: 'Dites', type: 'text' }] });
    await take(said('Stop', { payload: optionPayload(id, 1) }));
    expect(told('consumer.opted_out')).toEqual([]);
    expect(told('choice.answered')).toMatchObject([{ options: [{ id: 'stop' }] }]);
    const message = await take(said('STOP'));
    expect(told('consumer.opted_out')).toMatchObject([{ via: 'message', message_id: message.id }]);
    expect(message.extras).toEqual({ openQuestion: true });
    expect(told('form.answered')).toEqual([]);
  });
});

describe('what a consumer sends of their own accord', () => {
  test('an order, tied to the message it answers', async () => {
    const products = await ask({
      kind: 'product',
      items: [{ id: 'tart', title: 'Tarte' }],
      text: 'Nos tartes',
    });
    await engine.store.write((tx) =>
      tx.receipts.insertPart({
        accountId: live.row.id,
        providerId: 'shown',
        messageId: products,
        part: 0,
        state: 'sent',
      }),
    );
    const order = {
      order_id: 'o-1',
      items: [{ id: 'tart', title: 'Tarte', quantity: 2 }],
      total: { amount: 2400, currency: 'EUR' },
    };
    const message = await take(item({ kind: 'order', ...order }, { replyTo: 'shown' }));
    expect(told('order.placed')).toMatchObject([{ message_id: products, answered_by: message.id, ...order }]);
  });

  test('a place, tied to none', async () => {
    const message = await take(item({ kind: 'location', latitude: 1, longitude: 2 }));
    expect(told('location.shared')).toEqual([
      {
        answered_by: message.id,
        conversation_id: message.conversationId,
        consumer_id: message.consumerId,
        latitude: 1,
        longitude: 2,
      },
    ]);
  });
});

describe('payments', () => {
  const sender = { address: 'probe:ada' };
  const notice = (state: 'pending' | 'paid' | 'refunded', change: object = {}): InboundItem => ({
    type: 'payment',
    providerId: 'pay_1',
    sender,
    state,
    reference: 'INV-7',
    amount: { amount: 2400, currency: 'EUR' },
    ...change,
  });
  const request: Content = {
    kind: 'payment_request',
    reference: 'INV-7',
    amount: { amount: 2400, currency: 'EUR' },
    url: 'https://pay.example/7',
  };

  test('are stated once per change, forward only, tied to their request', async () => {
    const id = await ask(request);
    await accept(live, [notice('pending')]);
    await accept(live, [notice('paid'), notice('paid')]);
    expect(await accept(live, [notice('pending')])).toEqual([{ duplicate: true }]);
    await accept(live, [notice('refunded')]);
    expect(
      told('payment.updated').map(({ message_id, state, previous }) => [message_id, state, previous]),
    ).toEqual([
      [id, 'pending', undefined],
      [id, 'paid', 'pending'],
      [id, 'refunded', 'paid'],
    ]);
  });

  test('invariant 8: a reference of another conversation or merchant ties to nothing', async () => {
    await ask(request);
    await accept(live, [notice('paid', { sender: { address: 'probe:bob' } })]);
    const other = await engine.account({ merchantId: 'mer_2' });
    await accept(other, [notice('paid')]);
    expect(told('payment.updated').map(({ message_id }) => message_id)).toEqual([undefined, undefined]);
  });
});
