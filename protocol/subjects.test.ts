import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentKinds } from './content.ts';
import { eventTypes } from './events.ts';
import {
  allEvents,
  allSends,
  eventSubject,
  eventSubjectPattern,
  eventsOf,
  parseEventSubject,
  sendSubject,
} from './subjects.ts';

const id = (prefix: string) =>
  fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/).map((body) => `${prefix}_${body}`);
const event = fc.record({
  merchantId: id('mer'),
  channel: fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{1,31}$/), { nil: undefined }),
  accountId: fc.option(id('acc'), { nil: undefined }),
  direction: fc.constantFrom(undefined, 'inbound' as const, 'outbound' as const),
  type: fc.constantFrom(...eventTypes),
  kind: fc.option(fc.constantFrom(...contentKinds), { nil: undefined }),
});

/** NATS: `*` stands for one token, `>` for one or more at the end. */
const matches = (pattern: string, subject: string): boolean => {
  const [wanted, given] = [pattern.split('.'), subject.split('.')];
  return (
    wanted.every((token, i) =>
      token === '>' ? given.length > i : token === '*' ? given[i] !== undefined : token === given[i],
    ) &&
    (wanted.at(-1) === '>' || wanted.length === given.length)
  );
};

describe('event subjects', () => {
  test('parse to what they were built from', () => {
    fc.assert(
      fc.property(event, (of) => {
        expect(parseEventSubject(eventSubject(of))).toEqual(of);
      }),
    );
  });

  test('are found by plain wildcards for merchant, channel, account, direction, type and kind', () => {
    fc.assert(
      fc.property(event, event, (of, other) => {
        const subject = eventSubject(of);
        const tokens = subject.split('.');
        for (let place = 3; place < tokens.length; place++) {
          const pattern = tokens.map((token, i) => (i < 3 || i === place ? token : '*')).join('.');
          expect(matches(pattern, subject)).toBe(true);
          const theirs = eventSubject(other);
          expect(matches(pattern, theirs)).toBe(theirs.split('.')[place] === tokens[place]);
        }
        expect(matches(allEvents, subject)).toBe(true);
        expect(matches(eventsOf(of.merchantId), subject)).toBe(true);
        expect(matches(eventsOf(of.merchantId), eventSubject(other))).toBe(
          other.merchantId === of.merchantId,
        );
        expect(matches(allSends, subject)).toBe(false);
        expect(tokens.length).toBe(eventSubjectPattern.split('.').length);
      }),
    );
  });

  test.each([
    '',
    'psr.v1.event',
    'psr.v1.send.mer_1.sms.acc_1',
    'psr.v2.event.a.b.c.inbound.d.e.f',
    'psr.v1.event.a.b.c.sideways.d.e.f',
    'psr.v1.event.a.b.c.inbound.d.e.f.g',
    'psr.v1.event..b.c.inbound.d.e.f',
  ])('%j is none', (subject) => {
    expect(parseEventSubject(subject)).toBeUndefined();
  });
});

describe('tokens', () => {
  const of = { merchantId: 'mer_1', channel: 'sms', accountId: 'acc_1' };
  test.each([
    'tel:+33612345678',
    'mailto:a@b.fr',
    'a@b.fr',
    '+33612345678',
    'two words',
    'a.b',
    '*',
    '>',
    '',
    'é',
    'a\r\nPUB x',
    'a\u0000',
  ])('refuse %j: no address, no content, no wildcard', (value) => {
    expect(() => sendSubject({ ...of, accountId: value })).toThrow();
    expect(() => sendSubject({ ...of, channel: value })).toThrow();
    expect(() => eventsOf(value)).toThrow();
    expect(() => eventSubject({ ...of, type: 'message.received', kind: value })).toThrow();
    if (value !== 'a.b') expect(() => eventSubject({ ...of, type: `${value}.x` })).toThrow();
  });
});

test('a send’s subject names merchant, channel and account', () => {
  expect(sendSubject({ merchantId: 'mer_1', channel: 'sms', accountId: 'acc_1' })).toBe(
    'psr.v1.send.mer_1.sms.acc_1',
  );
});
