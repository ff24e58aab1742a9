import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { InboundItem, SendOutcome } from '../../connectors/contract/index.ts';
import {
  maxWireBytes,
  sendReplySchema,
  sendRequestSchema,
  wireItemSchema,
} from '../../protocol/connector-wire/index.ts';
import { failure, failureCodes } from '../../protocol/failures.ts';
import { normaliseByForm } from './addresses.ts';
import { readWire } from './codec.ts';
import { itemFromWire, itemToWire } from './items.ts';
import { outcomeFromWire, outcomeToWire, sendFromWire, sendToWire } from './sending.ts';

const id = fc.stringMatching(/^[a-z0-9]{1,20}$/);
const atMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const failed = fc
  .record({ code: fc.constantFrom(...failureCodes), platform: some(id) })
  .map((one) => failure(one.code, one.platform));
const sender = fc.record(
  { address: id.map((one) => `tel:${one}`), name: some(id) },
  { requiredKeys: ['address'] },
);

/** Without what is undefined, as values come out of JSON. */
const plain = <T>(value: T): T =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
    ? (Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== undefined)
          .map(([name, inner]) => [name, Array.isArray(inner) ? inner : plain(inner)]),
      ) as T)
    : value;

const items: fc.Arbitrary<InboundItem> = fc
  .oneof(
    fc.record({
      type: fc.constant('message' as const),
      providerId: id,
      sender,
      content: fc.record({
        kind: fc.constant('text' as const),
        text: fc.string({ minLength: 1, unit: 'binary' }),
      }),
      media: some(
        fc.dictionary(
          id,
          fc.oneof(
            fc.record({ bytes: fc.uint8Array(), mediaType: some(id) }),
            fc.record({ reference: id, name: some(id) }),
          ),
          { maxKeys: 3 },
        ),
      ),
      atMs: some(atMs),
      replyTo: some(id),
      payload: some(id),
      values: some(fc.dictionary(id, fc.string({ unit: 'binary' }))),
      referral: some(fc.record({ source: id, ref: some(id) })),
      automatic: some(fc.boolean()),
    }),
    fc.record({
      type: fc.constant('receipt' as const),
      providerIds: fc.array(id, { maxLength: 3 }),
      state: fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const, 'failed' as const),
      failure: some(failed),
      atMs: some(atMs),
      upToMs: some(atMs),
      address: some(id.map((one) => `tel:${one}`)),
    }),
    fc.record({
      type: fc.constant('payment' as const),
      providerId: id,
      sender,
      state: fc.constantFrom('pending' as const, 'paid' as const, 'refunded' as const),
      reference: some(id),
      replyTo: some(id),
      amount: some(fc.constant({ amount: 100, currency: 'EUR' })),
      atMs: some(atMs),
    }),
    fc.record({
      type: fc.constant('signal' as const),
      sender,
      signal: fc.constantFrom('typing' as const, 'typing_stopped' as const),
    }),
    fc.record({ type: fc.constant('ignored' as const), reason: id }),
  )
  .map((one) => plain(one) as InboundItem);

describe('what crosses the wire comes out as it went in', () => {
  test('items', () => {
    fc.assert(
      fc.property(items, (item) => {
        const read = readWire(JSON.stringify(itemToWire(item)), wireItemSchema);
        expect(read.ok && itemFromWire(read.value)).toEqual(item);
      }),
    );
  });

  test('outcomes', () => {
    const outcomes: fc.Arbitrary<SendOutcome> = fc
      .oneof(
        fc.record({
          type: fc.constant('sent' as const),
          providerIds: fc.array(id, { maxLength: 3 }),
          state: some(fc.constantFrom('sent' as const, 'delivered' as const)),
        }),
        fc.record({ type: fc.constant('rejected' as const), failure: failed }),
        fc.record({
          type: fc.constant('throttled' as const),
          retryAfterMs: some(fc.nat(86_400_000)),
          platformCode: some(id),
          scope: some(fc.constant('address' as const)),
        }),
        fc.record({ type: fc.constant('uncertain' as const), reason: id }),
      )
      .map((one) => plain(one) as SendOutcome);
    fc.assert(
      fc.property(outcomes, (outcome) => {
        const read = readWire(JSON.stringify(outcomeToWire(outcome)), sendReplySchema);
        expect(read.ok && outcomeFromWire(read.value)).toEqual(outcome);
      }),
    );
  });

  test('sends, with the bytes of their media left at the gateway', async () => {
    const account = {
      id: 'acc_01M800000000000000000000AA',
      merchantId: 'mer_01M800000000000000000000AA',
      test: true,
      config: { a: 1 },
      credentials: { b: 2 },
      hookUrl: 'https://gateway.test/hooks/x/y',
    };
    const request = {
      messageId: 'msg_1',
      idempotencyKey: 'msg_1.0',
      address: 'tel:+33639980001',
      part: { content: { kind: 'text' as const, text: 'hello' }, payloads: ['a'] },
      media: new Map([
        [
          'med_1',
          {
            url: 'https://gateway.test/m',
            mediaType: 'image/png',
            bytes: 3,
            read: async () => new Uint8Array(),
          },
        ],
      ]),
      replyTo: 'r',
      thread: ['t'],
      subject: 's',
      language: 'fr',
      validForSeconds: 60,
      unsubscribeUrl: 'https://gateway.test/u',
    };
    const read = readWire(JSON.stringify(sendToWire(request, account)), sendRequestSchema);
    expect(read.ok).toBe(true);
    const asked: string[] = [];
    const back =
      read.ok &&
      sendFromWire(read.value, async ({ url }) => {
        asked.push(url);
        return new Uint8Array([1]);
      });
    expect(back).toMatchObject({ ...request, media: expect.any(Map) });
    if (back) expect(await back.media.get('med_1')?.read()).toEqual(new Uint8Array([1]));
    expect(asked).toEqual(['https://gateway.test/m']);
  });
});

describe('what is read off the wire', () => {
  const schema = z.strictObject({ a: z.string() });
  test.each([
    ['no JSON', '{'],
    ['too deep', `${'['.repeat(100)}${']'.repeat(100)}`],
    ['too large', JSON.stringify({ a: 'x'.repeat(maxWireBytes) })],
    ['too large in UTF-8', JSON.stringify({ a: 'é'.repeat(maxWireBytes / 2) })],
    ['another shape', '{"a":1}'],
    ['more than the shape', '{"a":"x","b":1}'],
  ])('%s is a value that says so', (_title, payload) => expect(readWire(payload, schema).ok).toBe(false));

  test('is as large as it may be', () =>
    expect(readWire(JSON.stringify({ a: 'x'.repeat(maxWireBytes - 8) }), schema).ok).toBe(true));
});

describe('addresses by their form', () => {
  const forms = [
    { scheme: 'tel', form: 'phone' as const },
    { scheme: 'mailto', form: 'mailbox' as const },
    { scheme: 'pigeon', form: 'lower' as const },
    { scheme: 'ring', form: 'exact' as const },
  ];
  test.each([
    ['tel:+33 6 39.98-00(01)', 'tel:+33639980001'],
    ['TEL:+33639980001', 'tel:+33639980001'],
    ['tel:0639980001', undefined],
    ['tel:', undefined],
    ['mailto:Ada@Example.com', 'mailto:ada@example.com'],
    ['mailto:ada', undefined],
    ['pigeon:ADA', 'pigeon:ada'],
    ['ring:AbC', 'ring:AbC'],
    ['ring:a b', undefined],
    ['sms:+33639980001', undefined],
    ['ring', undefined],
  ])('%s is %s', (given, one) => expect(normaliseByForm(forms, given)).toBe(one));

  test('what came out once comes out the same again', () => {
    const address = fc
      .tuple(fc.constantFrom('tel', 'mailto', 'pigeon', 'ring'), fc.string())
      .map((of) => of.join(':'));
    fc.assert(
      fc.property(address, (given) => {
        const one = normaliseByForm(forms, given);
        if (one !== undefined) expect(normaliseByForm(forms, one)).toBe(one);
      }),
    );
  });
});
