import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Envelope } from '../../protocol/envelope.ts';
import type { TestGateway, TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';

/** Connects to a gateway's own nats-server, with what its configuration file says. */
export async function connectNats({ dataFolder }: TestGateway): Promise<NatsConnection> {
  for await (const file of glob(join(dataFolder, '**/nats-server.conf'))) {
    const text = await readFile(file, 'utf8');
    const servers = /^listen: "(.+)"$/m.exec(text)?.[1];
    const token = /token: "(.+?)"/.exec(text)?.[1];
    if (servers && token) return connect({ servers, token });
  }
  throw new Error('no configuration of a nats-server found');
}

export interface StreamedEvent {
  /** The cursor. */
  id: string;
  type: string;
  envelope: Envelope;
}

/** A merchant's event stream, as it comes. */
export interface EventStream {
  events: StreamedEvent[];
  /** Waits until so many events came. */
  count(n: number): Promise<StreamedEvent[]>;
  close(): void;
}

export async function openEventStream(
  merchant: TestMerchant,
  { lastEventId, after }: { lastEventId?: string; after?: string } = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const answer = await fetch(
    `${merchant.gateway.url}/v1/events${after === undefined ? '' : `?after=${after}`}`,
    {
      headers: {
        authorization: `Bearer ${merchant.key}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: abort.signal,
    },
  );
  if (answer.status !== 200 || !answer.body) throw new Error(`no stream: ${answer.status}`);
  const events: StreamedEvent[] = [];
  const reading = answer.body.pipeThrough(new TextDecoderStream());
  void (async () => {
    let held = '';
    for await (const chunk of reading) {
      const blocks = (held + chunk).split('\n\n');
      held = blocks.pop() ?? '';
      events.push(...blocks.flatMap(readBlock));
    }
  })().catch(() => {});
  return {
    events,
    count: (n) => until(`${n} events on the stream`, () => events.length >= n && events),
    close: () => abort.abort(),
  };
}

/** One block of the stream; comments are none. */
function readBlock(block: string): StreamedEvent[] {
  const fields = new Map(
    block
      .split('\n')
      .map(
        (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()] as const,
      ),
  );
  const data = fields.get('data');
  return data === undefined
    ? []
    : [
        {
          id: fields.get('id') ?? '',
          type: fields.get('event') ?? '',
          envelope: JSON.parse(data) as Envelope,
        },
      ];
}
