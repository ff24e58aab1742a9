import { expect, test } from 'vitest';
import { eventData, eventTypeSchema, eventTypes } from './events.ts';

test('a type is an entity and what happened to it: two tokens of a subject', () => {
  for (const type of eventTypes) expect(type).toMatch(/^[a-z_]+\.[a-z_]+$/);
  expect(new Set(eventTypes).size).toBe(eventTypes.length);
  expect(eventTypeSchema.safeParse('message.telepathy').success).toBe(false);
});

test('the data of every type is strict: a field that no document names is a bug', () => {
  for (const type of eventTypes) expect(eventData[type].def.catchall?._zod.def.type, type).toBe('never');
});

test('no event but message.received carries content', () => {
  for (const type of eventTypes)
    expect('content' in eventData[type].shape, type).toBe(type === 'message.received');
});
