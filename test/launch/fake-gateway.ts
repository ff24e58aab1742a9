import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Body = Record<string, unknown>;

/** The few answers of a gateway that the command line relies on; tests change what is in it. */
export interface FakeGateway {
  url: string;
  key: string;
  /** Requests seen: `POST /v1/messages`. */
  requests: string[];
  sent: Body[];
  states: string[];
  trace: Body[];
  accounts: Body[];
  ready: Body;
  /** Says an event to everyone who listens, and keeps it for who comes back. */
  say(data: Body & { id: string; type: string }): void;
  /** Cuts all event streams. */
  cut(): void;
  /** The `Last-Event-ID` of each connection. */
  resumes: (string | undefined)[];
  stop(): Promise<void>;
}

export const messageId = 'msg_01K0000000000000000000000A';

const answer = (response: ServerResponse, status: number, body: Body) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const problem = (response: ServerResponse, status: number, code: string) =>
  answer(response, status, {
    type: 'about:blank',
    title: code,
    status,
    code,
    request_id: 'req_1',
    retryable: false,
    detail: `because of ${code}`,
  });

export async function fakeGateway(): Promise<FakeGateway> {
  const streams = new Set<ServerResponse>();
  const log: string[] = [];
  const fake: FakeGateway = {
    url: '',
    key: 'test_of_the_fake',
    requests: [],
    sent: [],
    states: ['queued', 'sent', 'delivered'],
    trace: [],
    accounts: [],
    ready: { checks: { bus: 'up', store: 'up' } },
    resumes: [],
    say: (data) => {
      log.push(`id: ${log.length + 1}\nevent: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
      for (const stream of streams) stream.write(log.at(-1));
    },
    cut: () => {
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const route = `${request.method} ${path}`;
    fake.requests.push(route);
    if (path === '/healthz') return answer(response, 200, { status: 'ok' });
    if (path === '/readyz')
      return answer(
        response,
        Object.values(fake.ready.checks ?? {}).includes('down') ? 503 : 200,
        fake.ready,
      );
    if (request.headers.authorization !== `Bearer ${fake.key}`)
      return problem(response, 401, 'unauthenticated');
    if (path === '/v1/events') return listenHere(request, response);
    if (route === 'POST /v1/messages') {
      fake.sent.push({
        ...(JSON.parse(await text(request)) as Body),
        idempotencyKey: request.headers['idempotency-key'],
      });
      return answer(response, 202, { id: messageId, state: 'accepted' });
    }
    if (route === `GET /v1/messages/${messageId}`) {
      const state = fake.states.length > 1 ? fake.states.shift() : fake.states[0];
      return answer(response, 200, {
        id: messageId,
        direction: 'outbound',
        channel: 'sandbox',
        conversation_id: 'cnv_1',
        state,
      });
    }
    if (route === `GET /v1/messages/${messageId}/trace`)
      return answer(response, 200, { message_id: messageId, entries: fake.trace });
    if (path.startsWith('/v1/accounts')) return accounts(request, response, path);
    return problem(response, 404, 'not_found');
  };

  const accounts = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> => {
    const [, , , id, action] = path.split(/[/?]/);
    if (request.method === 'POST' && !id) {
      const account = {
        id: `acc_${fake.accounts.length + 1}`,
        test: true,
        state: 'active',
        ...(JSON.parse(await text(request)) as Body),
        hook_url: `${fake.url}/hooks/x`,
      };
      fake.accounts.push(account);
      return answer(response, 201, account);
    }
    const found = fake.accounts.find((account) => account.id === id);
    if (request.method === 'GET') {
      const second = path.endsWith('?cursor=more');
      const data = second ? fake.accounts.slice(1) : fake.accounts.slice(0, 1);
      const more = !second && fake.accounts.length > 1;
      return answer(response, 200, { data, has_more: more, next: more ? 'more' : null });
    }
    if (!found) return problem(response, 404, 'not_found');
    if (action === 'probe')
      return answer(response, 200, {
        ok: found.works !== false,
        detail: found.works === false ? 'the token is refused' : 'the bot answers',
      });
    fake.accounts.splice(fake.accounts.indexOf(found), 1);
    response.writeHead(204).end();
  };

  const listenHere = (request: IncomingMessage, response: ServerResponse): void => {
    const after = request.headers['last-event-id'];
    fake.resumes.push(typeof after === 'string' ? after : undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`: welcome\nid: ${typeof after === 'string' ? after : log.length}\n\n`);
    if (typeof after === 'string') for (const event of log.slice(Number(after))) response.write(event);
    streams.add(response);
  };

  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}
