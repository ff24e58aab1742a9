import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { collectStatements, walks } from './plans.testing.ts';
import { openSqlite } from './sqlite.ts';
import { storeContract } from './store.contract.ts';

const statements = collectStatements();

let folder = '';
const file = () => join(folder, 'ledger.sqlite');

storeContract('sqlite', {
  open: async () => {
    folder = await mkdtemp(join(tmpdir(), 'passerelle-sqlite-'));
    return openSqlite(file());
  },
  reopen: async () => openSqlite(file()),
  remove: () => rm(folder, { recursive: true, force: true }),
});

// behind all that the contract has asked for
test('no statement goes through a table that grows, but for a few of its rows', async () => {
  folder = await mkdtemp(join(tmpdir(), 'passerelle-sqlite-'));
  const store = openSqlite(file());
  try {
    /** In the order of the table itself, and no further than a limit. */
    const few = /order by (?:"?\w+"?\.)?"?(?:id|seq)"? (?:asc|desc) limit|order by id limit/;
    const found = [...statements]
      .filter((sql) => /^\s*(?:select|insert|update|delete|with)\b/i.test(sql) && !few.test(sql))
      .flatMap((sql) => walks(file(), sql).map((walk) => `${walk}: ${sql}`));
    expect(statements.size).toBeGreaterThan(200);
    expect(found).toEqual([]);
    // and it would be seen
    for (const [sql, walk] of [
      ['update deliveries set sequence = 1 where conversation_id = ?', 'SCAN deliveries'],
      [
        'select p.part from "sent_parts" "p" join messages m on m.id = p.message_id where p.account_id = ? and m.address = ? order by m.sequence',
        'SEARCH p USING INDEX sqlite_autoindex_sent_parts_1 (account_id=?)',
      ],
    ] as const)
      expect(walks(file(), sql)).toEqual([walk]);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a commit survives power loss: write-ahead log, synchronised at each commit', async () => {
  folder = await mkdtemp(join(tmpdir(), 'passerelle-sqlite-'));
  const store = openSqlite(file());
  const other = new Database(file());
  try {
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    await store.write((tx) => tx.merchants.insert({ id: 'mer_1', name: 'One', createdAt: 1 }));
    // what another connection sees is in the log already, not only in this one's memory
    expect(other.prepare('select count(*) as n from merchants').get()).toEqual({ n: 1 });
  } finally {
    other.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a commit that fails rejects every unit of its group, and nothing of it is written', async () => {
  folder = await mkdtemp(join(tmpdir(), 'passerelle-sqlite-'));
  const store = openSqlite(file());
  const other = new Database(file());
  try {
    // checked at the commit only: what a full disk looks like to the units
    other.exec('create table strict (id text references merchants(id) deferrable initially deferred)');
    other.exec(
      "create trigger plant after insert on merchants when new.id = 'mer_bad' begin insert into strict values ('nobody'); end",
    );
    const units = ['mer_1', 'mer_bad', 'mer_2'].map((id) =>
      store.write((tx) => tx.merchants.insert({ id, name: id, createdAt: 1 })),
    );
    expect((await Promise.allSettled(units)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(await store.read.merchants.list('', 10)).toEqual([]);
    await store.write((tx) => tx.merchants.insert({ id: 'mer_3', name: 'Three', createdAt: 1 }));
    expect((await store.read.merchants.list('', 10)).map(({ id }) => id)).toEqual(['mer_3']);
  } finally {
    other.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});
