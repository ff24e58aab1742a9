import { afterAll, beforeAll } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import type { Line } from './consumers/consumer.ts';

type Openers = Record<string, (merchant: TestMerchant) => Promise<Line>>;

/** A gateway with one merchant and a line on each channel asked for. */
export type House<T extends Openers> = { gateway: TestGateway; merchant: TestMerchant } & {
  [K in keyof T]: Awaited<ReturnType<T[K]>>;
};

/** Opens it before the tests of a file and closes everything after them. */
export function useHouse<T extends Openers>(openers: T, mode: 'test' | 'live' = 'live'): House<T> {
  const house = {} as { gateway?: TestGateway; merchant?: TestMerchant };
  const lines: Line[] = [];
  beforeAll(async () => {
    house.gateway = await TestGateway.start();
    const merchant = (house.merchant = await house.gateway.merchant('Aster', mode));
    await Promise.all(
      Object.entries(openers).map(async ([name, open]) => {
        const line = await open(merchant);
        lines.push(line);
        Object.assign(house, { [name]: line });
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(lines.map((line) => line.close()));
    await house.merchant?.receiver.close();
    await house.gateway?.stop();
  });
  return house as House<T>;
}

let people = 10;
/** Somebody who just wrote, so that every window is open. */
export async function somebody(merchant: TestMerchant, line: Line) {
  const n = ++people;
  const consumer = await line.consumer(n);
  await consumer.writes('Hello');
  const { data } = await merchant.receiver.event(
    'message.received',
    ({ data: { address } }) => address === consumer.address,
  );
  return { n, consumer, conversationId: data.conversation_id };
}
