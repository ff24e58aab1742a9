import { describe, expect, test } from 'vitest';
import { connector } from '../../connectors/aws-sms/index.ts';
import type { InboundItem, OutgoingRequest } from '../../connectors/contract/index.ts';
import { fixtureRequest, loadFixtures } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import { notified, spec } from '../../connectors/aws-sms/aws-sms.conformance.ts';
import { hookRoutes } from './hooks.ts';
import type { Services } from './services.ts';

/** What the route of hooks asks of the gateway, and no more. `confirmed`: what the platform answers when it is called back. */
function routes(confirmed: number) {
  const [accepted, called]: [InboundItem[], string[]] = [[], []];
  const { account } = spec;
  // the suite's own check knows the certificate
  const { keySet: _, ...hook } = spec.connector.hook!;
  const live = {
    account,
    connector: { ...connector, hook },
    row: { id: account.id, connector: 'aws-sms' },
  };
  const call = ({ method, url }: OutgoingRequest) => {
    called.push(`${method} ${new URL(url).host}`);
    return Promise.resolve({ type: 'answer', status: confirmed, headers: {}, body: new Uint8Array() });
  };
  const services = {
    context: { http: { call }, now: () => suiteNowMs, signal: AbortSignal.timeout(60_000) },
    clock: { now: () => suiteNowMs },
    registry: { get: () => live },
    view: { publicUrl: () => 'https://gateway.test' },
    exchanges: { called: () => undefined },
    metrics: { refusedHook: () => undefined },
    previousAccounts: () => [],
    accept: (_live: unknown, items: InboundItem[]) => Promise.resolve(void accepted.push(...items)),
  } as unknown as Services;
  const app = hookRoutes(services);
  return {
    accepted,
    called,
    post: async (name: string, more: object = {}) => {
      const fixture = loadFixtures(spec).find((one) => one.name === name)!;
      const body = Buffer.from(notified(fixtureRequest(fixture, account), more).body);
      const response = await app.request(`/aws-sms/${account.id}`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=UTF-8' },
        body,
      });
      return response.status;
    },
  };
}

describe('a platform that wants to be called back', () => {
  test('is, once the call is verified, and before it is read', async () => {
    const { post, called, accepted } = routes(200);
    expect(await post('subscription')).toBe(200);
    expect(called).toEqual(['GET sns.eu-west-1.amazonaws.com']);
    expect(accepted).toEqual([{ type: 'ignored', reason: 'a subscription to confirm' }]);
  });

  test('hears a 503 where that fails, so that it comes again', async () => {
    const { post, accepted } = routes(500);
    expect(await post('subscription')).toBe(503);
    expect(accepted).toEqual([]);
  });

  test('is not for a call that nobody signed', async () => {
    const { post, called } = routes(200);
    expect(await post('subscription', { TopicArn: 'arn:aws:sns:eu-west-1:123456789012:other' })).toBe(401);
    expect(called).toEqual([]);
  });

  test('is not for a message', async () => {
    const { post, called, accepted } = routes(200);
    expect(await post('text')).toBe(200);
    expect(called).toEqual([]);
    expect(accepted).toMatchObject([{ type: 'message', content: { kind: 'text' } }]);
  });
});
