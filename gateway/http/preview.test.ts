import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { rich, sms } from '../../protocol/adapt/channels.ts';
import { kinds } from '../../protocol/capabilities.ts';
import { createMerchant, createKey } from '../merchants/manage.ts';
import { createSend } from '../messages/send.ts';
import { createMetrics } from '../metrics.ts';
import { createApp } from './app.ts';
import { previewSchema } from './schemas.ts';
import type { Services } from './services.ts';

const textOnly = probeConnector({ name: 'texts', channel: 'texts', capabilities: sms });
const buttons = probeConnector({ name: 'buttons', channel: 'buttons', capabilities: rich });
const refusing = probeConnector({
  name: 'refusing',
  capabilities: { ...sms, outbound: kinds({ text: 'native' }, 'refused') },
});

let engine: Engine;
let app: ReturnType<typeof createApp>['app'];
let key: string;
let merchantId: string;
const accounts: Record<string, string> = {};

async function newMerchant(name: string): Promise<{ merchantId: string; key: string }> {
  const merchant = await createMerchant(engine, name);
  const made = await createKey(engine, { merchantId: merchant.id, mode: 'live', name });
  return { merchantId: merchant.id, key: made.key };
}

beforeEach(async () => {
  engine = await startEngine([textOnly, buttons, refusing]);
  const send = createSend({ ...engine, onQueued: () => {} });
  const remote = { learn: async () => {} };
  const services = { ...engine, send, remote, metrics: createMetrics(), merchantRate: 1000 };
  app = createApp(services as unknown as Services).app;
  ({ key, merchantId } = await newMerchant('Cups'));
  for (const connector of ['texts', 'buttons', 'refusing'])
    accounts[connector] = (await engine.account({ merchantId, connector })).row.id;
});
afterEach(() => engine.close());

const post = async (path: string, body: unknown, as = key) => {
  const answer = await app.request(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
async function preview(body: object, on?: string) {
  const asked = on ? { ...body, accounts: [accounts[on]] } : body;
  const answer = await post('/v1/messages/preview', asked);
  expect(answer.status).toBe(200);
  return previewSchema.parse(answer.body).data;
}

const choice = {
  kind: 'choice',
  text: 'Which day?',
  options: [
    { id: 'a', title: 'Monday' },
    { id: 'b', title: 'Stop' },
  ],
};
const form = {
  kind: 'form',
  title: 'Your table',
  fields: [
    { id: 'when', label: 'When?', type: 'date', required: true },
    { id: 'where', label: 'Where?', type: 'choice', options: [{ id: 'in', title: 'Inside' }] },
    { id: 'mail', label: 'Your mail?', type: 'email' },
  ],
};

describe('the preview', () => {
  test('shows each account: parts, a drawing, what is lost, how it is answered', async () => {
    const all = await preview({ content: choice });
    expect(all.map(({ account_id, connector, refused }) => [account_id, connector, refused])).toEqual([
      [accounts['texts'], 'texts', undefined],
      [accounts['buttons'], 'buttons', undefined],
      [accounts['refusing'], 'refusing', 'content_unsupported'],
    ]);
    const [texts, pressed, refused] = all;
    expect(texts).toMatchObject({
      segments: 1,
      losses: [],
      parts: [
        {
          content: { kind: 'text', text: 'Which day?\n\n1. Monday\n2. Stop' },
          rendering: {
            blocks: [{ type: 'text', role: 'body', gauge: { length: 29, max: 1530, unit: 'septets' } }],
          },
          segments: 1,
          encoding: 'gsm7',
          units: 29,
        },
      ],
    });
    // "Stop" takes the consumer off: it is no way to choose that option
    expect(
      texts!.ways?.options.map(({ ways }) => ways.map((way) => ('says' in way ? way.says : way.by))),
    ).toEqual([['1', 'Monday'], ['2']]);
    expect(pressed!.parts[0]?.rendering.blocks.at(-1)).toMatchObject({
      type: 'buttons',
      buttons: [{ title: 'Monday', gauge: { length: 6, max: 20 } }, { title: 'Stop' }],
    });
    expect(pressed!.ways?.options[1]?.ways).toEqual([{ by: 'press' }]);
    expect(pressed).not.toHaveProperty('segments');
    expect(refused!.parts).toEqual([]);
  });

  test('counts the short messages of each part and of all, in the encoding they go in', async () => {
    const counted = async (text: string) => {
      const [shown] = await preview({ content: { kind: 'text', text } }, 'texts');
      return [
        shown!.segments,
        ...shown!.parts.map(({ segments, encoding, units }) => [segments, encoding, units]),
      ];
    };
    expect(await counted('a'.repeat(160))).toEqual([1, [1, 'gsm7', 160]]);
    expect(await counted('€'.repeat(81))).toEqual([2, [2, 'gsm7', 162]]);
    expect(await counted('ç'.repeat(71))).toEqual([2, [2, 'ucs2', 71]]);
    const long = await counted('word '.repeat(400));
    expect(long.length).toBe(3);
    expect(long[0]).toBe(
      long.slice(1).reduce((sum: number, part) => sum + Number((part as unknown[])[0]), 0),
    );
  });

  test('shows the questions of a form one after the other where the channel has no forms', async () => {
    const [shown] = await preview({ content: form, language: 'fr' }, 'texts');
    expect(shown!.parts.map(({ content }) => content.text)).toEqual(['Your table\n\nWhen?\n(JJ/MM/AAAA)']);
    expect(shown!.ways).toMatchObject({ type: 'form', field: { id: 'when', type: 'date', required: true } });
    expect(shown!.steps?.map(({ field }) => field)).toEqual(['where', 'mail']);
    const [where, mail] = shown!.steps!;
    expect(where!.parts[0]?.content.text).toBe('Where?\n\n1. Inside\n0. Passer');
    expect(where!.ways?.options[0]).toMatchObject({
      ways: [{ says: '1' }, { says: 'Inside' }],
      answer: { type: 'form', values: { where: 'in' }, complete: false },
    });
    expect(mail).toMatchObject({
      segments: 1,
      ways: { field: { id: 'mail', type: 'email', required: false } },
    });
    expect(mail!.parts[0]?.rendering.blocks[0]).toMatchObject({
      type: 'text',
      text: expect.stringContaining('Your mail?'),
    });
    expect((await preview({ content: choice }, 'texts'))[0]).not.toHaveProperty('steps');
  });

  test('is what is then sent, and is not itself written down', async () => {
    const before = await engine.store.read.messages.of(merchantId, 'z', 10);
    const [shown] = await preview({ content: choice }, 'texts');
    expect(await engine.store.read.messages.of(merchantId, 'z', 10)).toEqual(before);
    expect(engine.emitted).toEqual([]);
    const sent = await post('/v1/messages', { to: 'probe:ada', from: accounts['texts'], content: choice });
    expect(sent.status).toBe(202);
    const delivery = await engine.store.read.deliveries.byMessage(String(sent.body['id']));
    expect(delivery?.partCount).toBe(shown!.parts.length);
  });

  test('names media by links that open them, and by no id that does not exist', async () => {
    const media = { type: 'image', url: 'https://example.com/cup.png', alt: 'A cup' };
    const [, pressed] = await preview({ content: { kind: 'media', media } });
    expect(pressed!.parts[0]?.content).toEqual({ kind: 'media', media });
    expect(pressed!.parts[0]?.rendering.blocks[0]).toMatchObject({
      type: 'media',
      media: { ...media, max_bytes: 1000 },
    });
  });

  test('with strict, says where a send would be refused, as the send then is, with the same losses', async () => {
    const content = { kind: 'text', text: 'Hi', subject: 'About you' };
    const shown = await preview({ content, strict: true });
    expect(shown.map(({ refused }) => refused)).toEqual(['lossy', undefined, 'lossy']);
    expect((await preview({ content })).map(({ refused }) => refused)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const refused = await post('/v1/messages', {
      to: 'probe:ada',
      from: accounts['texts'],
      content,
      strict: true,
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'lossy', losses: shown[0]!.losses } });
    const taken = await post('/v1/messages', {
      to: 'probe:ada',
      from: accounts['buttons'],
      content,
      strict: true,
    });
    expect(taken.status).toBe(202);
  });
});

describe('transliteration', () => {
  const content = { kind: 'text', text: 'L’été est là, cœur à cœur…' };
  const shownText = async (more: object) => (await preview({ content, ...more }, 'texts'))[0]!.parts[0]!;

  test('is in the preview only where it is asked for', async () => {
    expect(await shownText({})).toMatchObject({ content, encoding: 'ucs2' });
    expect(await shownText({ transliterate: false })).toMatchObject({ content, encoding: 'ucs2' });
    expect(await shownText({ transliterate: true })).toMatchObject({
      content: { text: "L'été est là, coeur à coeur..." },
      encoding: 'gsm7',
    });
    expect((await preview({ content, transliterate: true }, 'buttons'))[0]!.parts[0]!.content).toEqual(
      content,
    );
  });

  test('is kept with the message that asked for it, and with no other', async () => {
    const kept = async (more: object) => {
      const sent = await post('/v1/messages', { to: 'probe:ada', from: accounts['texts'], content, ...more });
      expect(sent.status).toBe(202);
      expect(sent.body['content']).toEqual(content);
      return (await engine.store.read.messages.byId(String(sent.body['id'])))?.extras?.transliterate;
    };
    expect(await kept({ transliterate: true })).toBe(true);
    expect(await kept({ transliterate: false })).toBeUndefined();
    expect(await kept({})).toBeUndefined();
  });
});

describe('what a preview does not tell', () => {
  test('another merchant’s account is as unknown as one that never was', async () => {
    const other = await newMerchant('Saucers');
    const never = 'acc_01JD0000000000000000000000';
    const told = async (id: string) => {
      const { status, body } = await post(
        '/v1/messages/preview',
        { content: choice, accounts: [id] },
        other.key,
      );
      const { request_id: _, ...rest } = body;
      return { status, body: JSON.stringify(rest).replaceAll(id, 'ID') };
    };
    const foreign = await told(accounts['texts']!);
    expect(foreign.status).toBe(422);
    expect(foreign).toEqual(await told(never));
    const mixed = await engine.account({ merchantId: other.merchantId, connector: 'texts' });
    expect(
      await post(
        '/v1/messages/preview',
        { content: choice, accounts: [mixed.row.id, accounts['texts']] },
        other.key,
      ),
    ).toMatchObject({ status: 422, body: { errors: [{ pointer: '/accounts' }] } });
    const all = await post('/v1/messages/preview', { content: choice }, other.key);
    expect((all.body['data'] as { account_id: string }[]).map(({ account_id }) => account_id)).toEqual([
      mixed.row.id,
    ]);
  });

  test('a disabled account is shown no more', async () => {
    engine.registry.put({ ...engine.registry.get(accounts['texts']!)!.row, state: 'disabled' });
    const answer = await post('/v1/messages/preview', { content: choice, accounts: [accounts['texts']] });
    expect(answer.status).toBe(422);
  });

  test('media of another merchant opens for nobody', async () => {
    const media = { type: 'image', id: 'med_01JD0000000000000000000000' };
    const answer = await post('/v1/messages/preview', { content: { kind: 'media', media } });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/content' }] } });
  });

  test('nobody without a key, and no field that does not exist', async () => {
    expect((await post('/v1/messages/preview', { content: choice }, 'sk_live_wrong')).status).toBe(401);
    const answer = await post('/v1/messages/preview', { content: choice, unheard: 1 });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/unheard' }] } });
  });
});
