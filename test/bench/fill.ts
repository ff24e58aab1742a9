import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createVault, sealFields } from '../../gateway/security/seal.ts';
import { sealSecrets } from '../../gateway/webhooks/endpoints.ts';
import { makeId } from '../../protocol/ids.ts';
import type { IdKind } from '../../protocol/ids.ts';

// Puts a past into the ledger of a gateway that is stopped, in the rows it would have written itself.
const open = (dataFolder: string): Database.Database => {
  const db = new Database(join(dataFolder, 'passerelle.sqlite'), { fileMustExist: true });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  return db;
};

const longAgo = Date.now() - 30 * 86_400_000;
function idOf(kind: IdKind, number: number): string {
  const random = Buffer.alloc(10);
  random.writeUInt32BE(number, 6);
  return makeId(kind, { nowMs: longAgo + Math.floor(number / 10), random });
}

/** Inserts rows named by their columns; columns left out are null. */
function inserter(db: Database.Database, table: string) {
  let statement: Database.Statement | undefined;
  return (row: Record<string, unknown>): void => {
    statement ??= db.prepare(
      `insert into ${table} (${Object.keys(row).join()}) values (${Object.keys(row)
        .map(() => '?')
        .join()})`,
    );
    statement.run(...Object.values(row));
  };
}

/** Messages of 1,000 conversations, each with its event and the event's delivery to one endpoint, all done. */
export async function fillMessages(dataFolder: string, count: number): Promise<void> {
  const db = open(dataFolder);
  const { merchant_id: merchantId, id: accountId } = db
    .prepare("select id, merchant_id from accounts where connector = 'messenger' order by id desc limit 1")
    .get() as { id: string; merchant_id: string };
  const endpointId = (
    db.prepare('select id from webhook_endpoints where merchant_id = ?').get(merchantId) as { id: string }
  ).id;
  const insert = {
    consumer: inserter(db, 'consumers'),
    address: inserter(db, 'addresses'),
    conversation: inserter(db, 'conversations'),
    message: inserter(db, 'messages'),
    event: inserter(db, 'events'),
    delivery: inserter(db, 'webhook_deliveries'),
  };
  const conversations = 1000;
  db.transaction(() => {
    for (let i = 0; i < conversations; i++) {
      const consumer = { id: idOf('consumer', i), merchant_id: merchantId, created_at: longAgo };
      insert.consumer(consumer);
      insert.address({
        merchant_id: merchantId,
        address: `messenger:80000000000${i}`,
        consumer_id: consumer.id,
        channel: 'messenger',
        account_id: accountId,
        created_at: longAgo,
      });
      insert.conversation({
        id: idOf('conversation', i),
        merchant_id: merchantId,
        consumer_id: consumer.id,
        last_sequence: Math.ceil(count / conversations),
        created_at: longAgo,
        updated_at: longAgo,
      });
    }
    for (let i = 0; i < count; i++) {
      const of = i % conversations;
      const message = {
        id: idOf('message', i),
        merchant_id: merchantId,
        conversation_id: idOf('conversation', of),
        consumer_id: idOf('consumer', of),
        sequence: Math.floor(i / conversations) + 1,
        direction: 'inbound',
        account_id: accountId,
        channel: 'messenger',
        address: `messenger:80000000000${of}`,
        content: JSON.stringify({
          kind: 'text',
          text: `Is order ${i} on its way? I have been waiting since Monday.`,
        }),
        provider_id: `m_past_${i}`,
        test: 0,
        created_at: longAgo,
      };
      insert.message(message);
      insert.event({
        seq: i + 1_000_000_000,
        id: idOf('event', i),
        merchant_id: merchantId,
        conversation_id: message.conversation_id,
        message_id: message.id,
        type: 'message.received',
        subject: `past.${merchantId}`,
        envelope: JSON.stringify({ specversion: '1.0', id: idOf('event', i), data: message }),
        at: longAgo,
      });
      insert.delivery({
        endpoint_id: endpointId,
        event_seq: i + 1_000_000_000,
        lane: message.conversation_id,
        state: 'delivered',
        attempts: 1,
        updated_at: longAgo,
      });
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

/** Merchants, each with a key, a Messenger page and an endpoint. */
export async function fillMerchants(dataFolder: string, count: number): Promise<void> {
  const key = Buffer.from((await readFile(join(dataFolder, 'master.key'), 'utf8')).trim(), 'base64');
  const vault = createVault(key);
  const db = open(dataFolder);
  const insert = {
    merchant: inserter(db, 'merchants'),
    key: inserter(db, 'api_keys'),
    account: inserter(db, 'accounts'),
    endpoint: inserter(db, 'webhook_endpoints'),
  };
  db.transaction(() => {
    for (let i = 0; i < count; i++) {
      const merchantId = idOf('merchant', i);
      const ownerId = idOf('account', i);
      const endpoint = { id: idOf('endpoint', i), merchantId };
      insert.merchant({ id: merchantId, name: `Merchant ${i}`, created_at: longAgo });
      insert.key({
        id: idOf('key', i),
        merchant_id: merchantId,
        hash: `hash-${i}`,
        prefix: 'live_',
        mode: 'live',
        name: 'bench',
        created_at: longAgo,
      });
      const credentials = { app_secret: `s${i}`, verify_token: `v${i}`, page_access_token: `p${i}` };
      insert.account({
        id: ownerId,
        merchant_id: merchantId,
        connector: 'messenger',
        channel: 'messenger',
        name: 'bench',
        test: 0,
        config: JSON.stringify({ page_id: String(3_000_000 + i), base_url: 'http://127.0.0.1:9' }),
        credentials: sealFields(vault, credentials, { merchantId, ownerId }),
        state: 'active',
        created_at: longAgo,
      });
      insert.endpoint({
        id: endpoint.id,
        merchant_id: merchantId,
        url: 'http://127.0.0.1:9/',
        secrets: sealSecrets(vault, endpoint, [
          { secret: `whsec_${Buffer.alloc(24, i % 250).toString('base64')}` },
        ]),
        state: 'active',
        created_at: longAgo,
      });
    }
  })();
  db.close();
}
