import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Envelope } from '../../protocol/envelope.ts';
import type { EventType } from '../../protocol/events.ts';
import { until } from './ports.ts';

export type EventOf<T extends EventType> = Extract<Envelope, { type: T }>;

/** A merchant's webhook endpoint: checks the signature, keeps what came, once per id and every time. */
export interface Receiver {
  url: string;
  /** The secret that the gateway gave for this endpoint; without it nothing is taken. */
  secret: string | undefined;
  /** Events in the order of their first arrival. */
  events: Envelope[];
  /** How often each webhook id came. */
  times: Map<string, number>;
  /** What the next answers are; 200 once used up. `hang` never answers. */
  answers: (number | 'hang')[];
  /** How long it takes to answer. */
  delayMs: number;
  /** The first event of a type that fits, waiting for it. */
  event<T extends EventType>(
    type: T,
    fits?: (event: EventOf<T>) => boolean,
    withinMs?: number,
  ): Promise<EventOf<T>>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = receiver.answers.shift() ?? 200;
      if (answer === 'hang') return;
      if (answer >= 300) return void response.writeHead(answer).end();
      const text = Buffer.concat(chunks).toString('utf8');
      try {
        new Webhook(receiver.secret ?? '').verify(text, request.headers as Record<string, string>);
      } catch {
        return void response.writeHead(401).end();
      }
      const id = String(request.headers['webhook-id']);
      const times = receiver.times.get(id) ?? 0;
      receiver.times.set(id, times + 1);
      if (times === 0) receiver.events.push(JSON.parse(text) as Envelope);
      setTimeout(() => response.writeHead(answer).end(), receiver.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    secret: undefined,
    events: [],
    times: new Map(),
    answers: [],
    delayMs: 0,
    event: <T extends EventType>(
      type: T,
      fits: (event: EventOf<T>) => boolean = () => true,
      withinMs?: number,
    ) =>
      until(
        `the event ${type}`,
        () =>
          receiver.events.find(
            (event): event is EventOf<T> => event.type === type && fits(event as EventOf<T>),
          ),
        withinMs,
      ),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
