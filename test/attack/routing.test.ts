import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';

let gateway: TestGateway;
let mine: TestMerchant;
let theirs: TestMerchant;
let account: string;
let foreign: { account: string; consumer: string; conversation: string };

const content = { kind: 'text', text: 'Hello' };
const absent = (id: string) => id.replace(/.{6}$/, '000000');

async function ofMerchant(merchant: TestMerchant) {
  const secret = `${merchant.id}-secret-of-a-phone`;
  const { id } = await merchant.account('sandbox', { name: 'a-phone' }, { secret });
  const sent = await merchant.send('sandbox:alice', content);
  const { body } = await merchant.call('GET', `/v1/messages/${sent}`);
  return {
    account: id,
    consumer: String(body['consumer_id']),
    conversation: String(body['conversation_id']),
  };
}

beforeAll(async () => {
  gateway = await TestGateway.start();
  [mine, theirs] = [await gateway.merchant('mine', 'test'), await gateway.merchant('theirs', 'test')];
  account = (await ofMerchant(mine)).account;
  foreign = await ofMerchant(theirs);
});
afterAll(async () => {
  for (const merchant of [mine, theirs]) await merchant.receiver.close();
  await gateway.stop();
});

/** Another's id and one that nobody has are refused in the same words. */
async function refusedAlike(
  bodyOf: (id: string) => object,
  id: string,
  path = '/v1/messages',
): Promise<number> {
  const [known, unknown] = [id, absent(id)];
  const answers = await Promise.all([known, unknown].map((one) => mine.call('POST', path, bodyOf(one))));
  const told = answers.map(({ status, body }, i) => {
    const { request_id: _, ...rest } = body as Record<string, unknown>;
    return [status, JSON.stringify(rest).replaceAll([known, unknown][i]!, 'ID')];
  });
  expect(told[0]).toEqual(told[1]);
  return answers[0]!.status;
}

describe('invariant 8: nobody’s message goes by another’s accounts, to another’s people', () => {
  test.each(['consumer', 'conversation'] as const)('to another’s %s, also as a fallback', async (kind) => {
    const id = foreign[kind];
    expect(await refusedAlike((to) => ({ to, content }), id)).toBe(404);
    expect(await refusedAlike((to) => ({ to: 'sandbox:alice', content, fallback: [{ to }] }), id)).toBe(404);
    expect(await refusedAlike((to) => ({ to, content }), id, '/v1/messages/preview')).toBe(404);
  });

  test('from another’s account', async () => {
    const to = 'sandbox:alice';
    expect(await refusedAlike((from) => ({ to, from, content }), foreign.account)).toBe(422);
  });

  test('ruling out, or pricing, another’s account says nothing about it', async () => {
    const to = 'sandbox:alice';
    const exclude = (id: string) => ({ to, content, route: { exclude: [id] } });
    for (const id of [foreign.account, absent(foreign.account)]) {
      const { status, body } = await mine.call('POST', '/v1/messages/preview', exclude(id));
      expect([status, (body['route'] as unknown as { account_id: string }).account_id]).toEqual([
        200,
        account,
      ]);
      expect(JSON.stringify(body)).not.toContain(foreign.account);
    }
    expect((await mine.call('PUT', '/v1/routing', { costs: { [foreign.account]: 0 } })).status).toBe(200);
    expect((await theirs.call('GET', '/v1/routing')).body).toEqual({});
    await mine.call('PUT', '/v1/routing', {});
  });

  test('a fallback at the same address never finds another’s account or consumer', async () => {
    const to = 'sandbox:rejected';
    await theirs.send(to, content);
    const id = await mine.send('sandbox:blocked', content, { fallback: true, valid_for: 60 });
    await mine.state(id, 'failed', 'sent', 'delivered', 'read');
    const { body } = await mine.call('GET', `/v1/messages/${id}/trace`);
    expect(JSON.stringify(body)).not.toContain(foreign.account);
  });

  test('what is wrong with a step is pointed at in the step', async () => {
    const at = async (fallback: unknown) => {
      const { status, body } = await mine.call('POST', '/v1/messages', {
        to: 'sandbox:alice',
        content,
        fallback,
      });
      const { errors } = body as unknown as { errors: { pointer: string }[] };
      return [status, errors[0]?.pointer];
    };
    expect(await at([{}, { to: 'fax:1' }])).toEqual([422, '/fallback/1/to']);
    expect(await at([{ to: 'sandbox:NOT A NAME' }])).toEqual([422, '/fallback/0/to']);
    expect(await at([{ channel: 'sms' }])).toEqual([422, '/fallback/0/channel']);
    expect(await at([{ after: 0 }])).toEqual([422, '/fallback/0/after']);
    const image = { kind: 'media', media: { type: 'image', id: `med_${'0'.repeat(26)}` } };
    expect(await at([{ content: image }])).toEqual([422, '/fallback/0/content']);
  });
});
