import { expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import { phoneOf } from './consumers/consumer.ts';
import { openEmail } from './consumers/email.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { useHouse } from './house.ts';
import { textsOf, threadOf } from './threads.ts';

const house = useHouse({ telegram: openTelegram, whatsapp: openWhatsApp, sms: openSms, email: openEmail });

it('makes one thread of two addresses that the merchant links, and answers where the consumer wrote last', async () => {
  const [bySms, byMail] = [await house.sms.consumer(2), await house.email.consumer(2)];
  await bySms.writes('By SMS');
  const { data: first } = await house.merchant.receiver.event(
    'message.received',
    ({ data }) => data.address === bySms.address,
  );
  await byMail.writes('By mail');
  const { data: second } = await house.merchant.receiver.event(
    'message.received',
    ({ data }) => data.address === byMail.address,
  );
  expect(second.conversation_id).not.toBe(first.conversation_id);

  const linked = await house.merchant.call('POST', `/v1/consumers/${first.consumer_id}/link`, {
    address: byMail.address,
  });
  expect(linked).toMatchObject({ status: 200, body: { id: first.consumer_id } });
  const { data: event } = await house.merchant.receiver.event('consumer.linked');
  expect(event).toMatchObject({
    consumer_id: first.consumer_id,
    merged_consumer_id: second.consumer_id,
    conversation_id: first.conversation_id,
  });
  expect(event.addresses.toSorted()).toEqual([bySms.address, byMail.address].toSorted());
  expect(textsOf(await threadOf(house.merchant, first.conversation_id))).toEqual(['By SMS', 'By mail']);

  await house.merchant.send(first.conversation_id, { kind: 'text', text: 'They wrote by mail' });
  await until('the mail', async () => (await byMail.texts()).includes('They wrote by mail'));
  await bySms.writes('By SMS again');
  const { data: third } = await house.merchant.receiver.event(
    'message.received',
    ({ data }) => data.content.text === 'By SMS again',
  );
  expect(third).toMatchObject({
    conversation_id: first.conversation_id,
    consumer_id: first.consumer_id,
    sequence: 4,
  });
  await house.merchant.send(first.consumer_id, { kind: 'text', text: 'They wrote by SMS' });
  await until('the SMS', async () => (await bySms.texts()).includes('They wrote by SMS'));
  expect(await byMail.texts()).toEqual(['They wrote by mail']);

  // ids from before still lead there: the merchant may be about to answer an event of yesterday's
  for (const to of [second.consumer_id, second.conversation_id]) {
    await house.merchant.send(to, { kind: 'text', text: `By ${to}` });
    await until('the answer', async () => (await bySms.texts()).includes(`By ${to}`));
  }
  expect(textsOf(await threadOf(house.merchant, second.conversation_id))).toEqual(
    textsOf(await threadOf(house.merchant, first.conversation_id)),
  );
  const { body: list } = await house.merchant.call('GET', '/v1/conversations?limit=100');
  expect((list['data'] as unknown as { id: string }[]).map(({ id }) => id)).not.toContain(
    second.conversation_id,
  );
});

it('follows a chain of links to its end', async () => {
  const people = await Promise.all([
    house.sms.consumer(3),
    house.email.consumer(3),
    house.telegram.consumer(3),
  ]);
  const ids: string[] = [];
  for (const person of people) {
    await person.writes('Me');
    ids.push(
      (await house.merchant.receiver.event('message.received', ({ data }) => data.address === person.address))
        .data.consumer_id,
    );
  }
  const [a, b, c] = ids as [string, string, string];
  expect((await house.merchant.call('POST', `/v1/consumers/${b}/link`, { consumer_id: c })).status).toBe(200);
  expect((await house.merchant.call('POST', `/v1/consumers/${a}/link`, { consumer_id: b })).status).toBe(200);
  await house.merchant.send(c, { kind: 'text', text: 'To all three of you' });
  await until('the answer', async () => (await people[2]!.texts()).includes('To all three of you'));
});

it.each([
  { story: 'wrote without it first', n: 5, known: false },
  { story: 'was written to by the number first', n: 6, known: true },
])(
  'takes a person whose number is withheld and then shown for one consumer, who $story',
  async ({ n, known }) => {
    const user = house.whatsapp.meta.whatsapp.user(phoneOf(n), { withheld: true });
    const byNumber = `whatsapp:${phoneOf(n)}`;
    if (known) await house.merchant.send(byNumber, { kind: 'text', text: 'Are you there?' });
    await user.writes('Without my number');
    const { data: without } = await house.merchant.receiver.event(
      'message.received',
      ({ data }) => data.address === `whatsapp:${user.userId}`,
    );
    user.withheld = false;
    await user.writes('With my number');
    const { data: shown } = await house.merchant.receiver.event(
      'message.received',
      ({ data }) => data.address === `whatsapp:${user.userId}` && data.id !== without.id,
    );
    const sent = await house.merchant.send(byNumber, { kind: 'text', text: 'Hello again' });
    await until('the answer', () => user.last?.text === 'Hello again');
    const { body: consumer } = await house.merchant.call('GET', `/v1/consumers/${shown.consumer_id}`);
    expect(
      (consumer['addresses'] as unknown as { address: string }[]).map(({ address }) => address).toSorted(),
    ).toEqual([byNumber, `whatsapp:${user.userId}`].toSorted());
    const { body: message } = await house.merchant.call('GET', `/v1/messages/${sent}`);
    expect(message).toMatchObject({ conversation_id: shown.conversation_id, consumer_id: shown.consumer_id });
    const { body: earlier } = await house.merchant.call('GET', `/v1/messages/${without.id}`);
    expect(earlier).toMatchObject({ conversation_id: shown.conversation_id, consumer_id: shown.consumer_id });
  },
);
