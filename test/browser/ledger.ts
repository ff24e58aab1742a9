import { join } from 'node:path';
import Database from 'better-sqlite3';

/** While it refuses, a real gateway's ledger takes no message in; everything else goes on. */
export function ledgerOf({ dataFolder }: { dataFolder: string }): { refuse(refusing: boolean): void } {
  const run = (sql: string): void => {
    const database = new Database(join(dataFolder, 'passerelle.sqlite'));
    database.exec(sql);
    database.close();
  };
  return {
    refuse: (refusing) =>
      run(
        refusing
          ? `create trigger test_refuses before insert on messages begin select raise(abort, 'refused by a test'); end`
          : 'drop trigger if exists test_refuses',
      ),
  };
}
