import { describe, expect, test } from 'vitest';
import { Turns } from './turns.ts';
import type { Lane } from './turns.ts';

const lane = (conversationId: string, of: Partial<Lane> = {}): Lane => ({
  conversationId,
  merchantId: of.merchantId ?? `mer_of_${of.accountId ?? 'acc_1'}`,
  accountId: of.accountId ?? 'acc_1',
  bulk: of.bulk ?? false,
});

const all = { mayRun: () => true, bulkToo: true };
const takeAll = (turns: Turns, how: Parameters<Turns['next']>[0] = all): string[] => {
  const taken: string[] = [];
  for (let next = turns.next(how); next; next = turns.next(how)) taken.push(next.conversationId);
  return taken;
};

describe('fairness', () => {
  test('invariant 7: a merchant with a hundred thousand waiting delays another by one turn of its own', () => {
    const turns = new Turns();
    for (let i = 0; i < 100_000; i++) turns.add(lane(`big${i}`));
    turns.add(lane('small', { accountId: 'acc_2' }));
    const first = [turns.next(all), turns.next(all)].map((one) => one?.conversationId);
    expect(first).toContain('small');
  });

  test('rounds go over merchants first, so that many accounts of one get no more than one of another', () => {
    const turns = new Turns();
    for (const accountId of ['a1', 'a2', 'a3', 'a4'])
      for (let i = 0; i < 5; i++) turns.add(lane(`${accountId}-${i}`, { accountId, merchantId: 'many' }));
    for (let i = 0; i < 5; i++) turns.add(lane(`one-${i}`, { accountId: 'b', merchantId: 'one' }));
    const taken = takeAll(turns);
    expect(taken.slice(0, 10).filter((id) => id.startsWith('one'))).toHaveLength(5);
    expect(
      new Set(
        taken
          .slice(0, 8)
          .filter((id) => id.startsWith('a'))
          .map((id) => id.slice(0, 2)),
      ).size,
    ).toBe(4);
  });

  test('a merchant without room is passed over; a blocked account holds up none', () => {
    const turns = new Turns();
    turns.add(lane('a', { accountId: 'acc_1' }));
    turns.add(lane('b', { accountId: 'acc_2' }));
    turns.add(lane('c', { accountId: 'acc_3' }));
    turns.block('acc_2', 'all');
    const how = { mayRun: (merchantId: string) => merchantId !== 'mer_of_acc_1', bulkToo: true };
    expect(takeAll(turns, how)).toEqual(['c']);
    turns.unblock('acc_2');
    expect(takeAll(turns)).toEqual(['a', 'b']);
    expect(turns.size).toBe(0);
    expect(turns.accounts).toBe(0);
  });
});

describe('bulk', () => {
  test('at an account normal goes first and bulk has one turn in ten', () => {
    const turns = new Turns();
    for (let i = 0; i < 100; i++) turns.add(lane(`bulk${i}`, { bulk: true }));
    for (let i = 0; i < 45; i++) turns.add(lane(`normal${i}`));
    const taken = takeAll(turns).map((id) => id.startsWith('bulk'));
    expect(taken.slice(0, 9)).not.toContain(true);
    expect(taken.slice(0, 50).filter(Boolean)).toHaveLength(5);
    expect(taken).toHaveLength(145);
  });

  test('among accounts too: those that have only bulk take one slot in ten while normal waits', () => {
    const turns = new Turns();
    for (let i = 0; i < 50; i++) {
      turns.add(lane(`bulk${i}`, { bulk: true, accountId: `b${i}` }));
      turns.add(lane(`normal${i}`, { accountId: `n${i}` }));
    }
    const taken = takeAll(turns).map((id) => id.startsWith('bulk'));
    expect(taken.slice(0, 9)).not.toContain(true);
    expect(taken.slice(0, 50).filter(Boolean)).toHaveLength(5);
  });

  test('where bulk has no room, normal goes on', () => {
    const turns = new Turns();
    turns.add(lane('bulk', { bulk: true }));
    turns.add(lane('normal'));
    turns.add(lane('other', { bulk: true, accountId: 'acc_2' }));
    turns.block('acc_1', 'bulk');
    expect(takeAll(turns, { mayRun: () => true, bulkToo: false })).toEqual(['normal']);
    turns.add(lane('bulk', { bulk: true }));
    turns.block('acc_1', 'bulk');
    expect(takeAll(turns)).toEqual(['other']);
    turns.unblock('acc_1');
    expect(takeAll(turns)).toEqual(['bulk']);
  });

  test('a lane stands in line once, and moves over when it is normal', () => {
    const turns = new Turns();
    turns.add(lane('a', { bulk: true }));
    expect([turns.has('a', true), turns.has('a', false)]).toEqual([true, false]);
    turns.add(lane('a'));
    expect([turns.has('a', true), turns.has('a', false)]).toEqual([true, true]);
    expect([turns.waiting('acc_1', true), turns.waiting('acc_1', false)]).toEqual([0, 1]);
    expect(takeAll(turns)).toEqual(['a']);
  });

  test('what is put first goes before the others of its line', () => {
    const turns = new Turns();
    turns.add(lane('a'));
    turns.add(lane('b'));
    turns.add(lane('c'), true);
    expect(takeAll(turns)).toEqual(['c', 'a', 'b']);
  });
});
