import { expect, test } from 'vitest';
import { z } from 'zod';
import { probeConnector } from '../../test/gateway/engine.ts';
import { connectorView } from './form.ts';

const view = (connector: Parameters<typeof connectorView>[0]) =>
  connectorView(connector, 'https://gateway.test');

test('a connector of another process shows the form that it registered: secrets, order, descriptions, examples', () => {
  // what such a one says of itself is JSON Schema, and nothing of its code is here
  const fields = (schema: object) => z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  const connector = {
    ...probeConnector({
      name: 'pigeon',
      config: fields({
        type: 'object',
        properties: {
          loft: { type: 'string', description: 'Where they live', examples: ['north'] },
          birds: { type: 'integer', default: 3 },
        },
        required: ['loft'],
      }),
      credentials: fields({
        type: 'object',
        properties: { ring: { type: 'string', description: 'On the leg' } },
        required: ['ring'],
      }),
    }),
    pages: { handle: () => Promise.resolve(undefined) },
    probe: () => Promise.resolve({ ok: true as const }),
  };
  expect(view(connector)).toMatchObject({
    name: 'pigeon',
    hook_url: 'https://gateway.test/hooks/pigeon/{account}',
    checks_credentials: true,
    registers_hook: false,
    config_schema: {
      required: ['loft'],
      properties: {
        loft: { type: 'string', description: 'Where they live', examples: ['north'], 'x-order': 1 },
        birds: { default: 3, 'x-order': 2 },
      },
    },
    credentials_schema: {
      writeOnly: true,
      properties: { ring: { description: 'On the leg', writeOnly: true, 'x-order': 1 } },
    },
  });
});

test('a connector that no platform calls has no address to call', () => {
  expect(view(probeConnector()).hook_url).toBeNull();
});
