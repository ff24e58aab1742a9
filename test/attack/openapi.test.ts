import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../gateway/http/app.ts';
import type { Services } from '../../gateway/http/services.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { methods, operationsOf, refsOf, resolveRef, routesMissing } from './openapi.ts';
import type { OpenApi } from './openapi.ts';
import { raw } from './raw.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let document: OpenApi;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('reader');
  document = (await gateway.request('GET', '/openapi.json', undefined)).body as unknown as OpenApi;
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

/** The routes as they are registered, without a gateway behind them. */
function routeTable(): string[] {
  const given: Record<string | symbol, unknown> = { merchantRate: 1, registry: { connectors: new Map() } };
  const anything: unknown = new Proxy(() => anything, {
    get: (_, name) => (name in given ? given[name] : anything),
    apply: () => anything,
  });
  const { app } = createApp(anything as Services);
  return app.routes
    .filter(({ method, path }) => /^\/(v1|admin)(\/|$)/.test(path) && method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1')}`);
}

const documented = (): string[] => operationsOf(document).map(({ method, path }) => `${method} ${path}`);

describe('the document', () => {
  test('is OpenAPI 3.1 with what a document must have', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(document.servers?.[0]?.url).toBe(gateway.url);
    for (const path of Object.keys(document.paths)) expect(path).toMatch(/^\/[\w{}/-]+$/);
  });

  test('every reference leads somewhere, and a planted one that doesn’t is found', () => {
    const dead = refsOf(document).filter((ref) => resolveRef(document, ref) === undefined);
    expect(dead).toEqual([]);
    const planted = { ...document, 'x-planted': { $ref: '#/components/schemas/Nothing' } };
    expect(refsOf(planted).filter((ref) => resolveRef(planted, ref) === undefined)).toEqual([
      '#/components/schemas/Nothing',
    ]);
  });

  test('every operation has a summary, a tag, an answer that is a success, and declared security', () => {
    for (const { method, path, operation } of operationsOf(document)) {
      const where = `${method} ${path}`;
      expect(operation.summary?.length, where).toBeGreaterThan(5);
      expect(operation.tags?.length, where).toBe(1);
      expect(
        Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)),
        where,
      ).toBe(true);
      const schemes = (operation.security ?? document.security ?? []).flatMap((one) => Object.keys(one));
      expect(schemes, where).toEqual([path.startsWith('/admin') ? 'operator' : 'merchant']);
      for (const scheme of schemes) expect(document.components.securitySchemes[scheme], where).toBeDefined();
    }
  });

  test('operation ids, where there are any, are each their own', () => {
    const ids = operationsOf(document).flatMap(({ operation }) => operation.operationId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('every parameter of a path is declared, and no other', () => {
    for (const { method, path, operation } of operationsOf(document)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name);
      expect(declared.toSorted(), `${method} ${path}`).toEqual(inPath.toSorted());
      for (const parameter of operation.parameters ?? [])
        if (parameter.in === 'path') expect(parameter.required).toBe(true);
    }
  });

  test('every refusal is declared as an RFC 9457 problem', () => {
    for (const { method, path, operation } of operationsOf(document)) {
      expect(Object.keys(operation.responses), `${method} ${path}`).toContain('401');
      for (const [status, response] of Object.entries(operation.responses))
        if (status.startsWith('4'))
          expect(Object.keys(response.content ?? {}), `${method} ${path} ${status}`).toEqual([
            'application/problem+json',
          ]);
    }
  });

  test('no object of a request is open to fields that nobody knows, but for maps', () => {
    for (const { method, path, operation } of operationsOf(document)) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      if (schema === undefined) continue;
      const whole = '$ref' in schema ? resolveRef(document, String(schema['$ref'])) : schema;
      const { anyOf, oneOf } = whole as { anyOf?: object[]; oneOf?: object[] };
      for (const one of anyOf ?? oneOf ?? [whole])
        expect((one as { additionalProperties?: unknown }).additionalProperties, `${method} ${path}`).toBe(
          false,
        );
    }
  });
});

describe('routes and document', () => {
  test('are the same, in both directions', () => {
    expect(routesMissing(routeTable(), documented())).toEqual({ undocumented: [], unreachable: [] });
  });

  test('a planted difference is found', () => {
    expect(routesMissing([...routeTable(), 'GET /v1/secret'], documented()).undocumented).toEqual([
      'GET /v1/secret',
    ]);
    const without = routeTable().filter((route) => route !== 'GET /v1/messages');
    expect(routesMissing(without, documented()).unreachable).toEqual(['GET /v1/messages']);
  });

  test('every documented route is there: without a key it is a 401, and the wrong key opens none', async () => {
    for (const { method, path } of operationsOf(document)) {
      const url = gateway.url + path.replaceAll(/\{\w+\}/g, 'x');
      const wrong = path.startsWith('/admin') ? merchant.key : 'admin-key-of-the-tests';
      for (const authorization of [
        undefined,
        `Bearer ${wrong}`,
        'Bearer ',
        'Basic dGVzdDp0ZXN0',
        `Bearer ${'x'.repeat(4000)}`,
      ]) {
        const answer = await raw(url, {
          method,
          headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        });
        expect(answer.status, `${method} ${path} with ${authorization?.slice(0, 20)}`).toBe(401);
        expect(answer.headers['www-authenticate']).toBe('Bearer');
        expect(answer.headers['content-type']).toBe('application/problem+json');
      }
    }
  });

  test('with a key, nonsense gives a problem that the route declares', async () => {
    for (const { method, path, operation } of operationsOf(document)) {
      const key = path.startsWith('/admin') ? 'admin-key-of-the-tests' : merchant.key;
      const url = gateway.url + path.replaceAll(/\{\w+\}/g, 'x');
      const answer = await raw(`${url}?nonsense=1`, {
        method,
        body: method === 'GET' || method === 'DELETE' ? undefined : '{"nonsense":1}',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      });
      if (answer.status < 400) continue;
      expect(Object.keys(operation.responses), `${method} ${path} gave ${answer.status}`).toContain(
        String(answer.status),
      );
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
  });

  test('the document names every method that there is', () => {
    expect(new Set(operationsOf(document).map(({ method }) => method))).toEqual(new Set(methods));
  });
});

describe('/asyncapi.json', () => {
  test('resolves and names every event type', async () => {
    const { body } = await gateway.request('GET', '/asyncapi.json', undefined);
    const dead = refsOf(body).filter((ref) => resolveRef(body, ref) === undefined);
    expect(dead).toEqual([]);
    expect(body['asyncapi']).toBe('3.0.0');
  });
});
