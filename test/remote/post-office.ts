import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Letter {
  to: string;
  text: string;
  key: string;
  /** The process that brought it. */
  process: number;
}

/** The platform of the pigeon connector: takes letters, and calls the hook with what comes in. */
export interface PostOffice {
  url: string;
  letters: Letter[];
  /** What people are called; undefined: nobody of that name is known. */
  people: Map<string, string | undefined>;
  /** A letter with this text is taken and not answered. */
  held: string | undefined;
  /** Calls the hook until it is taken, as platforms do. */
  tells(hookUrl: string, event: object): Promise<void>;
  close(): Promise<void>;
}

export const secret = 'the-post-office-signs-with-this';

export async function startPostOffice(answerAfterMs = () => 5): Promise<PostOffice> {
  const letters: Letter[] = [];
  const waiting = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const person = /^\/people\/(.+)$/.exec(request.url ?? '')?.[1];
      if (person !== undefined) {
        const known = !office.people.has(person) || office.people.get(person) !== undefined;
        response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
        return void response.end(JSON.stringify({ name: office.people.get(person) }));
      }
      if (request.method !== 'POST') return void response.writeHead(200).end();
      const { to, text } = JSON.parse(Buffer.concat(chunks).toString()) as { to: string; text: string };
      letters.push({
        to,
        text,
        key: String(request.headers['idempotency-key']),
        process: Number(request.headers['x-process']),
      });
      if (text === office.held) return void waiting.add(response);
      const id = `letter-${letters.length}`;
      setTimeout(() => {
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id }));
      }, answerAfterMs());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const office: PostOffice = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    people: new Map(),
    held: undefined,
    tells: async (hookUrl, event) => {
      const body = JSON.stringify(event);
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      for (let tries = 0; tries < 400; tries++) {
        const answer = await fetch(hookUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-signature': signature },
          body,
        }).catch(() => undefined);
        await answer?.arrayBuffer();
        if (answer?.ok) return;
        if (answer && answer.status < 500) throw new Error(`refused with ${answer.status}`);
        await pause(50);
      }
      throw new Error('never taken');
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return office;
}
