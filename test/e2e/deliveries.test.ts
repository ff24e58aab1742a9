import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import type { Line } from './consumers/consumer.ts';
import { phoneOf } from './consumers/consumer.ts';
import { openSandbox } from './consumers/sandbox.ts';
import type { SandboxLine } from './consumers/sandbox.ts';
import { openSms } from './consumers/sms.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { attemptsOf, failureOf, statesTold } from './states.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let sandbox: SandboxLine;
const opened: Line[] = [];

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('Aster', 'test');
  sandbox = await openSandbox(merchant);
  opened.push(sandbox);
});

afterAll(async () => {
  await Promise.all(opened.map((line) => line.close()));
  await merchant?.receiver.close();
  await gateway?.stop();
});

const hello = (to: string, text = 'hello') => ({ to, content: { kind: 'text', text } });
const post = (key: string, body: unknown, as = merchant) =>
  as.call('POST', '/v1/messages', body, { 'idempotency-key': key });

describe('Idempotency-Key', () => {
  it('the same body again is the same answer and no second message', async () => {
    const person = await sandbox.person('idem');
    const first = await post('order-1', hello(person.address));
    const again = await post('order-1', hello(person.address));
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    await merchant.state(String(first.body['id']), 'read');
    expect((await post('order-1', hello(person.address))).body).toEqual(first.body);
    await merchant.send(person.address, { kind: 'text', text: 'behind' });
    await until('what came behind', async () => (await person.texts()).includes('behind'));
    expect(await person.texts()).toEqual(['hello', 'behind']);
  });

  it('another body is refused, another merchant has keys of its own', async () => {
    await post('order-2', hello('sandbox:two'));
    expect(await post('order-2', hello('sandbox:two', 'something else'))).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch', retryable: false },
    });
    const other = await gateway.merchant('Borage', 'test');
    opened.push(await openSandbox(other));
    const theirs = await post('order-2', hello('sandbox:two', 'something else'), other);
    expect(theirs).toMatchObject({ status: 202 });
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
    await other.receiver.close();
  });

  it('twenty at once with one key make one message', async () => {
    const person = await sandbox.person('crowd');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('order-3', hello(person.address))),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(new Set(accepted.map(({ body }) => body['id'])).size).toBe(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 202))
      expect([status, body['code'], body['retryable']]).toEqual([409, 'idempotency_in_flight', true]);
    await merchant.state(String(accepted[0]!.body['id']), 'read');
    await merchant.state(await merchant.send(person.address, { kind: 'text', text: 'behind' }), 'read');
    expect(await person.texts()).toEqual(['hello', 'behind']);
  });

  it('a refused request leaves its key free', async () => {
    expect((await post('order-4', hello('sandbox:NOT A NAME'))).status).toBe(422);
    expect((await post('order-4', hello('sandbox:four'))).status).toBe(202);
  });
});

/** As documented in connectors/sandbox/README.md: states, failure code, and how each attempt ended. */
const magic: Record<string, [states: string[], code?: string, attempts?: string[]]> = {
  delivered: [['delivered', 'read']],
  read: [['delivered', 'read']],
  delayed: [['sent', 'delivered', 'read']],
  undelivered: [['sent', 'failed'], 'undelivered'],
  failed: [['failed'], 'platform_refused', ['rejected']],
  throttled: [['delivered', 'read'], undefined, ['throttled', 'sent']],
  unavailable: [['delivered', 'read'], undefined, ['rejected', 'sent']],
  'opted-out': [['suppressed'], 'opted_out', ['rejected']],
  blocked: [['failed'], 'blocked', ['rejected']],
  'window-closed': [['failed'], 'window_closed', ['rejected']],
  uncertain: [['uncertain'], undefined, ['uncertain']],
  unreachable: [['failed'], 'unreachable', ['rejected']],
  invalid: [['failed'], 'address_invalid', ['rejected']],
  unauthorized: [['failed'], 'account_unauthorized', ['rejected']],
};

describe('magic recipients', () => {
  it.concurrent.each(Object.entries(magic))(
    '%s ends as documented',
    async (name, [states, code, attempts = ['sent']]) => {
      // no page shows these: what is read is read by itself
      const messageId = await merchant.send(`sandbox:${name}+1`, { kind: 'text', text: name });
      const wanted = name === 'read' ? states : states.filter((state) => state !== 'read');
      await until(`${name} to end`, () => statesTold(merchant, messageId).length >= wanted.length);
      expect(statesTold(merchant, messageId)).toEqual(wanted);
      expect(await failureOf(merchant, messageId)).toBe(code);
      expect((await attemptsOf(merchant, messageId)).map(({ outcome }) => outcome)).toEqual(attempts);
    },
  );
});

describe('opting out', () => {
  it.each(['STOP', 'Arrêt.'])(
    '%s ends it, by number and by conversation, and START gives it back',
    async (word) => {
      const sms = await openSms(merchant);
      opened.push(sms);
      const person = await sms.consumer(word.length);
      await person.writes(word);
      const { data } = await merchant.receiver.event(
        'consumer.opted_out',
        (event) => event.data.address === person.address,
      );
      const { data: said } = await merchant.receiver.event(
        'message.received',
        (event) => event.data.id === data.message_id,
      );
      expect(said).toMatchObject({ content: { text: word }, consumer_id: data.consumer_id });

      const suppressed = await merchant.send(
        person.address,
        { kind: 'text', text: 'An offer' },
        { from: sms.accountId },
      );
      await merchant.state(suppressed, 'suppressed');
      expect(await failureOf(merchant, suppressed)).toBe('opted_out');
      expect(await attemptsOf(merchant, suppressed)).toEqual([]);
      const refused = await merchant.call('POST', '/v1/messages', hello(said.conversation_id));
      expect(refused).toMatchObject({ status: 403, body: { code: 'opted_out' } });
      const { body: consumer } = await merchant.call('GET', `/v1/consumers/${data.consumer_id}`);
      expect(consumer['addresses']).toMatchObject([
        { address: person.address, opted_out_at: expect.stringMatching(/^\d{4}-/) as string },
      ]);

      await person.writes('START');
      await merchant.receiver.event('consumer.opted_in', (event) => event.data.address === person.address);
      await merchant.state(
        await merchant.send(said.conversation_id, { kind: 'text', text: 'Welcome back' }),
        'delivered',
      );
      expect(await person.texts()).toEqual(['Welcome back']);
    },
  );

  it('holds for every name that a platform has for the person', async () => {
    const whatsapp = await openWhatsApp(merchant);
    opened.push(whatsapp);
    const user = whatsapp.meta.whatsapp.user(phoneOf(7));
    await user.writes('Hello');
    user.withheld = true;
    await user.writes('stop');
    await merchant.receiver.event(
      'consumer.opted_out',
      ({ data }) => data.address === `whatsapp:${user.userId}`,
    );
    for (const to of [`whatsapp:${phoneOf(7)}`, `whatsapp:${user.userId}`])
      await merchant.state(await merchant.send(to, { kind: 'text', text: 'An offer' }), 'suppressed');
    expect(user.shown).toEqual([]);
  });
});

it('what is too late to be sent expires, and says so', async () => {
  const messageId = await merchant.send(
    'sandbox:throttled+late',
    { kind: 'text', text: 'now or never' },
    { valid_for: 1 },
  );
  await until('it to be told', () => statesTold(merchant, messageId).length > 0);
  expect(statesTold(merchant, messageId)).toEqual(['expired']);
  expect(await failureOf(merchant, messageId)).toBe('expired');
});
