import { describe, expect, test } from 'vitest';
import { asyncApiDocument } from '../asyncapi.ts';
import { kinds } from '../capabilities.ts';
import type { Capabilities } from '../capabilities.ts';
import { connectorOfSubject, connectorPermissions, connectorSubject } from '../subjects.ts';
import { capabilitiesToWire, wireOperations } from './index.ts';
import { wireCapabilitiesJson, wireCapabilitiesSchema } from './wire-names.ts';

const limit = { max: 10, unit: 'utf16' as const };
const capabilities: Capabilities = {
  outbound: kinds({ payment_request: 'native' }),
  inbound: kinds({}),
  text: limit,
  media: { image: { maxBytes: 5, types: ['image/*'] } },
  card: {
    title: limit,
    subtitle: limit,
    label: limit,
    actions: 1,
    actionTypes: ['reply'],
    imageRequired: true,
  },
  receipts: [],
  windowHours: 24,
};

describe('names of capabilities', () => {
  test('are snake_case on the wire, in values and in the schema, and come back as they were', () => {
    const wire = capabilitiesToWire(capabilities);
    expect(JSON.stringify(wire)).not.toMatch(/"[a-z_]*[A-Z]/);
    expect(wire).toMatchObject({ media: { image: { max_bytes: 5 } }, window_hours: 24 });
    expect(wireCapabilitiesSchema.parse(wire)).toEqual(capabilities);
    const { outbound, inbound, ...rest } = wire;
    const few = wireCapabilitiesSchema.parse({ ...rest, outbound: { text: 'native' }, inbound: {} });
    expect(few.outbound).toMatchObject({ text: 'native', choice: 'adapted', typing: 'dropped' });
    expect(few.inbound.text).toBe('dropped');
    expect(
      wireCapabilitiesSchema.safeParse({ ...rest, outbound, inbound: { pigeon: 'native' } }).success,
    ).toBe(false);
    expect(wireCapabilitiesSchema.safeParse({ ...rest, outbound }).success).toBe(inbound === undefined);
    const properties = [...JSON.stringify(wireCapabilitiesJson()).matchAll(/"properties":\{"(\w+)"/g)];
    expect(properties.length).toBeGreaterThan(3);
    expect(JSON.stringify(wireCapabilitiesJson())).not.toMatch(/maxBytes|actionTypes|windowHours/);
  });
});

describe('the document', () => {
  interface Channel {
    address: string | null;
  }
  const document = asyncApiDocument('1') as unknown as {
    channels: Record<string, Channel>;
    operations: Record<string, { action: string; channel: { $ref: string }; reply?: object }>;
  };

  test('has every operation, on its subject, with a reply where there is one', () => {
    for (const [name, operation] of Object.entries(wireOperations)) {
      const shown = document.operations[`connector${name[0]!.toUpperCase()}${name.slice(1)}`]!;
      const channel = document.channels[shown.channel.$ref.split('/').at(-1)!]!;
      expect(channel.address).toBe(`psr.v1.connector.{connector}.${name}`);
      expect(shown.action).toBe(operation.from === 'connector' ? 'send' : 'receive');
      expect(shown.reply !== undefined).toBe('reply' in operation);
    }
  });

  test('every reference in it leads somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path!,
    );
    expect(references.length).toBeGreaterThan(50);
    for (const path of references)
      expect(
        path
          .split('/')
          .reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], document),
        path,
      ).toBeDefined();
  });
});

describe('subjects and permissions', () => {
  test('a subject tells whose it is', () => {
    expect(connectorOfSubject(connectorSubject('pigeon', 'accept'))).toBe('pigeon');
    expect(connectorOfSubject('psr.v1.connector.pigeon')).toBeUndefined();
    expect(connectorOfSubject('psr.v1.event.pigeon.accept')).toBeUndefined();
    expect(() => connectorSubject('pigeon.>', 'accept')).toThrow();
    expect(() => connectorSubject('>', 'accept')).toThrow();
  });

  test('a connector may say what it asks, and hear what it is asked: each operation is in one of the two', () => {
    const { publish, subscribe } = connectorPermissions('pigeon');
    for (const [name, { from }] of Object.entries(wireOperations)) {
      expect(publish.includes(connectorSubject('pigeon', name))).toBe(from === 'connector');
      expect(subscribe.includes(connectorSubject('pigeon', name))).toBe(from === 'gateway');
    }
    expect([...publish, ...subscribe].filter((one) => one.includes('*'))).toEqual([]);
  });
});
