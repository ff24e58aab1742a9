import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

/** What a NATS server says first, before any authentication (NATS client protocol, INFO). */
const infoSchema = z.looseObject({
  server_name: z.string().optional(),
  version: z.string(),
  jetstream: z.boolean().optional(),
});
export type Greeting = z.infer<typeof infoSchema>;

export interface Place {
  host: string;
  port: number;
}

/** The greeting of whatever listens there; undefined where nothing does, or where it is no NATS server. */
export function natsGreeting({ host, port }: Place, timeoutMs = 3000): Promise<Greeting | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let said = '';
    const settle = (greeting?: Greeting) => {
      socket.destroy();
      resolve(greeting);
    };
    socket.setTimeout(timeoutMs, () => settle());
    socket.on('error', () => settle());
    socket.on('close', () => settle());
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (said.length > 65_536) return settle();
      const end = said.indexOf('\n');
      if (end >= 0) settle(parseInfo(said.slice(0, end)));
    });
  });
}

function parseInfo(line: string): Greeting | undefined {
  if (!line.startsWith('INFO ')) return undefined;
  try {
    return infoSchema.safeParse(JSON.parse(line.slice(5))).data;
  } catch {
    return undefined;
  }
}

/** Waits until the server of that name answers; false when `signal` ends the wait. */
export async function untilGreetedBy(name: string, place: Place, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const greeting = await natsGreeting(place);
    if (greeting?.server_name === name && !signal.aborted) return true;
    await wait(50, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
