import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/gateway/ports.ts';
import { programPath } from '../../test/mail/software.ts';

export const domains = {
  people: 'people.test',
  shop: 'shop.people.test',
  other: 'other.people.test',
} as const;
export const componentSecret = 'example-secret';
export const password = 'example-password';

/** A real Prosody of a test's own: ports on loopback, configuration and data in a temporary folder, in the foreground, ended by its id. */
export interface Prosody {
  componentPort: number;
  clientPort: number;
  log(): string;
  /** Ends the process; `start` brings the same server back. */
  end(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const takes = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });

/** Starts Prosody with accounts of these names. Somebody else may take its ports first: then others are tried. */
export async function startProsody(people: readonly string[]): Promise<Prosody> {
  for (let attempt = 1; ; attempt++) {
    const prosody = await prepare(people);
    try {
      await prosody.start();
      return prosody;
    } catch (error) {
      await prosody.stop();
      if (attempt === 3) throw error;
    }
  }
}

async function prepare(people: readonly string[]): Promise<Prosody> {
  const program = programPath('prosody', 'prosody');
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-prosody-'));
  // Prosody cannot take port 0
  const componentPort = await freePort();
  const clientPort = await freePort();
  const accounts = join(folder, 'data', domains.people.replaceAll('.', '%2e'), 'accounts');
  mkdirSync(accounts, { recursive: true });
  for (const name of people)
    writeFileSync(join(accounts, `${name}.dat`), `return { ["password"] = "${password}" };\n`);
  writeFileSync(join(folder, 'prosody.cfg.lua'), configOf({ folder, componentPort, clientPort }));
  let child: ChildProcess | undefined;
  let exited: Promise<unknown> = Promise.resolve();
  const lines: string[] = [];
  const prosody: Prosody = {
    componentPort,
    clientPort,
    log: () => lines.join(''),
    async start() {
      const running = spawn(program, ['-F', '--config', join(folder, 'prosody.cfg.lua')], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = running;
      for (const stream of [running.stdout, running.stderr])
        stream.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')));
      exited = once(running, 'exit');
      for (const endMs = Date.now() + 20_000; ; await sleep(25)) {
        if (running.exitCode !== null || Date.now() > endMs)
          throw new Error(`Prosody did not start:\n${prosody.log()}`);
        if ((await takes(componentPort)) && (await takes(clientPort))) return;
      }
    },
    async end(signal = 'SIGTERM') {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      const killing = setTimeout(() => child?.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(killing);
    },
    async stop() {
      await prosody.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return prosody;
}

const configOf = ({
  folder,
  componentPort,
  clientPort,
}: {
  folder: string;
  componentPort: number;
  clientPort: number;
}): string => `
run_as_root = true
daemonize = false
pidfile = "${join(folder, 'prosody.pid')}"
data_path = "${join(folder, 'data')}"
certificates = "${folder}"
log = { { levels = { min = "info" }, to = "console" } }
interfaces = { "127.0.0.1" }
component_interfaces = { "127.0.0.1" }
c2s_ports = { ${clientPort} }
component_ports = { ${componentPort} }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
modules_enabled = { "roster", "saslauth", "disco", "ping", "presence", "message", "iq", "offline", "carbons" }
modules_disabled = { "s2s", "tls" }
VirtualHost "${domains.people}"
Component "${domains.shop}"
  component_secret = "${componentSecret}"
Component "${domains.other}"
  component_secret = "${componentSecret}"
`;
