import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { startReceiver } from '../gateway/receiver.ts';
import { isAlive } from '../launch/alive.ts';
import { startPlatform } from './platform.ts';
import type { Platform } from './platform.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let platform: Platform;
let account: { id: string; hookUrl: string };

async function begin(processes: 2 | 3): Promise<void> {
  gateway = await TestGateway.start({ PASSERELLE_PROCESSES: String(processes) });
  merchant = await gateway.merchant('Harbour Books');
  account = await merchant.account(
    'messenger',
    { page_id: '1080', base_url: platform.url },
    { page_access_token: 'first-token', app_secret: 'app-secret', verify_token: 'verify-token' },
  );
}

beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(async () => {
  await merchant?.receiver.close();
  await gateway?.stop();
  await platform.close();
});

const say = (text: string) => merchant.send('messenger:7001', { kind: 'text', text }, { from: account.id });
const texts = () => platform.shown.map(({ text }) => text);
const gone = (pid: number) => until(`process ${pid} to be gone`, async () => !(await isAlive(pid)));

describe.each([2, 3] as const)('%i processes', { timeout: 90_000 }, (processes) => {
  beforeEach(() => begin(processes), 60_000);
  const sends = processes === 2 ? 'dispatch-webhooks' : 'dispatch';
  const calls = processes === 2 ? 'dispatch-webhooks' : 'webhooks';

  test('a message is sent by one of them, told by a webhook of one, and traced', async () => {
    const id = await say('On its way');
    await merchant.state(id, 'sent');
    const told = await merchant.receiver.event('delivery.updated', ({ data }) => data.message_id === id);
    expect(told.data.state).toBe('sent');
    expect(texts()).toEqual(['On its way']);
    const trace = await until('the call in the trace', async () => {
      const { body } = await merchant.call('GET', `/v1/messages/${id}/trace`);
      const { entries } = body as unknown as { entries: { step: string }[] };
      return entries.some(({ step }) => step === 'exchange') && body;
    });
    expect(JSON.stringify(trace)).not.toContain('first-token');
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    // stated where it was sent, and counted with what was stated here
    expect(metrics).toMatch(/passerelle_events_total\{type="delivery.updated",channel="messenger"\} 1/);
    expect(metrics).toMatch(/passerelle_events_total\{type="conversation.opened",channel="messenger"\} 1/);
  });

  test('what changes at an account or an endpoint holds in all of them', async () => {
    await merchant.state(await say('one'), 'sent');
    await merchant.call('PATCH', `/v1/accounts/${account.id}?validate=false`, {
      credentials: {
        page_access_token: 'second-token',
        app_secret: 'app-secret',
        verify_token: 'verify-token',
      },
    });
    await until('the new token to be used', async () => {
      await merchant.state(await say('again'), 'sent');
      return platform.shown.at(-1)?.token === 'second-token';
    });
    const other = await startReceiver();
    try {
      const { body } = await merchant.call('POST', '/v1/webhook-endpoints', { url: other.url });
      other.secret = String(body['secret']);
      const id = await say('to both');
      await other.event('delivery.updated', ({ data }) => data.message_id === id);
      await merchant.call('DELETE', `/v1/webhook-endpoints/${String(body['id'])}`);
      const before = other.events.length;
      const last = await say('to one');
      await merchant.receiver.event('delivery.updated', ({ data }) => data.message_id === last);
      expect(other.events).toHaveLength(before);
    } finally {
      await other.close();
    }
  });

  test('an endpoint that is gone is disabled for everybody, and recovered from here', async () => {
    merchant.receiver.answers.push(410);
    const id = await say('missed');
    const endpoint = `/v1/webhook-endpoints/${merchant.endpointId}`;
    await until('it to be disabled', async () => {
      const { body } = await merchant.call('GET', endpoint);
      return body['state'] === 'disabled';
    });
    await merchant.state(id, 'sent');
    await merchant.call('POST', `${endpoint}/recover`, { since: '2020-01-01T00:00:00Z' });
    await merchant.receiver.event('delivery.updated', ({ data }) => data.message_id === id);
  });

  test('one that is killed is started again, and goes on where it was', async () => {
    await merchant.state(await say('before'), 'sent');
    const first = await gateway.workPid(sends);
    process.kill(first, 'SIGKILL');
    const ids = await Promise.all(['a', 'b', 'c'].map(say));
    for (const id of ids) await merchant.state(id, 'sent');
    expect(texts().toSorted()).toEqual(['a', 'b', 'before', 'c']);
    expect(await gateway.workPid(sends)).not.toBe(first);
    process.kill(await gateway.workPid(calls), 'SIGKILL');
    const last = await say('after');
    await merchant.receiver.event('delivery.updated', ({ data }) => data.message_id === last);
    expect([...merchant.receiver.times.values()].every((times) => times <= 2)).toBe(true);
  });

  test('a breaker that opens over there shows here, and steers the routing', async () => {
    platform.status = 503;
    for (let person = 0; person < 6; person++)
      await merchant.send(`messenger:80${person}`, { kind: 'text', text: 'hello' }, { from: account.id });
    await until('the breaker to open', async () => {
      const { body } = await merchant.call('GET', `/v1/accounts/${account.id}`);
      return (body['health'] as { breaker?: string } | undefined)?.breaker === 'open';
    });
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain(
      `passerelle_breaker_open{account="${account.id}"}`,
    );
    const preview = await merchant.call('POST', '/v1/messages/preview', {
      to: 'messenger:800',
      content: { kind: 'text', text: 'hello' },
    });
    expect(JSON.stringify(preview.body['route'])).toContain('breaker_open');
    platform.status = 200;
    await until('all to arrive', () => texts().length === 6);
  });

  test('none outlives the gateway, however it ends', async () => {
    const pids = [await gateway.workPid(sends), await gateway.workPid(calls)];
    await gateway.end('SIGKILL');
    for (const pid of pids) await gone(pid);
    await gateway.start();
    const next = [await gateway.workPid(sends), await gateway.workPid(calls)];
    await merchant.state(await say('still here'), 'sent');
    expect(await gateway.end('SIGTERM')).toBe(0);
    for (const pid of next) await gone(pid);
  });
});
