import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import Database from 'better-sqlite3';
import { Hono } from 'hono';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { hmacMatches } from '../../connectors/kit/signature.ts';

// The floor: the shortest honest program on the same libraries that does the same durable work. Inbound: verify, parse, group
// commit, publish with acknowledgement, consume, POST, group commit. Outbound: know the key, parse, group commit with the
// idempotency key, publish, consume, POST, read the answer, group commit. No accounts, conversations, order, retries or answers.
const [folder = '.', natsUrl = '', natsToken = '', sinkUrl = '', secret = ''] = process.argv.slice(2);

const db = new Database(join(folder, 'floor.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('create table messages (id text primary key, provider text unique, body text, done integer)');
db.exec('create table sends (id text primary key, key text unique, body text, provider text)');
const insertSend = db.prepare('insert into sends values (?, ?, ?, null)');
const finishSend = db.prepare('update sends set provider = ? where id = ?');
const insert = db.prepare('insert into messages values (?, ?, ?, 0) on conflict do nothing');
const finish = db.prepare('update messages set done = 1 where id = ?');

let waiting: { run(): void; done(): void }[] = [];
function commit(run: () => void): Promise<void> {
  return new Promise((done) => {
    if (waiting.push({ run, done }) > 1) return;
    setImmediate(() => {
      const group = waiting;
      waiting = [];
      db.transaction(() => {
        for (const unit of group) unit.run();
      })();
      for (const unit of group) unit.done();
    });
  });
}

const connection = await connect({ servers: natsUrl, token: natsToken });
const streams = await jetstreamManager(connection);
await streams.streams.add({ name: 'FLOOR', subjects: ['floor.>'] });
await streams.consumers.add('FLOOR', {
  durable_name: 'floor',
  ack_policy: AckPolicy.Explicit,
  max_ack_pending: 5000,
});
const stream = jetstream(connection);

const incoming = z.looseObject({
  entry: z.array(
    z.looseObject({
      messaging: z.array(z.looseObject({ message: z.looseObject({ mid: z.string(), text: z.string() }) })),
    }),
  ),
});
const app = new Hono();
app.post('/hook', async (c) => {
  const body = new Uint8Array(await c.req.arrayBuffer());
  const given = c.req.header('x-hub-signature-256')?.slice(7);
  if (!hmacMatches({ algorithm: 'sha256', secret, data: body, given, encoding: 'hex' }))
    return c.body(null, 401);
  const parsed = incoming.parse(JSON.parse(new TextDecoder().decode(body)));
  const { mid, text } = parsed.entry[0]!.messaging[0]!.message;
  const id = randomUUID();
  const payload = JSON.stringify({ id, text });
  await commit(() => insert.run(id, mid, payload));
  void stream.publish('floor.message', payload, { msgID: id });
  return c.body(null, 200);
});

const send = z.strictObject({
  to: z.string(),
  from: z.string(),
  content: z.strictObject({ kind: z.literal('text'), text: z.string() }),
});
const known = new Set<string>();
app.post('/messages', async (c) => {
  const key = createHash('sha256')
    .update(c.req.header('authorization') ?? '')
    .digest('hex');
  known.add(key);
  const parsed = send.parse(await c.req.json());
  const id = randomUUID();
  const payload = JSON.stringify({ id, ...parsed });
  await commit(() => insertSend.run(id, `${key} ${c.req.header('idempotency-key')}`, payload));
  void stream.publish('floor.send', payload, { msgID: id });
  return c.json({ id, ...parsed }, 202);
});

const answer = z.looseObject({ recipient_id: z.string(), message_id: z.string() });
const agent = new Agent({ connections: 64 });
let free = 64;
let wake: (() => void) | undefined;

async function post(subject: string, text: string): Promise<void> {
  const { id, to, content } = JSON.parse(text) as { id: string; to?: string; content?: { text: string } };
  const sending = subject === 'floor.send';
  const body = sending ? JSON.stringify({ recipient: { id: to }, message: { text: content?.text } }) : text;
  const got = await request(sinkUrl, { dispatcher: agent, method: 'POST', body });
  if (!sending) {
    await got.body.dump();
    return commit(() => finish.run(id));
  }
  const { message_id: provider } = answer.parse(await got.body.json());
  return commit(() => finishSend.run(provider, id));
}

void (async () => {
  const messages = await (await stream.consumers.get('FLOOR', 'floor')).consume({ max_messages: 500 });
  for await (const message of messages) {
    while (free === 0) await new Promise<void>((resolve) => (wake = resolve));
    free--;
    void post(message.subject, message.string()).then(() => {
      message.ack();
      free++;
      wake?.();
    });
  }
})();

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.stdout.write(`${port}\n`));
process.stdin.on('data', () => {}).on('end', () => process.exit(0));
