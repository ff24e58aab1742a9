import { afterAll, beforeAll, expect, it } from 'vitest';
import { envelopeSchema } from '../../protocol/envelope.ts';
import type { Envelope } from '../../protocol/envelope.ts';
import { eventsOf, parseEventSubject } from '../../protocol/subjects.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { openSandbox } from './consumers/sandbox.ts';
import type { SandboxLine } from './consumers/sandbox.ts';
import { openTelegram } from './consumers/telegram.ts';
import type { TelegramLine } from './consumers/telegram.ts';
import { connectNats, openEventStream } from './events.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let sandbox: SandboxLine;
let telegram: TelegramLine;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('Aster', 'test');
  sandbox = await openSandbox(merchant);
  telegram = await openTelegram(merchant);
});

afterAll(async () => {
  await sandbox?.close();
  await telegram?.close();
  await merchant?.receiver.close();
  await gateway?.stop();
});

const byId = (envelopes: Envelope[]) => new Map(envelopes.map((one) => [one.id, one]));

/** One of nearly every event: opened, received, answered, opted out and in, typing, media, linked, delivered, read, failed. */
async function muchHappens(): Promise<void> {
  const alice = await sandbox.person('alice');
  await alice.writes('Hello');
  const { data: opened } = await merchant.receiver.event('conversation.opened');
  const question = await merchant.send(
    opened.conversation_id,
    {
      kind: 'choice',
      text: 'Which?',
      options: [
        { id: 'a', title: 'A' },
        { id: 'b', title: 'B' },
      ],
    },
    { metadata: { order: '7' } },
  );
  await merchant.state(question, 'read');
  await alice.answers({ place: 2, title: 'B' });
  await alice.writes('STOP');
  await alice.writes('START');
  await telegram.person(1).sendsPhoto(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3), 'Look');
  await merchant.send('sandbox:failed', { kind: 'text', text: 'In vain' });
  const { data: photo } = await merchant.receiver.event(
    'message.received',
    ({ data }) => data.content.kind === 'media',
  );
  await merchant.call('POST', `/v1/consumers/${opened.consumer_id}/link`, { consumer_id: photo.consumer_id });
}

const expected: [string, string | undefined][] = [
  ['message.received', 'text'], ['message.received', 'media'], ['delivery.updated', undefined], ['choice.answered', undefined],
  ['conversation.opened', undefined], ['consumer.linked', undefined], ['consumer.opted_out', undefined], ['consumer.opted_in', undefined],
  ['media.ready', undefined],
]; // prettier-ignore

it('is the same envelope on the subject, the webhook and the event stream', async () => {
  const nats = await connectNats(gateway);
  const published: { subject: string; text: string }[] = [];
  nats.subscribe('psr.v1.event.>', {
    callback: (_, message) => void published.push({ subject: message.subject, text: message.string() }),
  });
  await nats.flush();
  const stream = await openEventStream(merchant, { after: 'start' });

  await muchHappens();
  await merchant.receiver.event('consumer.linked');
  await merchant.receiver.event('media.ready');
  await merchant.receiver.event('delivery.updated', ({ data }) => data.state === 'failed');
  const { events: posted } = merchant.receiver;
  await until(
    'all three to have the same number',
    () => posted.length === published.length && posted.length === stream.events.length,
  );
  stream.close();
  await nats.close();

  const onNats = byId(published.map(({ text }) => JSON.parse(text) as Envelope));
  const onStream = byId(stream.events.map(({ envelope }) => envelope));
  expect(onNats).toEqual(byId(posted));
  expect(onStream).toEqual(byId(posted));
  for (const { envelope, type } of stream.events) {
    expect(envelopeSchema.safeParse(envelope)).toMatchObject({ success: true });
    expect(envelope.type).toBe(type);
  }

  const subjects = published.map(({ subject, text }) => ({
    parsed: parseEventSubject(subject),
    envelope: JSON.parse(text) as Envelope,
  }));
  for (const { parsed, envelope } of subjects)
    expect(parsed).toMatchObject({ merchantId: merchant.id, type: envelope.type });
  for (const [type, kind] of expected)
    expect(
      subjects.some(({ parsed }) => parsed?.type === type && parsed.kind === kind),
      `${type} ${kind}`,
    ).toBe(true);
  for (const { parsed, envelope } of subjects)
    if (envelope.type === 'message.received')
      expect(parsed).toMatchObject({
        channel: envelope.data.channel,
        accountId: envelope.data.account_id,
        direction: 'inbound',
        kind: envelope.data.content.kind,
      });
});

it('can be subscribed to by plain wildcards, and each only says its own', async () => {
  const other = await gateway.merchant('Borage', 'test');
  const phone = await openSandbox(other);
  const nats = await connectNats(gateway);
  const got: string[][] = [[], [], []];
  const wildcards = [
    eventsOf(other.id),
    `psr.v1.event.*.*.${phone.accountId}.inbound.message.received.text`,
    `psr.v1.event.${other.id}.telegram.>`,
  ];
  for (const [i, subject] of wildcards.entries())
    nats.subscribe(subject, {
      callback: (_, message) => void got[i]!.push((JSON.parse(message.string()) as Envelope).type),
    });
  await nats.flush();
  await (await phone.consumer(1)).writes('Hello');
  await (await sandbox.person('carol')).writes('Hello');
  await merchant.receiver.event('message.received', ({ data }) => data.address === 'sandbox:carol');
  await other.receiver.event('message.received');
  await until('both events', () => got[0]!.length === 2);
  expect(got).toEqual([['conversation.opened', 'message.received'], ['message.received'], []]);
  await nats.close();
  await phone.close();
  await other.receiver.close();
});

it('loses and repeats nothing over reconnections of the event stream', async () => {
  const start = await openEventStream(merchant, { after: 'start' });
  const before = await until(
    'the past',
    () => start.events.length >= merchant.receiver.events.length && start.events.length,
  );
  const cursor = start.events.at(-1)!.id;
  start.close();

  const dave = await sandbox.person('dave');
  const total = 60;
  const writing = (async () => {
    for (let i = 0; i < total; i++) await dave.writes(`line ${i}`);
  })();
  const got: { id: string; envelope: Envelope }[] = [];
  let lastEventId = cursor;
  // cut after a few events each time, in the middle of whatever is on its way
  for (let cut = 5; got.length < total + 1; cut += 3) {
    const stream = await openEventStream(merchant, { lastEventId });
    const some = (await stream.count(Math.min(cut, total + 1 - got.length))).slice(0, cut);
    stream.close();
    got.push(...some);
    lastEventId = got.at(-1)!.id;
  }
  await writing;
  const all = await openEventStream(merchant, { after: 'start' });
  await all.count(before + total + 1);
  all.close();
  expect(got.map(({ id }) => id)).toEqual(all.events.slice(before).map(({ id }) => id));
  expect(new Set(got.map(({ id }) => id)).size).toBe(total + 1);
  expect(
    got.flatMap(({ envelope }) => (envelope.type === 'message.received' ? [envelope.data.content.text] : [])),
  ).toEqual(Array.from({ length: total }, (_, i) => `line ${i}`));
});

it.each(['', 'x', 'evt_01KAP00000000000000000TEST', '999999'])('refuses the cursor %j', async (cursor) => {
  const answer = await merchant.call('GET', `/v1/events?after=${cursor}`);
  expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
});

it('refuses a cursor of another merchant', async () => {
  const other = await gateway.merchant('Clover', 'test');
  const stream = await openEventStream(merchant, { after: 'start' });
  const [first] = await stream.count(1);
  stream.close();
  expect((await other.call('GET', '/v1/events', undefined, { 'last-event-id': first!.id })).status).toBe(422);
  await other.receiver.close();
});
