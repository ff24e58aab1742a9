import { expect, it } from 'vitest';
import type { Message } from '../../protocol/messages.ts';
import { until } from '../gateway/ports.ts';
import { openMessenger } from './consumers/messenger.ts';
import { useHouse } from './house.ts';
import { received } from './threads.ts';

const house = useHouse({ messenger: openMessenger });

it('a consumer whose platform tells no names in its call-backs gets theirs, and it stands in the exchange log without it', async () => {
  const ada = house.messenger.meta.messenger.user('246801');
  ada.name = 'Ada Exemple';
  await ada.writes('Hello');
  const isHello = ({ content }: Message) => content.text === 'Hello';
  const { consumer_id: id } = await received(house.merchant, 'messenger', isHello);
  const consumer = await until('the name', async () => {
    const { body } = await house.merchant.call('GET', `/v1/consumers/${id}`);
    return typeof body['name'] === 'string' && body;
  });
  expect(consumer).toMatchObject({ name: 'Ada Exemple' });
  const told = await until('the exchange', async () => {
    const path = `/v1/accounts/${house.messenger.accountId}/exchanges`;
    const { body } = await house.merchant.call('GET', path);
    const data = body['data'] as unknown as { purpose: string }[];
    return data.some(({ purpose }) => purpose === 'profile') && data;
  });
  expect(JSON.stringify(told)).not.toMatch(/Ada Exemple|246801/);
});
