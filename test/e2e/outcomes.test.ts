import { expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import type { Emulator, Fault } from '../providers/emulator.ts';
import type { Line } from './consumers/consumer.ts';
import { phoneOf } from './consumers/consumer.ts';
import { openMessenger } from './consumers/messenger.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { somebody, useHouse } from './house.ts';
import { attemptsOf, statesTold } from './states.ts';

const house = useHouse({
  telegram: openTelegram,
  whatsapp: openWhatsApp,
  messenger: openMessenger,
  smpp: openSms,
});
const say = (conversationId: string, text: string) =>
  house.merchant.send(conversationId, { kind: 'text', text });

/** Trouble that passes: what it is called in the trace. */
type Channel = 'telegram' | 'whatsapp' | 'messenger' | 'smpp';

const passing: [Channel, string, () => unknown, string][] = [
  ['telegram', 'throttled', () => house.telegram.telegram.fault('throttle'), 'sent'],
  ['whatsapp', 'throttled', () => house.whatsapp.meta.fault('throttle', 2), 'read'],
  [
    'messenger',
    'throttled',
    () =>
      house.messenger.meta.refuseNext({
        code: 613,
        message: 'Calls to this api have exceeded the rate limit.',
      }),
    'read',
  ],
  ['smpp', 'throttled', () => house.smpp.smsc.set({ statuses: [0x58] }), 'delivered'],
  ['telegram', 'rejected', () => house.telegram.telegram.fault('fail'), 'sent'],
  [
    'whatsapp',
    'rejected',
    () => house.whatsapp.meta.refuseNext({ status: 500, code: 131016, message: 'Service unavailable' }),
    'read',
  ],
  ['smpp', 'rejected', () => house.smpp.smsc.set({ statuses: [0x08] }), 'delivered'],
];

it.each(passing)(
  '%s that is %s for a while gets it once, and later what came behind',
  async (connector, outcome, cause, ends) => {
    const { consumer, conversationId } = await somebody(house.merchant, house[connector]);
    await cause();
    const [first, second] = [await say(conversationId, 'first'), await say(conversationId, 'second')];
    await house.merchant.state(first, ends);
    await house.merchant.state(second, ends);
    expect(await consumer.texts()).toEqual(['first', 'second']);
    const outcomes = (await attemptsOf(house.merchant, first)).map((attempt) => attempt.outcome);
    expect(outcomes.length).toBeGreaterThan(1);
    expect(outcomes.slice(0, -1)).toEqual(outcomes.slice(0, -1).map(() => outcome));
    expect(outcomes.at(-1)).toBe('sent');
  },
);

const refusing: [Channel, string, (n: number) => unknown][] = [
  ['telegram', 'blocked', (n) => (house.telegram.person(n).chat.blocked = true)],
  ['telegram', 'account_unauthorized', () => house.telegram.telegram.fault('unauthorized')],
  ['whatsapp', 'unreachable', (n) => (house.whatsapp.meta.whatsapp.user(phoneOf(n)).blocked = true)],
  [
    'whatsapp',
    'window_closed',
    (n) => (house.whatsapp.meta.whatsapp.user(phoneOf(n)).lastWroteMs = undefined),
  ],
  ['whatsapp', 'account_unauthorized', () => house.whatsapp.meta.fault('unauthorized')],
  ['messenger', 'unreachable', (n) => (house.messenger.meta.messenger.user(`24680${n}`).blocked = true)],
  [
    'messenger',
    'window_closed',
    (n) => (house.messenger.meta.messenger.user(`24680${n}`).lastWroteMs = undefined),
  ],
  ['smpp', 'address_invalid', () => house.smpp.smsc.set({ statuses: [0x0b] })],
];

it.each(refusing)(
  '%s that refuses for good: failed, %s, after one attempt',
  async (connector, code, cause) => {
    const { n, consumer, conversationId } = await somebody(house.merchant, house[connector]);
    await cause(n);
    const messageId = await say(conversationId, 'in vain');
    const { data } = await house.merchant.receiver.event(
      'delivery.updated',
      (event) => event.data.message_id === messageId,
    );
    expect(data).toMatchObject({
      state: 'failed',
      previous: 'queued',
      failure: { code, permanent: true, platform_code: expect.stringMatching(/./) as string },
    });
    expect(await attemptsOf(house.merchant, messageId)).toMatchObject([
      { outcome: 'rejected', failure: { code } },
    ]);
    expect(await consumer.texts()).toEqual([]);
  },
);

/** A platform that leaves open what became of a send: on a line of its own, with the number of calls about a text. */
const unknown: Record<
  string,
  () => Promise<{ own: Line; trouble(): unknown; calls(text: string): Promise<number> }>
> = {
  'telegram cuts the line': async () =>
    byHttp(await openTelegram(house.merchant), ({ telegram: platform }) => platform, 'reset'),
  'whatsapp cuts the line': async () =>
    byHttp(await openWhatsApp(house.merchant), ({ meta }) => meta, 'reset'),
  'whatsapp never answers': async () =>
    byHttp(await openWhatsApp(house.merchant), ({ meta }) => meta, 'hang'),
  'messenger answers what cannot be read': async () =>
    byHttp(await openMessenger(house.merchant), ({ meta }) => meta, 'unreadable'),
  'the SMSC never answers': async () => {
    const own = await openSms(house.merchant, { response_seconds: 1 });
    return {
      own,
      trouble: () => own.smsc.set({ swallow: 1, receipts: 'none' }),
      calls: async (text) =>
        (await own.smsc.state()).segments.filter((segment) => segment.text === text).length,
    };
  },
};

function byHttp<T extends Line>(own: T, platformOf: (own: T) => Emulator, fault: Fault) {
  const platform = platformOf(own);
  return {
    own,
    trouble: () => platform.fault(fault),
    calls: (text: string) => Promise.resolve(platform.calls.filter(({ body }) => body.includes(text)).length),
  };
}

it.concurrent.each(Object.keys(unknown))(
  '%s after the request: uncertain, and never sent again',
  { timeout: 40_000 },
  async (story) => {
    const { own, trouble, calls } = await unknown[story]!();
    const { consumer, conversationId } = await somebody(house.merchant, own);
    await trouble();
    const messageId = await say(conversationId, 'perhaps');
    await until('it to be uncertain', () => statesTold(house.merchant, messageId).length > 0, 30_000);
    // the conversation goes on
    const next = await say(conversationId, 'onwards');
    await house.merchant.state(next, 'sent', 'delivered', 'read');
    expect((await consumer.texts()).filter((text) => text !== 'perhaps')).toEqual(['onwards']);
    expect([await calls('perhaps'), await calls('onwards')]).toEqual([1, 1]);
    expect(await attemptsOf(house.merchant, messageId)).toMatchObject([{ outcome: 'uncertain' }]);
    expect(statesTold(house.merchant, messageId)).toEqual(['uncertain']);
    await own.close();
  },
);
