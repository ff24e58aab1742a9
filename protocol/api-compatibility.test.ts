import { describe, expect, test } from 'vitest';
import { asyncApiDifferences, openApiDifferences } from './api-compatibility.ts';
import type { Difference } from './compatibility.ts';

const copy = <T>(value: T): T => structuredClone(value);
const breaks = (found: Difference[]): string[] => found.filter((one) => one.breaking).map(({ at }) => at);

const openApi = {
  openapi: '3.1.0',
  info: { title: 'A', version: '1.0.0' },
  servers: [{ url: 'http://a.example' }],
  security: [{ key: [] }],
  paths: {
    '/things/{id}': {
      post: {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
        ] as object[],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        } as object,
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          404: { description: 'No' },
        } as Record<string, object>,
      } as Record<string, unknown>,
    } as Record<string, unknown>,
  } as Record<string, object>,
  webhooks: {
    event: {
      post: {
        requestBody: {
          content: {
            'application/json': { schema: { type: 'object', properties: { id: {} }, required: ['id'] } },
          },
        },
      },
    },
  } as Record<string, object>,
  components: {
    schemas: {
      Thing: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] as string[] },
    },
  },
};
type OpenApi = typeof openApi;
const changed = (change: (document: OpenApi) => void): Difference[] => {
  const after = copy(openApi);
  change(after);
  return openApiDifferences(openApi, after);
};
const things = '/things/{id}';
type Json = Record<string, unknown>;
/** What stands under these names, one in the other. */
const inside = (value: unknown, ...names: string[]): Json =>
  names.reduce<unknown>((inner, name) => (inner as Json)[name], value) as Json;
const operation = (document: OpenApi, ...names: string[]) =>
  inside(document, 'paths', things, 'post', ...names);
const parameters = (document: OpenApi) => operation(document)['parameters'] as object[];

describe('of an OpenAPI document', () => {
  test('nothing, where nothing but words, servers or the version differ', () => {
    expect(
      changed((document) => {
        document.info.version = '1.1.0';
        document.servers = [];
        Object.assign(operation(document), { summary: 'Other words' });
      }),
    ).toEqual([]);
  });

  test('an operation, a webhook, a parameter, an answer or a media type that is gone', () => {
    expect(breaks(changed((document) => delete document.paths[things]))).toEqual([`POST ${things}`]);
    expect(breaks(changed((document) => delete document.webhooks['event']))).toEqual(['webhook event']);
    expect(breaks(changed((document) => parameters(document).pop()))).toEqual([`POST ${things} query limit`]);
    expect(breaks(changed((document) => delete operation(document, 'responses')['200']))).toEqual([
      `POST ${things} 200`,
    ]);
    expect(
      breaks(changed((document) => delete operation(document, 'requestBody', 'content')['application/json'])),
    ).toEqual([`POST ${things} body application/json`]);
  });

  test('a parameter or a body that is required now, and other security', () => {
    expect(
      breaks(changed((document) => Object.assign(parameters(document)[1]!, { required: true }))),
    ).toEqual([`POST ${things} query limit`]);
    const header = { name: 'x', in: 'header', schema: {} };
    expect(breaks(changed((document) => parameters(document).push({ ...header, required: true })))).toEqual([
      `POST ${things} header x`,
    ]);
    expect(breaks(changed((document) => parameters(document).push(header)))).toEqual([]);
    expect(
      breaks(changed((document) => Object.assign(operation(document, 'requestBody'), { required: true }))),
    ).toEqual([`POST ${things} body`]);
    expect(breaks(changed((document) => (document.security = [])))).toEqual([`POST ${things} security`]);
  });

  test('a shared schema is compared as what is written and as what is read', () => {
    const optional = changed((document) => document.components.schemas.Thing.required.pop());
    expect(breaks(optional)).toEqual([`POST ${things} 200 application/json: .a`]);
    const needed = changed((document) => {
      Object.assign(document.components.schemas.Thing.properties, { b: {} });
      document.components.schemas.Thing.required.push('b');
    });
    expect(breaks(needed)).toEqual([`POST ${things} body application/json: .b`]);
  });

  test('a webhook is read by others, and a refusal that never comes any more breaks nobody', () => {
    const body = (document: OpenApi) =>
      inside(document.webhooks['event'], 'post', 'requestBody', 'content', 'application/json', 'schema');
    expect(breaks(changed((document) => (body(document)['required'] as string[]).pop()))).toEqual([
      'webhook event body application/json: .id',
    ]);
    expect(breaks(changed((document) => delete operation(document, 'responses')['404']))).toEqual([]);
  });
});

const message = (name: string, payload: object) => ({ name, contentType: 'application/json', payload });
const asyncApi = {
  asyncapi: '3.0.0',
  info: { title: 'A', version: '1.0.0' },
  channels: {
    facts: {
      address: 'a.{kind}',
      parameters: { kind: { enum: ['x', 'y'] } },
      messages: { fact: { $ref: '#/components/messages/fact' } },
    },
    orders: { address: 'b', messages: { order: { $ref: '#/components/messages/order' } } },
    inbox: { address: null, messages: { done: { $ref: '#/components/messages/done' } } },
  } as Record<string, Record<string, unknown>>,
  operations: {
    hear: { action: 'receive', channel: { $ref: '#/channels/facts' } },
    tell: {
      action: 'send',
      channel: { $ref: '#/channels/orders' },
      messages: [{ $ref: '#/channels/orders/messages/order' }],
      reply: {
        channel: { $ref: '#/channels/inbox' },
        messages: [{ $ref: '#/channels/inbox/messages/done' }],
      },
    },
  } as Record<string, Record<string, unknown>>,
  components: {
    messages: Object.fromEntries(
      ['fact', 'order', 'done'].map((name) => [
        name,
        message(name, { type: 'object', properties: { a: {} }, required: ['a'] as string[] }),
      ]),
    ),
  },
};
const altered = (change: (document: typeof asyncApi) => void): Difference[] => {
  const after = copy(asyncApi);
  change(after);
  return asyncApiDifferences(asyncApi, after);
};
const requiredOf = (document: typeof asyncApi, name: string) =>
  (document.components.messages[name]!.payload as { required: string[] }).required;

describe('of an AsyncAPI document', () => {
  test('another subject, a channel, an operation or a value of a parameter that is gone', () => {
    expect(breaks(altered((document) => (document.channels['facts']!['address'] = 'z.{kind}')))).toEqual([
      'channel facts address',
    ]);
    expect(breaks(altered((document) => delete document.channels['orders']))).toContain('channel orders');
    expect(breaks(altered((document) => delete document.operations['hear']))).toEqual(['operation hear']);
    expect(
      breaks(altered((document) => (document.channels['facts']!['parameters'] = { kind: { enum: ['x'] } }))),
    ).toHaveLength(1);
    expect(
      breaks(
        altered(
          (document) => (document.channels['facts']!['parameters'] = { kind: { enum: ['x', 'y', 'z'] } }),
        ),
      ),
    ).toEqual([]);
  });

  test('the other way round, on another channel, without a reply, in another format', () => {
    expect(breaks(altered((document) => (document.operations['hear']!['action'] = 'send')))).toContain(
      'operation hear action',
    );
    expect(
      breaks(
        altered((document) => (document.operations['hear']!['channel'] = { $ref: '#/channels/orders' })),
      ),
    ).toContain('operation hear channel');
    expect(breaks(altered((document) => delete document.operations['tell']!['reply']))).toContain(
      'operation tell reply',
    );
    expect(
      breaks(altered((document) => (document.components.messages['fact']!.contentType = 'text/plain'))),
    ).toEqual(['operation hear fact contentType']);
  });

  test('who connects reads what it receives and the replies it gets, and writes the rest', () => {
    const without = (name: string) => breaks(altered((document) => requiredOf(document, name).pop()));
    expect(without('fact')).toEqual(['operation hear fact: .a']);
    expect(without('order')).toEqual([]);
    expect(without('done')).toEqual(['operation tell reply done: .a']);
    const more = (name: string) => breaks(altered((document) => requiredOf(document, name).push('b')));
    expect(more('fact')).toEqual([]);
    expect(more('order')).toEqual(['operation tell order: .b']);
    expect(more('done')).toEqual([]);
  });

  test('what is new breaks nobody', () => {
    const found = altered((document) => {
      document.channels['more'] = { address: 'c' };
      document.operations['hearMore'] = { action: 'receive', channel: { $ref: '#/channels/more' } };
    });
    expect(found.length).toBe(2);
    expect(breaks(found)).toEqual([]);
  });
});
