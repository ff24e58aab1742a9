import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chanceOf, randomOf } from './chance.ts';
import { Checker } from './checker.ts';
import type { Verdict } from './checker.ts';
import { HistoryFile, states } from './history.ts';
import type { Entry, State } from './history.ts';
import { digestOf, IdTable } from './id-table.ts';

const base = { atMs: 0, conversation: 0, number: 0, id: 0, value: 0 };
const messageId = (conversation: number, number: number) => 1000 + conversation * 100 + number;

const inbound = (conversation: number, number: number): Entry[] => [
  { ...base, step: 'in accepted', conversation, number },
  { ...base, step: 'in processed', conversation, number, value: number * 2 },
];
const moved = (id: number, from: State, to: State, reason = false): Entry => ({
  ...base,
  step: 'out moved',
  id,
  from,
  to,
  reason,
});
const outbound = (conversation: number, number: number): Entry[] => {
  const id = messageId(conversation, number);
  return [
    { ...base, step: 'out accepted', conversation, number, id },
    { ...base, step: 'out shown', conversation, number },
    moved(id, 'queued', 'sent'),
    moved(id, 'sent', 'delivered'),
    moved(id, 'delivered', 'read'),
    { ...base, step: 'out asked', id, to: 'read' },
  ];
};

/** Three conversations with five messages each way, nothing wrong. */
const sound = (): Entry[] =>
  [0, 1, 2].flatMap((conversation) =>
    [0, 1, 2, 3, 4].flatMap((number) => [
      ...inbound(conversation, number),
      ...outbound(conversation, number),
    ]),
  );

const judge = (entries: Entry[]): Verdict => {
  const checker = new Checker();
  for (const entry of entries) checker.take(entry);
  return checker.verdict();
};
const faults = ({ lost, doubled, inverted, regressed }: Verdict) => ({ lost, doubled, inverted, regressed });
const none = { lost: 0, doubled: 0, inverted: 0, regressed: 0 };

const is = (step: Entry['step'], conversation: number, number: number) => (entry: Entry) =>
  entry.step === step && entry.conversation === conversation && entry.number === number;
const placeOf = (entries: Entry[], fits: (entry: Entry) => boolean): number => {
  const at = entries.findIndex(fits);
  if (at < 0) throw new Error('not in the history');
  return at;
};
const without = (fits: (entry: Entry) => boolean) => {
  const entries = sound();
  entries.splice(placeOf(entries, fits), 1);
  return entries;
};
const swapped = (one: (entry: Entry) => boolean, other: (entry: Entry) => boolean) => {
  const entries = sound();
  const [a, b] = [placeOf(entries, one), placeOf(entries, other)];
  [entries[a], entries[b]] = [entries[b]!, entries[a]!];
  return entries;
};

test('a sound history is found sound', () => {
  const verdict = judge(sound());
  expect(faults(verdict)).toEqual(none);
  expect(verdict).toMatchObject({ accepted: 30, inbound: 15, outbound: 15, failed: 0, violations: [] });
});

const id = messageId(1, 2);
const isMove = (to: State) => (entry: Entry) =>
  entry.step === 'out moved' && entry.id === id && entry.to === to;
const changed = (fits: (entry: Entry) => boolean, change: Partial<Entry>) =>
  sound().map((entry) => (fits(entry) ? { ...entry, ...change } : entry));

test.each<[string, Entry[], Partial<Verdict>]>([
  ['an inbound message that never came', without(is('in processed', 1, 2)), { lost: 1 }],
  ['one that never came to the platform', without(is('out shown', 1, 2)), { lost: 1 }],
  [
    'one of which nothing was told',
    sound().filter((entry) => entry.id !== id || entry.step === 'out accepted'),
    { lost: 1 },
  ],
  [
    'an end without a reason',
    sound().flatMap((entry) =>
      entry.id !== id || entry.step === 'out accepted'
        ? [entry]
        : isMove('sent')(entry)
          ? [moved(id, 'queued', 'failed')]
          : [],
    ),
    { lost: 1 },
  ],
  [
    'a state that the merchant was never told',
    changed((entry) => entry.step === 'out moved' && entry.id === id && entry.to === 'read', {
      step: 'fault',
    }),
    { lost: 1 },
  ],
  ['one message under two webhook ids', [...sound(), ...inbound(1, 2)], { doubled: 1 }],
  [
    'a send shown twice',
    [...sound(), { ...base, step: 'out shown', conversation: 1, number: 2 }],
    { doubled: 1 },
  ],
  [
    'one key that became two messages',
    [...sound(), { ...base, step: 'out accepted', conversation: 1, number: 2, id: 77 }],
    { doubled: 1 },
  ],
  [
    'inbound messages out of order',
    swapped(is('in processed', 1, 2), is('in processed', 1, 3)),
    { inverted: 1 },
  ],
  ['a place that goes back', changed(is('in processed', 1, 3), { value: 1 }), { inverted: 1 }],
  ['sends shown out of order', swapped(is('out shown', 1, 2), is('out shown', 1, 3)), { inverted: 1 }],
  ['a step of a state that was left out', without(isMove('delivered')), { inverted: 1 }],
  ['a state told twice', [...sound(), moved(id, 'sent', 'delivered')], { regressed: 1 }],
  ['a state that moved back', [...sound(), moved(id, 'read', 'sent')], { regressed: 1 }],
  ['something after the end', [...sound(), moved(id, 'read', 'failed', true)], { regressed: 1 }],
  [
    'a state that the gateway took back in silence',
    changed((entry) => entry.step === 'out asked' && entry.id === id, { to: 'sent' }),
    { regressed: 1 },
  ],
])('%s is found, and nothing else', (_what, entries, found) => {
  const verdict = judge(entries);
  expect(faults(verdict)).toEqual({ ...none, ...found });
  expect(verdict.violations).toHaveLength(1);
});

test('what failed for a reason, or was not accepted, is not lost; what waits is pending', () => {
  const checker = new Checker();
  checker.take({ ...base, step: 'out accepted', id: 5 });
  checker.take({ ...base, step: 'in accepted' });
  expect(checker.pending).toBe(2);
  checker.take(moved(5, 'queued', 'uncertain'));
  expect(checker.pending).toBe(2);
  checker.take(moved(5, 'uncertain', 'failed', true));
  checker.take({ ...base, step: 'in processed' });
  checker.take({ ...base, step: 'in processed', number: 1, value: 2 });
  checker.take({ ...base, step: 'repeated' });
  expect(checker.pending).toBe(0);
  expect(checker.toldOf(5)).toBe('failed');
  expect(checker.verdict()).toMatchObject({ ...none, accepted: 2, failed: 1, repeated: 1 });
});

test('a history comes back from its file as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-history-'));
  const file = new HistoryFile(join(folder, 'history'));
  const entries = Array.from({ length: 5000 }, (_, i): Entry => ({
    ...base,
    step: i % 2 ? 'out moved' : 'in processed',
    atMs: i,
    conversation: i % 7,
    number: i,
    id: digestOf(`msg_${i}`),
    value: i,
    from: states[i % 10],
    to: states[(i + 1) % 10],
    reason: i % 3 === 0,
  }));
  for (const entry of entries) file.append(entry);
  expect([...file.entries()]).toEqual(entries);
  file.close();
  rmSync(folder, { recursive: true });
});

test('a hundred thousand ids are told apart', () => {
  const table = new IdTable();
  const places = Array.from({ length: 100_000 }, (_, i) => table.add(digestOf(`evt_${i}`)).place);
  expect(places.every((place, i) => place === i)).toBe(true);
  const again = places.map((_, i) => table.add(digestOf(`evt_${i}`)));
  expect(again.every(({ place, fresh }, i) => place === i && !fresh)).toBe(true);
  expect(table.find(digestOf('evt_-1'))).toBeUndefined();
  expect(table.size).toBe(100_000);
});

test('a seed repeats its chances, and they spread evenly', () => {
  const [chance, same, other] = [chanceOf(7), chanceOf(7), chanceOf(8)];
  expect(chance('pause', 3, 4)).toBe(same('pause', 3, 4));
  expect(chance('pause', 3, 4)).not.toBe(other('pause', 3, 4));
  expect(randomOf(5)()).toBe(randomOf(5)());
  const below = Array.from({ length: 10_000 }, (_, i) => chance('spread', i % 100, i)).filter(
    (one) => one < 0.1,
  );
  expect(below.length).toBeGreaterThan(850);
  expect(below.length).toBeLessThan(1150);
});
