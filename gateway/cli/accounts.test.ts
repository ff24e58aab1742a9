import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCommandLineSettings } from '../settings.ts';
import { accountLog, exchangeLine } from './account-log.ts';
import { fieldValue } from './account-form.ts';
import { addAccount, listAccounts, setUpAccount } from './accounts.ts';
import type { CommandContext, Target } from './context.ts';
import { createPrompt } from './prompt.ts';

const plain = (_: string, text: string) => text;

let target: Target;
let answers: Record<string, (body: unknown) => { status: number; body: unknown }>;
let asked: { route: string; body: unknown }[];
let close: () => void;
let out: string[];
let notes: string[];
let context: CommandContext;
let interrupt: AbortController;

beforeEach(async () => {
  [out, notes, asked, answers] = [[], [], [], {}];
  interrupt = new AbortController();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const route = `${request.method} ${request.url}`;
      asked.push({ route, body });
      const answer = answers[route]?.(body) ?? { status: 404, body: { detail: 'nothing there' } };
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'k' };
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  context = {
    settings: readCommandLineSettings({}),
    out: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    paint: plain,
    signal: interrupt.signal,
  };
});
afterEach(() => close());

const pigeon = {
  name: 'pigeon',
  title: 'Pigeon post',
  config_schema: {
    required: ['loft'],
    properties: {
      fast: { type: 'boolean', default: false, 'x-order': 2 },
      loft: { type: 'string', description: 'Where they live', 'x-order': 1 },
      birds: { type: 'integer', 'x-order': 3 },
    },
  },
  credentials_schema: {
    required: ['ring'],
    properties: { ring: { type: 'string', description: 'On the leg', writeOnly: true } },
  },
  documents: [{ title: 'How pigeons fly', url: 'https://pigeons.example' }],
};

/** A terminal at which somebody types these lines, each once it is asked for. */
function terminal(...lines: string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = '';
  const left = [...lines];
  output.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    if (chunk.toString().endsWith(': ')) setImmediate(() => input.write(left.shift() ?? '\u0004'));
  });
  return { prompt: () => createPrompt(input, output), screen: () => screen };
}
const add = (more: object = {}) =>
  addAccount(
    {
      target,
      connector: 'pigeon',
      name: 'p',
      config: undefined,
      credentials: undefined,
      unchecked: false,
      ...more,
    },
    context,
  );

describe('accounts add', () => {
  beforeEach(() => {
    answers['GET /v1/connectors/pigeon'] = () => ({ status: 200, body: pigeon });
    answers['POST /v1/accounts'] = () => ({
      status: 201,
      body: {
        id: 'acc_1',
        connector: 'pigeon',
        hook_url: 'https://gateway.test/hooks/pigeon/acc_1',
        probe: { ok: true, detail: '@bird' },
        setup: { state: 'failed', detail: 'Pigeons fly to https only.' },
      },
    });
  });

  test('asks for what the connector’s own form has, in its order, and shows for whom it is', async () => {
    const { prompt, screen } = terminal('north\n', 'yes\n', 'many\n', '7\n', 'canary-ring\n');
    context.prompt = prompt;
    expect(await add()).toBe(0);
    expect(asked.at(-1)).toEqual({
      route: 'POST /v1/accounts',
      body: {
        connector: 'pigeon',
        name: 'p',
        config: { loft: 'north', fast: true, birds: 7 },
        credentials: { ring: 'canary-ring' },
      },
    });
    expect(notes).toContain('Where they live');
    expect(notes).toContain('Expected integer as JSON');
    expect(screen()).toContain('north');
    expect(screen()).not.toContain('canary');
    expect(out).toEqual([
      'acc_1  pigeon',
      'Is     @bird',
      'Hook   https://gateway.test/hooks/pigeon/acc_1',
      '✗      Pigeons fly to https only.',
      '       → then: npx passerelle accounts setup acc_1',
    ]);
  });

  test('asks once more for what the gateway found wrong, and for nothing else', async () => {
    const created = answers['POST /v1/accounts']!;
    const errors = [{ pointer: '/credentials/ring', detail: 'not accepted by the platform' }];
    answers['POST /v1/accounts'] = (body) => {
      const { credentials } = body as { credentials: { ring: string } };
      return credentials.ring === 'right' ? created(body) : { status: 422, body: { detail: 'No.', errors } };
    };
    context.prompt = terminal('north\n', '\n', '\n', 'wrong\n', 'right\n').prompt;
    expect(await add()).toBe(0);
    expect(asked.at(-1)?.body).toMatchObject({ config: { loft: 'north' }, credentials: { ring: 'right' } });
    expect(notes.filter((line) => line === 'Where they live')).toHaveLength(1);
    expect(notes.filter((line) => line === 'On the leg')).toHaveLength(2);
    expect(notes.join()).toContain('/credentials/ring');
  });

  test('leaves out what is left empty, asks again for what is needed, and adds nothing at Ctrl-D', async () => {
    const given = terminal('\n', 'north\n', '\n', '\n', 'r\n');
    context.prompt = given.prompt;
    expect(await add()).toBe(0);
    expect(asked.at(-1)?.body).toMatchObject({ config: { loft: 'north' }, credentials: { ring: 'r' } });
    expect(notes).toContain('It is needed');
    context.prompt = terminal('north\n').prompt;
    expect(await add()).toBe(1);
    expect(notes.at(-1)).toContain('Nothing was added');
    expect(asked.filter(({ route }) => route === 'POST /v1/accounts')).toHaveLength(1);
  });

  test('asks nobody where something was said, or nobody sits there', async () => {
    context.prompt = () => {
      throw new Error('asked');
    };
    expect(await add({ config: '{"loft":"south"}' })).toBe(0);
    delete context.prompt;
    expect(await add()).toBe(0);
    answers['POST /v1/accounts?validate=false'] = answers['POST /v1/accounts']!;
    expect(await add({ unchecked: true })).toBe(0);
    expect(asked.at(-1)?.route).toBe('POST /v1/accounts?validate=false');
  });

  test('a connector that is not there is said', async () => {
    context.prompt = terminal().prompt;
    expect(await add({ connector: 'heron' })).toBe(1);
    expect(notes[0]).toContain('404');
  });
});

test.each([
  [{ type: 'boolean' }, 'No', { value: false }],
  [{ type: 'boolean' }, 'maybe', undefined],
  [{ type: 'string' }, '7', { value: '7' }],
  [{ type: 'integer' }, '7', { value: 7 }],
  [{ type: 'object' }, '{"a":1}', { value: { a: 1 } }],
  [{ type: 'object' }, '{', undefined],
  [{ type: 'string', enum: ['a', 'b'] }, 'c', undefined],
  [{ type: 'integer', enum: [1, 2] }, '2', { value: 2 }],
])('%j takes %j as %j', (field, typed, value) => expect(fieldValue(field, typed)).toEqual(value));

test('accounts setup says how it went', async () => {
  const body = { id: 'acc_1', connector: 'pigeon', setup: { state: 'registered', detail: 'It flies.' } };
  answers['POST /v1/accounts/acc_1/setup'] = () => ({ status: 200, body });
  expect(await setUpAccount(target, 'acc_1', context)).toBe(0);
  expect(out).toEqual(['✓      It flies.']);
});

const exchange = (id: string, change: object = {}) => ({
  id,
  at: '2026-11-22T08:00:00.000Z',
  direction: 'outbound',
  purpose: 'send',
  method: 'POST',
  url: 'https://platform.test/v1/send',
  status: 200,
  ended: null,
  duration_ms: 12,
  failed: false,
  code: null,
  verdict: null,
  reason: null,
  message_id: null,
  ...change,
});

describe('accounts log', () => {
  test('shows what was said, oldest first; only what failed where that is asked for', async () => {
    const page = (data: object[]) => ({ status: 200, body: { data, has_more: false, next: null } });
    const refused = {
      direction: 'inbound',
      purpose: 'hook',
      url: '/hooks/pigeon/acc_1',
      status: 401,
      failed: true,
      reason: 'wrong ring',
    };
    answers['GET /v1/accounts/acc_1/exchanges?limit=100'] = () =>
      page([exchange('b', refused), exchange('a')]);
    answers['GET /v1/accounts/acc_1/exchanges?limit=100&failed=true'] = () => page([]);
    const options = { target, id: 'acc_1', failed: false, follow: false };
    expect(await accountLog(options, context)).toBe(0);
    expect(out).toEqual([
      '2026-11-22 08:00:00.000  →  send      200         12 ms  POST platform.test/v1/send',
      '2026-11-22 08:00:00.000  ←  hook      401         12 ms  POST /hooks/pigeon/acc_1  wrong ring',
    ]);
    expect(await accountLog({ ...options, failed: true }, context)).toBe(0);
    expect(notes).toEqual(['Nothing failed in the last 7 days']);
    expect(await accountLog({ ...options, id: 'acc_2' }, context)).toBe(1);
  });

  test('follows: shows what is new, over all its pages and once, until it is interrupted', async () => {
    const pages = [
      { data: [exchange('a')], has_more: false, next: null },
      { data: [exchange('d'), exchange('c')], has_more: true, next: 'c' },
    ];
    const first = 'GET /v1/accounts/acc_1/exchanges?limit=100';
    answers[first] = () => ({
      status: 200,
      body: pages.shift() ?? { data: [exchange('d')], has_more: false, next: null },
    });
    answers[`${first}&cursor=c`] = () => {
      setImmediate(() => interrupt.abort());
      return { status: 200, body: { data: [exchange('b'), exchange('a')], has_more: false, next: null } };
    };
    expect(await accountLog({ target, id: 'acc_1', failed: false, follow: true }, context)).toBe(0);
    expect(out).toHaveLength(4);
  });

  test('attack: nothing that a platform says steers the terminal', () => {
    const line = exchangeLine(
      exchange('a', {
        reason: '\u001b[2Jgone',
        url: 'https://p.test/\u001b]0;x',
        code: '\u202eevil',
      }) as never,
      plain,
    );
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });
});

describe('accounts', () => {
  test('shows how each does, and the day on which credentials end that do so soon', async () => {
    const health = (state: string, ends: string | null) => ({
      state,
      breaker: 'closed',
      credentials_expire_at: ends,
    });
    answers['GET /v1/accounts'] = () => ({
      status: 200,
      body: {
        data: [
          { id: 'acc_1', connector: 'pigeon', state: 'active', name: 'A', health: health('healthy', null) },
          {
            id: 'acc_2',
            connector: 'pigeon',
            state: 'active',
            name: 'B',
            health: health('expiring', '2026-12-04T10:00:00.000Z'),
          },
        ],
        has_more: false,
        next: null,
      },
    });
    expect(await listAccounts(target, context)).toBe(0);
    expect(out.slice(1).map((line) => line.split(/ {2,}/).slice(-2))).toEqual([
      ['healthy', 'A'],
      ['expiring 2026-12-04', 'B'],
    ]);
  });

  test('add says until when the credentials are good, where the platform told', async () => {
    answers['POST /v1/accounts'] = () => ({
      status: 201,
      body: {
        id: 'acc_1',
        connector: 'pigeon',
        health: { state: 'unknown', breaker: 'closed', credentials_expire_at: '2027-01-31T00:00:00.000Z' },
      },
    });
    expect(await add({ config: '{}', credentials: '{}' })).toBe(0);
    expect(out).toContain('Until  2027-01-31: get new credentials from the platform before');
  });
});
