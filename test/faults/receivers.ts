import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Envelope } from '../../protocol/envelope.ts';
import type { Chance } from './chance.ts';
import type { Entry } from './history.ts';
import { digestOf, IdTable } from './id-table.ts';

export interface ReceiversOptions {
  chance: Chance;
  /** One for each merchant, set once its endpoint is made. */
  secrets: (string | undefined)[];
  record(entry: Omit<Entry, 'atMs'>): void;
}

const textOfWorkload = /^in (\d+) (\d+)$/;
const nothing = { conversation: 0, number: 0, id: 0, value: 0 };

/**
 * The merchants' webhook endpoints, at `/{merchant}`. They honour webhook ids: what was processed once is answered and passed over.
 * Some answers are slow, some are 500 and nothing was processed, some never come although it was.
 */
export class Receivers {
  readonly #o: ReceiversOptions;
  readonly #processed = new IdTable();
  /** Calls that were answered 500, so that no event is refused twice: the second retry is minutes away. */
  readonly #refused = new IdTable();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  /** Off, they answer at once and well. */
  misbehaving = true;

  constructor(options: ReceiversOptions) {
    this.#o = options;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#server.keepAliveTimeout = 3000;
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const webhookId = String(request.headers['webhook-id']);
    if (!isSigned(this.#o.secrets[Number(request.url?.slice(1))], request, text))
      return void response.writeHead(401).end();
    const id = digestOf(webhookId);
    if (this.#processed.find(id) !== undefined) {
      this.#o.record({ ...nothing, step: 'repeated', id });
      return void response.writeHead(200).end();
    }
    // drawn in the order of arrival: ids are the gateway's own and differ from run to run
    const mood = this.misbehaving ? this.#o.chance('webhook', this.#processed.size, this.#refused.size) : 1;
    if (mood < 0.01 && this.#refused.add(id).fresh) return void response.writeHead(500).end();
    this.#processed.add(id);
    this.#process(JSON.parse(text) as Envelope);
    if (mood < 0.013) return void request.socket.resetAndDestroy();
    if (mood < 0.06) await pause(20 + mood * 8000);
    response.writeHead(200).end();
  }

  #process(event: Envelope): void {
    const { record } = this.#o;
    if (event.type === 'message.received') {
      const found = textOfWorkload.exec(event.data.content.text ?? '');
      if (!found) return;
      const of = { conversation: Number(found[1]), number: Number(found[2]) };
      record({ ...nothing, ...of, step: 'in processed', id: digestOf(event.id), value: event.data.sequence });
    } else if (event.type === 'delivery.updated') {
      const { message_id: messageId, previous: from, state: to, failure } = event.data;
      record({
        ...nothing,
        step: 'out moved',
        id: digestOf(messageId),
        from,
        to,
        reason: failure?.code !== undefined,
      });
    }
  }
}

/** Standard Webhooks' signature. How old it is isn't looked at: the gateway's clock is moved on purpose. */
function isSigned(secret: string | undefined, { headers }: IncomingMessage, text: string): boolean {
  if (secret === undefined) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
  const wanted = Buffer.from(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  return String(headers['webhook-signature'])
    .split(' ')
    .some((given) => given.length === wanted.length && timingSafeEqual(Buffer.from(given), wanted));
}
