import { expect, test } from 'vitest';
import { fakeClock } from '../../test/gateway/engine.ts';
import { heartbeatMs } from '../../protocol/connector-wire/index.ts';
import { Presence } from './presence.ts';

test('the first instance is active until it leaves; then the next is', () => {
  const presence = new Presence(fakeClock());
  expect(presence.seen('pigeon', 'a')).toEqual({ connector: 'pigeon', up: true, active: 'a' });
  expect(presence.seen('pigeon', 'b')).toEqual({ connector: 'pigeon' });
  expect(presence.seen('pigeon', 'a')).toEqual({ connector: 'pigeon' });
  expect([presence.instances('pigeon'), presence.active('pigeon')]).toEqual([2, 'a']);
  expect(presence.left('pigeon', 'a')).toEqual({ connector: 'pigeon', active: 'b' });
  expect(presence.left('pigeon', 'b')).toEqual({ connector: 'pigeon', up: false });
  expect(presence.up('pigeon')).toBe(false);
  expect(presence.left('heron', 'a')).toEqual({ connector: 'heron' });
});

test('one that is silent for three heartbeats is gone, and comes back as the last', () => {
  const clock = fakeClock();
  const presence = new Presence(clock);
  presence.seen('pigeon', 'a');
  presence.seen('pigeon', 'b');
  clock.advance(2 * heartbeatMs);
  presence.seen('pigeon', 'b');
  expect(presence.sweep()).toEqual([]);
  clock.advance(heartbeatMs + 1);
  expect(presence.sweep()).toEqual([{ connector: 'pigeon', active: 'b' }]);
  presence.seen('pigeon', 'a');
  expect(presence.active('pigeon')).toBe('b');
  clock.advance(4 * heartbeatMs);
  expect(presence.sweep()).toEqual([{ connector: 'pigeon', up: false }]);
  expect(presence.sweep()).toEqual([]);
  expect(presence.lastSeenMs('pigeon')).toBeDefined();
});
