import { describe, expect, test } from 'vitest';
import { asyncApiDocument } from './asyncapi.ts';
import { envelope, envelopeSchema, envelopeSchemas } from './envelope.ts';
import { eventTypes } from './events.ts';

const merchantId = 'mer_01HZZZZZZZZZZZZZZZZZZZZZZZ';
const conversationId = 'cnv_01HZZZZZZZZZZZZZZZZZZZZZZZ';
const consumerId = 'csm_01HZZZZZZZZZZZZZZZZZZZZZZZ';
const made = envelope({
  id: 'evt_01HZZZZZZZZZZZZZZZZZZZZZZZ',
  type: 'consumer.typing',
  merchantId,
  conversationId,
  timeMs: Date.UTC(2026, 10, 22, 10),
  data: { conversation_id: conversationId, consumer_id: consumerId, on: true },
});

describe('an envelope', () => {
  test('is CloudEvents 1.0: the attributes that are required, named in lower case letters and digits', () => {
    expect(made).toMatchObject({
      specversion: '1.0',
      id: expect.any(String),
      source: `/merchants/${merchantId}`,
      type: 'consumer.typing',
    });
    for (const name of Object.keys(made)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
    expect(made.time).toBe('2026-11-22T10:00:00.000Z');
  });

  test('fits its own schema after JSON, and no other', () => {
    const written = JSON.parse(JSON.stringify(made)) as unknown;
    expect(envelopeSchema.parse(written)).toEqual(written);
    for (const type of eventTypes)
      expect(envelopeSchemas[type].safeParse(written).success, type).toBe(type === 'consumer.typing');
  });

  test('is about its conversation unless it says what else', () => {
    expect(made.subject).toBe(conversationId);
    expect(
      envelope({
        ...made,
        merchantId,
        type: 'consumer.typing',
        subject: 'x',
        timeMs: 0,
        data: made.data as never,
        traceparent: undefined,
      }).subject,
    ).toBe('x');
  });

  test('with a field that nobody knows, a wrong trace or a wrong id is none', () => {
    const written = JSON.parse(JSON.stringify(made)) as object;
    for (const wrong of [
      { colour: 1 },
      { traceparent: '00-x' },
      { id: 'evt_1' },
      { specversion: '0.3' },
      { data: {} },
      { time: 'now' },
    ])
      expect(envelopeSchema.safeParse({ ...written, ...wrong }).success).toBe(false);
  });

  test('has one schema for each type of event', () => {
    expect(Object.keys(envelopeSchemas)).toEqual(eventTypes);
  });
});

test('in the AsyncAPI document, every reference leads somewhere and no content stands in an address', () => {
  const document = asyncApiDocument('1.0.0');
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) =>
    path!.split('/'),
  );
  expect(refs.length).toBeGreaterThan(eventTypes.length);
  for (const path of refs)
    expect(
      path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], document),
      path.join('/'),
    ).toBeDefined();
});
