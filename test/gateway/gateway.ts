import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, until } from './ports.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'gateway/cli/passerelle.js');
const adminKey = 'admin-key-of-the-tests';

export interface Json {
  status: number;
  headers: Headers;
  // the shape of an answer is what a test asserts
  body: Record<string, never> & { [key: string]: unknown };
}

/** A whole gateway in a process of its own, with its own nats-server, data folder and free ports. */
export class TestGateway {
  readonly dataFolder: string;
  readonly port: number;
  readonly smtpPort: number;
  readonly #env: Record<string, string>;
  #process: ChildProcess | undefined;
  #output = '';
  #errors = '';

  private constructor(
    dataFolder: string,
    ports: { port: number; smtpPort: number },
    env: Record<string, string>,
  ) {
    this.dataFolder = dataFolder;
    this.port = ports.port;
    this.smtpPort = ports.smtpPort;
    this.#env = env;
  }

  static async start(env: Record<string, string> = {}): Promise<TestGateway> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'passerelle-test-'));
    const gateway = new TestGateway(dataFolder, { port: await freePort(), smtpPort: await freePort() }, env);
    try {
      await gateway.start();
    } catch (error) {
      // one that is too slow to begin is not left behind
      await gateway.stop();
      throw error;
    }
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it printed. */
  get output(): string {
    return this.#output;
  }

  /** What it logged. */
  get logs(): string {
    return this.#errors;
  }

  get pid(): number {
    return this.#process?.pid ?? -1;
  }

  /** Starts it, or starts it again on the same data; resolves when it is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [program, 'start'], {
      cwd: root,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.dataFolder,
        PORT: String(this.port),
        PASSERELLE_DATA: this.dataFolder,
        PASSERELLE_ADMIN_KEY: adminKey,
        PASSERELLE_ALLOWED_NETWORKS: '127.0.0.0/8',
        PASSERELLE_EMAIL_SMTP_PORT: String(this.smtpPort),
        PASSERELLE_EMAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
        PASSERELLE_SMPP_ALLOWED_NETWORKS: '127.0.0.0/8',
        PASSERELLE_LOG_LEVEL: 'info',
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    await until(
      'the gateway',
      async () => {
        if (child.exitCode !== null)
          throw new Error(`the gateway ended with ${child.exitCode}: ${this.#errors.slice(-2000)}`);
        return fetch(`${this.url}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        );
      },
      30_000,
    );
  }

  /** Ends it by a signal and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  /** The process id of its nats-server. */
  natsPid(): Promise<number> {
    return this.#pidIn('nats/nats-server.pid');
  }

  /** The process id of one of its processes at work, by its roles. */
  workPid(roles = 'dispatch-webhooks'): Promise<number> {
    return this.#pidIn(`${roles}.pid`);
  }

  async #pidIn(file: string): Promise<number> {
    const pid = Number((await readFile(join(this.dataFolder, file), 'utf8')).trim());
    if (!Number.isInteger(pid) || pid === this.pid) throw new Error(`no process in ${file}`);
    return pid;
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }

  async request(
    method: string,
    path: string,
    key: string | undefined,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Json> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text ? (JSON.parse(text) as Json['body']) : ({} as Json['body']),
    };
  }

  admin(method: string, path: string, body?: unknown): Promise<Json> {
    return this.request(method, `/admin${path}`, adminKey, body);
  }

  /** A merchant with a key and a webhook receiver that is subscribed to everything. */
  async merchant(name: string, mode: 'test' | 'live' = 'live'): Promise<TestMerchant> {
    const { body: merchant } = await this.admin('POST', '/merchants', { name });
    const { body: key } = await this.admin('POST', `/merchants/${String(merchant['id'])}/keys`, {
      mode,
      name: 'tests',
    });
    const receiver = await startReceiver();
    const made = new TestMerchant(this, String(merchant['id']), String(key['key']), receiver);
    const endpoint = await made.call('POST', '/v1/webhook-endpoints', { url: receiver.url });
    receiver.secret = String(endpoint.body['secret']);
    made.endpointId = String(endpoint.body['id']);
    return made;
  }
}

export class TestMerchant {
  readonly gateway: TestGateway;
  readonly id: string;
  readonly key: string;
  readonly receiver: Receiver;
  endpointId = '';

  constructor(gateway: TestGateway, id: string, key: string, receiver: Receiver) {
    this.gateway = gateway;
    this.id = id;
    this.key = key;
    this.receiver = receiver;
  }

  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json> {
    return this.gateway.request(method, path, this.key, body, headers);
  }

  /** Adds an account and gives its id and hook address. */
  async account(
    connector: string,
    config: object,
    credentials: object,
  ): Promise<{ id: string; hookUrl: string }> {
    // what plays the platform may come later, or not at all
    const path = '/v1/accounts?validate=false';
    const made = await this.call('POST', path, { connector, name: connector, config, credentials });
    if (made.status !== 201) throw new Error(`no ${connector} account: ${JSON.stringify(made.body)}`);
    return { id: String(made.body['id']), hookUrl: String(made.body['hook_url']) };
  }

  /** Sends and gives the message id; fails unless it was accepted. */
  async send(to: string, content: object, more: object = {}): Promise<string> {
    const answer = await this.call('POST', '/v1/messages', { to, content, ...more });
    if (answer.status !== 202)
      throw new Error(`not accepted: ${answer.status} ${JSON.stringify(answer.body)}`);
    return String(answer.body['id']);
  }

  /** Waits until a message is in one of these states. */
  async state(messageId: string, ...states: string[]): Promise<string> {
    return until(`${messageId} to be ${states.join(' or ')}`, async () => {
      const { body } = await this.call('GET', `/v1/messages/${messageId}`);
      return states.includes(String(body['state'])) && String(body['state']);
    });
  }
}
