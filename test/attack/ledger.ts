import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { until } from '../gateway/ports.ts';

export const ledgerFile = (dataFolder: string): string => join(dataFolder, 'passerelle.sqlite');

/** That a call was refused is noted in the log of exchanges, a moment later and without what it said: those rows don't count. */
const beside = new Set(['exchanges', 'sqlite_sequence']);

/** How many rows each table has, seen by a reader of its own. */
export function rowCounts(dataFolder: string): Record<string, number> {
  const ledger = new Database(ledgerFile(dataFolder), { readonly: true });
  try {
    const tables = ledger
      .prepare("select name from sqlite_master where type = 'table'")
      .pluck()
      .all() as string[];
    return Object.fromEntries(
      tables
        .filter((table) => !beside.has(table))
        .map((table) => [table, ledger.prepare(`select count(*) from "${table}"`).pluck().get() as number]),
    );
  } finally {
    ledger.close();
  }
}

/** The same once what went before has had its effects: webhooks are written down as they are delivered. */
export async function rowCountsAtRest(dataFolder: string): Promise<Record<string, number>> {
  let last = '';
  await until('the ledger to come to rest', async () => {
    const now = JSON.stringify(rowCounts(dataFolder));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const rests = now === last;
    last = now;
    return rests;
  });
  return rowCounts(dataFolder);
}

/** The tables that hold a text somewhere in a row. */
export function tablesWith(dataFolder: string, text: string): string[] {
  const ledger = new Database(ledgerFile(dataFolder), { readonly: true });
  try {
    const tables = ledger
      .prepare("select name from sqlite_master where type = 'table'")
      .pluck()
      .all() as string[];
    return tables.filter((table) =>
      (ledger.prepare(`select * from "${table}"`).all() as Record<string, unknown>[]).some((row) =>
        Object.values(row).some((value) =>
          Buffer.isBuffer(value) ? value.includes(text) : String(value).includes(text),
        ),
      ),
    );
  } finally {
    ledger.close();
  }
}

/** Every file of a data folder whose bytes hold a text: the ledger, its WAL, blobs, the bus. */
export async function filesWith(dataFolder: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(dataFolder, { recursive: true })) {
    const path = join(dataFolder, name);
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (bytes.includes(text)) found.push(name);
  }
  return found;
}

/** Resident memory of a process, in MiB. */
export async function residentMebibytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
