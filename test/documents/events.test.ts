import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventTypes } from '../../protocol/events.ts';
import type { EventType } from '../../protocol/events.ts';
import { contentExamples } from '../../protocol/examples/content.ts';
import { formPayload, optionPayload } from '../../protocol/questions.ts';
import { keptDocuments } from '../../scripts/documents.ts';
import { openFrames } from '../e2e/consumers/frames.ts';
import type { Frames } from '../e2e/consumers/frames.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';

/** Every type of event, stated by a real gateway, is what the documents say: its envelope, its data and its subject. */
interface Stated {
  type: string;
  subject: string;
  envelope: string;
}

let gateway: TestGateway;
let merchant: TestMerchant;
let web: Server;
let webUrl: string;
let phone: Frames<{ type: string }, object>;
let stated: Stated[] = [];

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What was removed since is told to nobody. */
const all = (): Stated[] => {
  const database = new Database(join(gateway.dataFolder, 'passerelle.sqlite'), { readonly: true });
  try {
    return database
      .prepare('select type, subject, envelope from events where removed_at is null order by seq')
      .all() as Stated[];
  } finally {
    database.close();
  }
};

const says = (frame: object) => phone.says({ as: 'ada', id: randomUUID(), ...frame });
const toAda = async (content: object): Promise<string> => {
  const id = await merchant.send('sandbox:ada', content);
  await merchant.state(id, 'sent', 'delivered', 'read');
  return id;
};
/** Waits until the merchant got an event of this type. */
const comes = (type: EventType) => merchant.receiver.event(type);

beforeAll(async () => {
  web = createServer((request, response) => {
    const refusedBot = request.url?.startsWith('/bot');
    response.statusCode =
      request.url === '/picture.png' ? 200 : request.url === '/gone' ? 410 : refusedBot ? 401 : 404;
    response.end(
      request.url === '/picture.png'
        ? png
        : refusedBot
          ? JSON.stringify({ ok: false, error_code: 401, description: 'no' })
          : undefined,
    );
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('Aster', 'test');
  const secret = 'a-secret-of-the-phone-page';
  const { id, hookUrl } = await merchant.account('sandbox', {}, { secret });
  const key = createHmac('sha256', secret).update(`sandbox phone of ${id}`).digest('base64url');
  phone = await openFrames(`${hookUrl}/socket?key=${key}`);

  says({ type: 'write', content: { kind: 'text', text: 'Hello' } });
  await comes('message.received');
  phone.says({ as: 'ada', type: 'typing', on: true });
  says({ type: 'press', title: 'Friday', payload: optionPayload(await toAda(contentExamples.choice), 0) });
  await comes('choice.answered');
  says({ type: 'press', title: '5', payload: optionPayload(await toAda(contentExamples.survey), 4) });
  await comes('survey.answered');
  says({
    type: 'press',
    title: 'Sent',
    payload: formPayload(await toAda(contentExamples.form)),
    values: { when: '2026-11-27', people: 4, where: 'out' },
  });
  await comes('form.answered');
  says({ type: 'write', content: contentExamples.location });
  says({ type: 'write', content: contentExamples.order });
  const { reference, amount } = contentExamples.payment_request;
  await toAda(contentExamples.payment_request);
  says({ type: 'pay', message: 'request', reference, amount, state: 'paid' });
  await comes('payment.updated');
  await toAda({ kind: 'media', media: { type: 'image', url: `${webUrl}/picture.png` } });
  await merchant.send('sandbox:ada', { kind: 'media', media: { type: 'image', url: `${webUrl}/none.png` } });
  await comes('media.failed');
  says({ type: 'write', content: { kind: 'text', text: 'STOP' } });
  await comes('consumer.opted_out');
  says({ type: 'write', content: { kind: 'text', text: 'START' } });
  await comes('consumer.opted_in');
  await linkTwo();
  await failingAccount();
  await eraseOne();
  await merchant.call('POST', '/v1/webhook-endpoints', { url: `${webUrl}/gone` });
  says({ type: 'write', content: { kind: 'text', text: 'Still there?' } });
  await comes('webhook_endpoint.disabled');
  stated = all();
}, 120_000);

/** An account that its platform will have nothing of. */
async function failingAccount(): Promise<void> {
  const credentials = { token: '900800:a-token-that-nobody-takes', webhook_secret: 'a-secret-of-the-hook' };
  await merchant.account('telegram', { base_url: webUrl }, credentials);
  for (const to of ['telegram:42', 'telegram:43'])
    await merchant.send(
      to,
      { kind: 'text', text: 'Hello' },
      { fallback: [{ to: 'sandbox:ada', after: 1, until: 'sent' }] },
    );
  await comes('account.updated');
  await comes('message.rerouted');
}

async function eraseOne(): Promise<void> {
  says({ type: 'write', as: 'carol', content: { kind: 'text', text: 'Forget me' } });
  const { data } = await merchant.receiver.event(
    'message.received',
    (event) => event.data.address === 'sandbox:carol',
  );
  const erased = await merchant.call('POST', `/v1/consumers/${data.consumer_id}/erasure`);
  expect(erased.status, JSON.stringify(erased.body)).toBe(202);
  await comes('consumer.erased');
}

async function linkTwo(): Promise<void> {
  says({ type: 'write', as: 'bob', content: { kind: 'text', text: 'Me too' } });
  const consumers = await until('two consumers', async () => {
    const { body } = await merchant.call('GET', '/v1/consumers');
    const { data } = body as unknown as { data: { id: string }[] };
    return data.length === 2 && data;
  });
  const [one, other] = consumers.map(({ id }) => id) as [string, string];
  const linked = await merchant.call('POST', `/v1/consumers/${one}/link`, { consumer_id: other });
  expect(linked.status, JSON.stringify(linked.body)).toBe(200);
}

afterAll(async () => {
  phone?.close();
  web?.close();
  await merchant?.receiver.close();
  await gateway?.stop();
});

const kept = keptDocuments();
const ajv = new Ajv2020({ strictTypes: true, validateFormats: false });
const validators = new Map<string, ValidateFunction>();
const validatorOf = (file: string): ValidateFunction => {
  const known = validators.get(file) ?? ajv.compile(kept[file]!);
  validators.set(file, known);
  return known;
};

interface Channel {
  address: string;
  parameters?: Record<string, { enum?: string[] }>;
  messages: Record<string, unknown>;
}
const channels = Object.entries(kept['asyncapi.json']!['channels'] as Record<string, Channel>);

/** Whether a subject is one of a channel's: the fixed tokens as they are, the others out of their values. */
function isOf({ address, parameters = {} }: Channel, subject: string): boolean {
  const [wanted, given] = [address.split('.'), subject.split('.')];
  return (
    wanted.length === given.length &&
    wanted.every((token, i) => {
      const name = /^\{(\w+)\}$/.exec(token)?.[1];
      if (name === undefined) return token === given[i];
      return parameters[name]?.enum?.includes(given[i]!) ?? true;
    })
  );
}

describe('each event', () => {
  test('of every type was stated', () => {
    expect(eventTypes.filter((type) => !stated.some((event) => event.type === type))).toEqual([]);
  });

  test('fits the schemas of the envelope and of its data', () => {
    for (const { type, envelope } of stated) {
      const event = JSON.parse(envelope) as { data: unknown };
      for (const [file, value] of [
        ['event.json', event],
        [`events/${type}.json`, event.data],
      ] as const) {
        const validate = validatorOf(file);
        expect(validate(value), `${type} ${ajv.errorsText(validate.errors)}`).toBe(true);
      }
    }
  });

  test('comes on the channel of its type, and on that of all events', () => {
    for (const { type, subject } of stated) {
      const names = channels
        .filter(([, channel]) => channel.address !== null && isOf(channel, subject))
        .map(([, channel]) => Object.keys(channel.messages));
      expect(names, `${type} on ${subject}`).toEqual([eventTypes, [type]]);
    }
  });

  test('a planted subject on no channel is found', () => {
    const events = channels.filter(([, { address }]) => address !== null);
    expect(
      events.some(([, channel]) =>
        isOf(channel, 'psr.v1.event.mer_1.sms.acc_1.sideways.message.received.text'),
      ),
    ).toBe(false);
  });
});
