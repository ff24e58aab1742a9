import { expect, test, vi } from 'vitest';
import { Committer } from './committer.ts';
import type { Transactions } from './committer.ts';

/** A database that writes down what it was told, and can fail at a statement. */
function fakeTransactions(failAt: Partial<Record<keyof Transactions, () => boolean>> = {}) {
  const said: string[] = [];
  const say = (word: keyof Transactions) => () => {
    said.push(word);
    if (failAt[word]?.()) throw new Error(`${word} failed`);
  };
  const transactions: Transactions = {
    begin: () => {
      say('begin')();
      return true;
    },
    commit: say('commit'),
    rollback: say('rollback'),
    savepoint: say('savepoint'),
    release: say('release'),
    rollbackToSavepoint: say('rollbackToSavepoint'),
  };
  return { said, transactions };
}

test('units that arrive together share one transaction', async () => {
  const { said, transactions } = fakeTransactions();
  const committer = new Committer(transactions);
  const results = await Promise.all([1, 2, 3].map((n) => committer.write(async () => n)));
  expect(results).toEqual([1, 2, 3]);
  expect(said).toEqual(['begin', 'commit']);
  expect(committer.counts).toEqual({ commits: 1, units: 3 });
});

test('units run one after the other, in the order they came, also over their awaits', async () => {
  const committer = new Committer(fakeTransactions().transactions);
  const steps: string[] = [];
  const unit = (name: string) => async () => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    await Promise.resolve();
    steps.push(`${name} ends`);
  };
  await Promise.all([committer.write(unit('a')), committer.write(unit('b'))]);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a unit that throws takes back what it wrote and rejects alone: the group runs again in savepoints', async () => {
  const { said, transactions } = fakeTransactions();
  const committer = new Committer(transactions);
  const fault = new Error('the unit is wrong');
  const results = await Promise.allSettled([
    committer.write(async () => 'first'),
    committer.write(async () => {
      throw fault;
    }),
    committer.write(async () => 'third'),
  ]);
  expect(results).toEqual([
    { status: 'fulfilled', value: 'first' },
    { status: 'rejected', reason: fault },
    { status: 'fulfilled', value: 'third' },
  ]);
  expect(said).toEqual([
    'begin',
    'rollback',
    'begin',
    'savepoint',
    'release',
    'savepoint',
    'rollbackToSavepoint',
    'savepoint',
    'release',
    'commit',
  ]);
});

test('after a unit that threw, groups go in savepoints for a while, then together again', async () => {
  const { said, transactions } = fakeTransactions();
  const committer = new Committer(transactions);
  const fails = async () => {
    throw new Error('no');
  };
  await expect(committer.write(fails)).rejects.toThrow('no');
  said.length = 0;
  for (let n = 0; n < 40; n++) await committer.write(async () => n);
  await expect(committer.write(fails)).rejects.toThrow('no');
  expect(said.filter((word) => word === 'savepoint')).toHaveLength(32 + 1);
  expect(said.filter((word) => word === 'rollback')).toHaveLength(1);
});

test('while another process writes, the group waits, and takes in what comes meanwhile', async () => {
  const { said, transactions } = fakeTransactions();
  let away = true;
  const committer = new Committer({
    ...transactions,
    begin: () => (away ? said.push('busy') < 0 : transactions.begin()),
  });
  const first = committer.write(async () => 1);
  await vi.waitFor(() => expect(said).toContain('busy'));
  const second = committer.write(async () => 2);
  away = false;
  expect(await Promise.all([first, second])).toEqual([1, 2]);
  expect(said.filter((word) => word !== 'busy')).toEqual(['begin', 'commit']);
  expect(committer.counts).toEqual({ commits: 1, units: 2 });
});

test('a unit that throws before its first await rejects like any other', async () => {
  const committer = new Committer(fakeTransactions().transactions);
  const thrown = committer.write((() => {
    throw new Error('at once');
  }) as () => Promise<never>);
  await expect(thrown).rejects.toThrow('at once');
  await expect(committer.write(async () => 1)).resolves.toBe(1);
});

test('nothing resolves before the commit', async () => {
  let settled = false;
  const order: string[] = [];
  const { transactions } = fakeTransactions();
  const committer = new Committer({
    ...transactions,
    commit: () => void order.push(settled ? 'settled first' : 'commit'),
  });
  await committer
    .write(async () => {})
    .then(() => {
      settled = true;
      order.push('resolved');
    });
  expect(order).toEqual(['commit', 'resolved']);
});

test('hooks run after the commit, in commit order, before the promise resolves; not for a unit that failed', async () => {
  const { said, transactions } = fakeTransactions();
  const committer = new Committer(transactions);
  const unit = (name: string, fails = false) =>
    committer
      .write(async (afterCommit) => {
        afterCommit(() => said.push(`${name} hook 1`));
        afterCommit(() => said.push(`${name} hook 2`));
        if (fails) throw new Error('no');
      })
      .then(
        () => said.push(`${name} resolved`),
        () => said.push(`${name} rejected`),
      );
  await Promise.all([unit('a'), unit('b', true), unit('c')]);
  const after = said.slice(said.indexOf('commit') + 1);
  expect(after.filter((word) => word.includes('hook'))).toEqual([
    'a hook 1',
    'a hook 2',
    'c hook 1',
    'c hook 2',
  ]);
  expect(after.indexOf('a hook 2')).toBeLessThan(after.indexOf('a resolved'));
  expect(said.slice(0, said.indexOf('commit')).some((word) => word.includes('hook'))).toBe(false);
});

test('a failed commit rejects every unit of the group, runs no hook, and the next group works', async () => {
  let failing = true;
  const { said, transactions } = fakeTransactions({ commit: () => failing });
  const committer = new Committer(transactions);
  let hooks = 0;
  const hooked = async (afterCommit: (hook: () => void) => void) => afterCommit(() => hooks++);
  const results = await Promise.allSettled([committer.write(hooked), committer.write(hooked)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(said.at(-1)).toBe('rollback');
  expect(hooks).toBe(0);
  expect(committer.counts).toEqual({ commits: 0, units: 0 });
  failing = false;
  await committer.write(hooked);
  expect(hooks).toBe(1);
});

test.each(['begin', 'savepoint', 'release', 'rollbackToSavepoint'] as const)(
  'a failed %s rejects the whole group and rolls it back',
  async (word) => {
    const { said, transactions } = fakeTransactions({
      [word]: () => true,
      ...(word === 'rollbackToSavepoint' ? { release: () => true } : {}),
    });
    const committer = new Committer(transactions);
    const results = await Promise.allSettled([
      committer.write(async () => 1),
      committer.write(async () => {
        throw new Error('so that there are savepoints');
      }),
    ]);
    const anyFulfilled = results.some(({ status }) => status === 'fulfilled');
    expect(anyFulfilled).toBe(false);
    if (word !== 'release') expect(said.at(-1)).toBe('rollback');
  },
);

test('what arrives while a group runs goes into the next one; a group is bounded', async () => {
  const { transactions } = fakeTransactions();
  const committer = new Committer(transactions);
  let late: Promise<string> | undefined;
  await committer.write(async () => {
    late = committer.write(async () => 'late');
  });
  await expect(late).resolves.toBe('late');
  expect(committer.counts.commits).toBe(2);
  await Promise.all(Array.from({ length: 600 }, () => committer.write(async () => {})));
  expect(committer.counts).toEqual({ commits: 5, units: 602 });
});

test('it counts what waits, and is idle when nothing does', async () => {
  const committer = new Committer(fakeTransactions().transactions);
  await committer.idle();
  const writes = [committer.write(async () => 1), committer.write(async () => 2)];
  expect(committer.waiting).toBe(2);
  await committer.idle();
  expect(committer.waiting).toBe(0);
  await expect(Promise.all(writes)).resolves.toEqual([1, 2]);
});
