import { renameSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { TestGateway } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { isAlive } from '../launch/alive.ts';
import type { Chance } from './chance.ts';
import { createClient } from './client.ts';
import type { Client } from './client.ts';
import type { Entry } from './history.ts';
import { NatsApart } from './nats.ts';
import type { LineName, Target } from './plan.ts';
import { Platform, psidOf } from './platform.ts';
import type { PageAccount, Person } from './platform.ts';
import { Line } from './proxy.ts';
import { Receivers } from './receivers.ts';
import { signalled } from './signalled.ts';

export interface WorldOptions {
  chance: Chance;
  nats: 'own' | 'apart';
  processes: 1 | 2;
  merchants: number;
  accountsEach: number;
  conversations: number;
  record(entry: Omit<Entry, 'atMs'>): void;
}

const clockModule = pathToFileURL(fileURLToPath(new URL('moved-clock.ts', import.meta.url))).href;
/** What becomes of a JetStream store while its server is down. */
export type StoreFate = 'kept' | 'empty' | 'copied' | 'earlier';

/** The gateway, its nats-server, the platform, the merchants, and the lines between them. */
export class World {
  readonly lines = new Map<LineName, Line>();
  readonly client: Client = createClient();
  readonly people: Person[];
  readonly accounts: PageAccount[] = [];
  readonly accountIds: string[] = [];
  readonly keys: string[] = [];
  readonly secrets: (string | undefined)[] = [];
  readonly platform: Platform;
  readonly receivers: Receivers;
  readonly record: WorldOptions['record'];
  gateway!: TestGateway;
  readonly #o: WorldOptions;
  readonly #folder: string;
  #nats: NatsApart | undefined;
  #offsetMs = 0;

  private constructor(options: WorldOptions, folder: string) {
    const { chance, merchants, accountsEach, conversations, record } = options;
    this.#o = options;
    this.#folder = folder;
    this.record = record;
    this.people = Array.from({ length: conversations }, (_, conversation) => {
      const account = conversation % (merchants * accountsEach);
      return {
        conversation,
        psid: psidOf(conversation),
        account,
        merchant: Math.floor(account / accountsEach),
      };
    });
    this.platform = new Platform({
      chance,
      accounts: this.accounts,
      people: this.people,
      client: this.client,
      onShown: (of) => record({ step: 'out shown', ...of, id: 0, value: 0 }),
    });
    this.receivers = new Receivers({ chance, secrets: this.secrets, record });
  }

  static async start(options: WorldOptions): Promise<World> {
    const world = new World(options, await mkdtemp(join(tmpdir(), 'passerelle-faults-')));
    try {
      await world.#start();
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  get apiUrl(): string {
    return this.lines.get('merchant → gateway')!.url;
  }

  async close(): Promise<void> {
    await this.gateway?.end('SIGKILL');
    await this.gateway?.stop();
    await Promise.all([this.platform.close(), this.receivers.close(), this.client.close()]);
    for (const line of this.lines.values()) await line.close();
    await this.#nats?.kill();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The process id of the nats-server, whoever runs it. */
  async natsPid(): Promise<number> {
    return this.#nats?.pid ?? this.gateway.natsPid().catch(() => -1);
  }

  async pidOf(what: Target): Promise<number> {
    if (what === 'nats') return this.natsPid();
    return what === 'gateway' ? this.gateway.pid : this.gateway.workPid().catch(() => -1);
  }

  async killGateway(downMs: number): Promise<void> {
    await this.gateway.end('SIGKILL');
    if (downMs > 0) await pause(downMs);
    await this.#startGateway();
  }

  async killNats(downMs: number, store: StoreFate): Promise<void> {
    if (this.#nats) {
      await this.#nats.kill();
      if (store === 'empty') await this.#nats.wipe();
      if (store === 'copied') await this.#nats.copy();
      if (store === 'earlier') await this.#nats.rollBack();
      if (downMs > 0) await pause(downMs);
      return this.#nats.start();
    }
    const pid = await this.natsPid();
    if (store === 'kept') {
      signalled(pid, 'SIGKILL');
      return;
    }
    // the gateway's own goes with the gateway, and comes back with it
    await this.gateway.end('SIGKILL');
    await until('nats-server to be gone', async () => !(await isAlive(pid)), 10_000);
    await this.#change(store);
    if (downMs > 0) await pause(downMs);
    await this.#startGateway();
  }

  /** Moves the gateway's wall clock, forth or back. */
  moveClock(byMs: number): void {
    this.#offsetMs += byMs;
    const file = this.#clockFile;
    writeFileSync(`${file}.new`, String(this.#offsetMs));
    renameSync(`${file}.new`, file);
  }

  get #clockFile(): string {
    return join(this.#folder, 'clock');
  }

  async #change(store: StoreFate): Promise<void> {
    const [folder, copy] = [join(this.gateway.dataFolder, 'nats', 'store'), join(this.#folder, 'earlier')];
    if (store === 'copied') {
      await rm(copy, { recursive: true, force: true });
      await cp(folder, copy, { recursive: true });
      return;
    }
    await rm(folder, { recursive: true, force: true });
    if (store === 'earlier') await cp(copy, folder, { recursive: true }).catch(() => undefined);
  }

  /** Tries again for as long as the bus may be away: whoever supervises a gateway does. */
  async #startGateway(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.gateway.start();
      } catch (error) {
        await this.gateway.end('SIGKILL');
        if (tries === 8) throw error;
        await pause(250);
      }
    }
  }

  async #open(name: LineName, port: number): Promise<Line> {
    const line = await Line.open({ port });
    this.lines.set(name, line);
    return line;
  }

  async #start(): Promise<void> {
    const platform = await this.#open('gateway → platform', await this.platform.listen());
    const receivers = await this.#open('gateway → merchant', await this.receivers.listen());
    const env: Record<string, string> = {
      PASSERELLE_LOG_LEVEL: 'error',
      NODE_OPTIONS: `--import ${clockModule}`,
      FAULTS_CLOCK: this.#clockFile,
      PASSERELLE_PROCESSES: String(this.#o.processes),
    };
    if (this.#o.nats === 'apart') {
      this.#nats = await NatsApart.start(join(this.#folder, 'nats'));
      const line = await this.#open('gateway → nats', this.#nats.port);
      env['NATS_URL'] = `nats://127.0.0.1:${line.port}`;
    }
    this.gateway = await TestGateway.start(env);
    const api = await this.#open('merchant → gateway', this.gateway.port);
    const hooks = await this.#open('platform → gateway', this.gateway.port);
    for (let merchant = 0; merchant < this.#o.merchants; merchant++) {
      await this.#addMerchant(merchant, {
        apiUrl: api.url,
        hooksUrl: hooks.url,
        platformUrl: platform.url,
        receiversUrl: receivers.url,
      });
    }
  }

  async #addMerchant(
    merchant: number,
    urls: { apiUrl: string; hooksUrl: string; platformUrl: string; receiversUrl: string },
  ): Promise<void> {
    const { body: made } = await this.gateway.admin('POST', '/merchants', { name: `Merchant ${merchant}` });
    const key = await this.gateway.admin('POST', `/merchants/${String(made['id'])}/keys`, {
      mode: 'live',
      name: 'faults',
    });
    this.keys[merchant] = String(key.body['key']);
    const call = (path: string, body: object) =>
      this.gateway.request('POST', path, this.keys[merchant], body);
    const endpoint = await call('/v1/webhook-endpoints', { url: `${urls.receiversUrl}/${merchant}` });
    this.secrets[merchant] = String(endpoint.body['secret']);
    for (let i = 0; i < this.#o.accountsEach; i++) {
      const place = merchant * this.#o.accountsEach + i;
      const [pageId, appSecret] = [String(900_000 + place), `app-secret-of-page-${place}`];
      const account = await call('/v1/accounts?validate=false', {
        connector: 'messenger',
        name: `Page ${place}`,
        config: { page_id: pageId, base_url: urls.platformUrl },
        credentials: { page_access_token: 'page-token', app_secret: appSecret, verify_token: 'verify-token' },
      });
      const path = new URL(String(account.body['hook_url'])).pathname;
      this.accountIds[place] = String(account.body['id']);
      this.accounts[place] = { pageId, appSecret, hookUrl: `${urls.hooksUrl}${path}` };
    }
  }
}
