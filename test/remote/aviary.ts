import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MessageTemplate } from '../../protocol/templates.ts';

interface Perch {
  access: string;
  refresh: string;
  hook: string | undefined;
}

/** The platform of the lark connector: perches with tokens of their own, people who are at some of them, and songs. */
export interface Aviary {
  url: string;
  songs: { perch: string; to: string; kind: string; text: string }[];
  perches: Map<string, Perch>;
  /** Who cannot be reached at a perch: `north/ada`. */
  absent: Set<string>;
  /** What people are called. */
  names: Map<string, string>;
  templates: MessageTemplate[];
  /** How often tokens were renewed, and how often somebody came with one that was spent. */
  renewals: { given: number; refused: number };
  /** A hello that was sent out; it is confirmed by whoever says so here. */
  confirms: boolean;
  hellos: number;
  /** Takes requests and does not answer them. */
  stuck: boolean;
  /** Takes a perch's token away: the next call has to renew it. */
  expire(perch: string): void;
  close(): Promise<void>;
}

type Answer = [status: number, body?: object];

const readBody = async (request: IncomingMessage): Promise<Record<string, string>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>) : {};
};

export async function startAviary(): Promise<Aviary> {
  let made = 0;
  const answer = (request: IncomingMessage, body: Record<string, string>): Answer => {
    const [, name = '', what = '', who = ''] = (request.url ?? '').split('/');
    const perch = aviary.perches.get(name);
    if (!perch) return [404];
    if (what === 'token') {
      if (body['refresh'] !== perch.refresh) {
        aviary.renewals.refused++;
        return [400];
      }
      aviary.renewals.given++;
      Object.assign(perch, { access: `access-${++made}`, refresh: `refresh-${made}` });
      return [200, { access: perch.access, refresh: perch.refresh }];
    }
    if (request.headers.authorization !== `Bearer ${perch.access}`) return [401];
    switch (what) {
      case 'songs': {
        const { to, kind, text } = body as { to: string; kind: string; text: string };
        aviary.songs.push({ perch: name, to, kind, text });
        return [201, { id: `song-${aviary.songs.length}` }];
      }
      case 'people':
        return aviary.absent.has(`${name}/${who}`)
          ? [404, {}]
          : [200, aviary.names.has(who) ? { name: aviary.names.get(who) } : {}];
      case 'templates':
        return [200, { templates: aviary.templates }];
      case 'perch':
        return [200];
      case 'hello':
        aviary.hellos++;
        return [aviary.confirms ? 200 : 409];
      case 'hook':
        perch.hook = request.method === 'PUT' ? body['url'] : undefined;
        return [200];
      default:
        return [404];
    }
  };
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (aviary.stuck) return;
      const [status, said] = answer(request, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(said && JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const aviary: Aviary = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    songs: [],
    perches: new Map(),
    absent: new Set(),
    names: new Map(),
    templates: [],
    renewals: { given: 0, refused: 0 },
    confirms: true,
    hellos: 0,
    stuck: false,
    expire: (perch) => void (aviary.perches.get(perch)!.access = `expired-${++made}`),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return aviary;
}
