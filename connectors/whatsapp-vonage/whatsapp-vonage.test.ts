import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { Content } from '../../protocol/content.ts';
import { anyMedia, everyPart } from '../kit/adapted.testing.ts';
import { cloudRefusals } from '../kit/whatsapp/testing.ts';
import { connector } from './index.ts';
import { render } from './render.ts';
import { spec } from './whatsapp-vonage.conformance.ts';

conformance(spec);

const bodiesOf = async (sample: Content) =>
  (await send(spec, answered(spec.answers!.ok), { sample })).requests.map(({ json }) => json);
const around = {
  channel: 'whatsapp',
  to: '33639980001',
  from: '33639980100',
  webhook_url: spec.account.hookUrl,
  webhook_version: 'v1',
};

test('what the Messages API has a kind for goes as that kind', async () => {
  expect(await bodiesOf({ kind: 'text', text: 'Bonjour' })).toEqual([
    { ...around, message_type: 'text', text: 'Bonjour' },
  ]);
  expect(
    await bodiesOf({ kind: 'media', media: { type: 'file', id: 'med_1', name: 'a.pdf' }, caption: 'Here' }),
  ).toEqual([
    {
      ...around,
      message_type: 'file',
      file: { url: 'https://gateway.test/media/med_1', caption: 'Here', name: 'a.pdf' },
    },
  ]);
  const [taken] = await bodiesOf({ kind: 'reaction', message_id: 'msg_1', emoji: '' });
  expect(taken).toEqual({
    ...around,
    message_type: 'reaction',
    reaction: { action: 'unreact' },
    context: { message_uuid: spec.answers!.providerIds[0] },
  });
});

test('what it has none for goes as the object of the Cloud API', async () => {
  expect(
    await bodiesOf({
      kind: 'choice',
      text: 'When?',
      options: [
        { id: 'a', title: 'Today' },
        { id: 'b', title: 'Tomorrow' },
      ],
    }),
  ).toMatchObject([
    { ...around, message_type: 'custom', custom: { type: 'interactive', interactive: { type: 'button' } } },
  ]);
});

test('products of the catalogue, and cards side by side, go as the object of the Cloud API', async () => {
  const config = { ...spec.account.config, catalog_id: '700800900' };
  const native = (content: Content) =>
    connector.capabilitiesFor!(content, config).outbound[content.kind] === 'native';
  const sent = async (sample: Content) =>
    (
      await send({ ...spec, account: { ...spec.account, config } }, answered(spec.answers!.ok), { sample })
    ).requests.map(({ json }) => json);
  const product: Content = { kind: 'product', items: [{ id: 'b-7', title: 'Bike' }] };
  expect(native(product)).toBe(true);
  expect(await sent(product)).toMatchObject([
    { custom: { interactive: { type: 'product', action: { catalog_id: '700800900' } } } },
  ]);
  const card = (id: string) => ({
    title: id,
    image: { type: 'image' as const, id },
    actions: [{ type: 'reply' as const, id, title: id }],
  });
  const cards: Content = { kind: 'carousel', text: 'Which?', cards: [card('A'), card('B')] };
  expect(native(cards)).toBe(true);
  const header = { type: 'image', image: { link: 'https://gateway.test/media/A' } };
  expect(await sent(cards)).toMatchObject([
    {
      message_type: 'custom',
      custom: { interactive: { type: 'carousel', action: { cards: [{ header }, {}] } } },
    },
  ]);
  // its answers are in no document
  expect(
    native({ kind: 'form', name: 'f', title: 'F', fields: [{ id: 'a', label: 'A', type: 'text' }] }),
  ).toBe(false);
});

test('a native payload cannot change who gets it, nor who sends', async () => {
  const payload = {
    to: '15550199',
    from: '1',
    channel: 'sms',
    webhook_url: 'x',
    message_type: 'text',
    text: 'x',
  };
  expect(await bodiesOf({ kind: 'native', connector: 'whatsapp-vonage', payload, text: 'x' })).toEqual([
    { ...around, message_type: 'text', text: 'x' },
  ]);
});

test('credentials go with media to hosts of Vonage only', async () => {
  const { context, requests } = recording(answered({ status: 200, body: 'x' }));
  const urls = [
    'https://api-eu.nexmo.com/v3/media/1',
    'https://nexmo.com.example.net/v3/media/1',
    'http://api-eu.nexmo.com/v3/media/1',
  ];
  for (const url of urls) await connector.media!.fetch(url, spec.account, { ...context, maxBytes: 9 });
  expect(requests.map(({ headers }) => headers?.['authorization'] !== undefined)).toEqual([
    true,
    false,
    false,
  ]);
});

test('whatever a merchant says, adapted, stays within what WhatsApp takes', () =>
  everyPart(connector, (part) => {
    const rendered = render({ part, media: anyMedia, replyTo: 'id-1', messageId: 'msg_1' }, {});
    expect([rendered.ok, part]).toEqual([true, part]);
    for (const body of rendered.ok ? rendered.bodies : []) {
      expect(cloudRefusals(body)).toEqual([]);
      expect(String(body['text'] ?? '').length).toBeLessThanOrEqual(4096);
    }
  }));
