import { expect, test } from 'vitest';
import type { InquiryOutcome, InquiryRequest, SendOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import { Refusal } from '../problems.ts';
import { takeReceipt } from '../ingest/receipts.ts';
import { cancelMessage } from '../messages/cancel.ts';
import { traceOf } from '../messages/trace.ts';
import {
  beginWith,
  crash,
  delivery,
  engine,
  inState,
  looked,
  passing,
  platform,
  post,
  requests,
  sent,
  texts,
  updates,
  useDispatcher,
} from './dispatcher.testing.ts';

useDispatcher();

const uncertain: SendOutcome = { type: 'uncertain', reason: 'timeout' };
let inquiries: InquiryRequest[];

async function asking(answer: () => InquiryOutcome | Promise<InquiryOutcome>) {
  inquiries = [];
  await beginWith([
    {
      ...probeConnector(),
      inquire: async (request) => {
        inquiries.push(request);
        return answer();
      },
    },
  ]);
  return engine.account();
}
const onceUncertain = () => platform(async (...all) => (requests.length === 1 ? uncertain : sent(...all)));
const answers = async (id: string) =>
  (await traceOf(engine.store.read, id))
    .filter(({ step }) => step === 'inquiry')
    .map(({ detail }) => detail['answer']);

test('invariant 6: what the platform never took is sent again, in its place, with the same key', async () => {
  const live = await asking(() => ({ type: 'absent' }));
  onceUncertain();
  const startedAt = engine.clock.now();
  const id = await post(live, 'ada', 'first');
  await until('the attempt', () => requests.length === 1);
  const behind = await post(live, 'ada', 'second');
  await looked();
  expect(requests).toHaveLength(1);
  await passing('it to be sent', async () => (await delivery(behind)).state === 'sent');
  expect(texts()).toEqual(['first', 'first', 'second']);
  expect(inquiries).toEqual([
    { messageId: id, idempotencyKey: `${id}.0`, address: 'probe:ada', sentAtMs: startedAt },
  ]);
  expect(updates(id).map(({ state }) => state)).toEqual(['sent']);
});

test('invariant 6: what it took is recorded with its id, and not sent again', async () => {
  const live = await asking(() => ({ type: 'sent', providerIds: ['p-asked'], state: 'delivered' }));
  onceUncertain();
  const id = await post(live, 'ada');
  await passing('it to be delivered', async () => (await delivery(id)).state === 'delivered');
  expect(requests).toHaveLength(1);
  await engine.store.write((tx) =>
    takeReceipt(tx, engine, live.row.id, { type: 'receipt', providerIds: ['p-asked'], state: 'read' }),
  );
  expect((await delivery(id)).state).toBe('read');
});

test('while it cannot say it is asked with growing gaps, for an hour; then the conversation goes on', async () => {
  const live = await asking(() => ({ type: 'unknown' }));
  onceUncertain();
  const at: number[] = [];
  const id = await post(live, 'ada', 'first');
  await until('the attempt', () => requests.length === 1);
  const behind = await post(live, 'ada', 'second');
  const started = engine.clock.now();
  let seen = 0;
  await passing(
    'it to be given up',
    async () => {
      if (inquiries.length > seen) {
        seen = inquiries.length;
        at.push(engine.clock.now() - started);
      }
      return (await delivery(id)).state === 'uncertain';
    },
    20_000,
  );
  await inState(behind, 'sent');
  expect(requests.filter(({ messageId }) => messageId === id)).toHaveLength(1);
  expect(inquiries.length).toBeGreaterThan(4);
  expect(inquiries.length).toBeLessThan(20);
  expect(engine.clock.now() - started).toBeGreaterThanOrEqual(3600_000);
  expect((await answers(id)).every((answer) => answer === 'unknown')).toBe(true);
});

test('a receipt that comes meanwhile settles it', async () => {
  const gate = Promise.withResolvers<InquiryOutcome>();
  const live = await asking(() => gate.promise);
  onceUncertain();
  const id = await post(live, 'ada');
  await passing('the question', () => inquiries.length === 1);
  await engine.store.write(async (tx) => {
    await tx.receipts.insertPart({
      accountId: live.row.id,
      providerId: 'p-1',
      messageId: id,
      part: 0,
      state: 'sent',
    });
    await takeReceipt(tx, engine, live.row.id, {
      type: 'receipt',
      providerIds: ['p-1'],
      state: 'failed',
      failure: failure('unreachable'),
    });
  });
  gate.resolve({ type: 'absent' });
  await until('the end of it', async () => !(await delivery(id)).inFlight);
  expect((await delivery(id)).state).toBe('failed');
  expect(requests).toHaveLength(1);
});

test('invariant 6: after a crash in mid-attempt it is asked about first', async () => {
  const live = await asking(() => ({ type: 'absent' }));
  platform(() => new Promise(() => {}));
  const id = await post(live, 'ada');
  await until('the attempt', () => requests.length === 1);
  platform(sent);
  await crash();
  await passing('it to be sent', async () => (await delivery(id)).state === 'sent');
  expect(inquiries).toHaveLength(1);
  expect(requests).toHaveLength(2);
});

test('it is too late to take it back while nobody knows', async () => {
  const live = await asking(() => ({ type: 'unknown' }));
  onceUncertain();
  const id = await post(live, 'ada');
  await passing('the question', () => inquiries.length === 1);
  const code = await cancelMessage(engine, { merchantId: 'mer_1', messageId: id }).catch((error: unknown) =>
    error instanceof Refusal ? error.code : error,
  );
  expect(code).toBe('conflict');
});

test('a connector that throws when asked cannot say', async () => {
  const live = await asking(() => Promise.reject(new Error('a bug')));
  onceUncertain();
  const id = await post(live, 'ada');
  await passing('a second question', () => inquiries.length === 2);
  expect(requests).toHaveLength(1);
  expect(await answers(id)).toContain('unknown');
});
