import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath, run } from './software.ts';

export interface Postfix {
  port: number;
  /** Tries everything in the queue again now. */
  flush(): Promise<void>;
  /** Lines of its log. */
  log(): string;
  stop(): Promise<void>;
}

/** A port that was free a moment ago: Postfix cannot take port 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const idOf = (flag: '-u' | '-g', user: string): number =>
  Number(execFileSync('id', [flag, user], { encoding: 'utf8' }).trim());
const groupId = (group: string): number =>
  Number(execFileSync('getent', ['group', group], { encoding: 'utf8' }).split(':')[2]);

/**
 * A real Postfix of its own: configuration, queue and log in a temporary folder, one port on loopback, everything for `nextHopPort`
 * on loopback. Needs root, as Postfix always does. Stopped by its own configuration, so no other Postfix is touched.
 */
export async function startPostfix(nextHopPort: number): Promise<Postfix> {
  const postfix = programPath('postfix', 'postfix');
  if (process.getuid?.() !== 0) throw new Error('Postfix only starts as root: run these tests as root');
  // its programs run as the user postfix, who must be able to walk there
  const root = mkdtempSync(join(tmpdir(), 'passerelle-postfix-'));
  chmodSync(root, 0o755);
  const [config, queue, data] = ['config', 'queue', 'data'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [config, queue, data]) mkdirSync(folder, { mode: 0o755 });
  chownSync(data, idOf('-u', 'postfix'), idOf('-g', 'postfix'));
  const port = await freePort();
  writeFileSync(join(config, 'main.cf'), mainCf({ queue, data, nextHopPort }));
  writeFileSync(join(config, 'master.cf'), masterCf(port));
  for (const folder of ['maildrop', 'public']) {
    mkdirSync(join(queue, folder), { mode: 0o730 });
    chownSync(join(queue, folder), idOf('-u', 'postfix'), groupId('postdrop'));
  }
  const log = (): string => {
    try {
      return readFileSync(join(root, 'queue', 'postfix.log'), 'utf8');
    } catch {
      return '';
    }
  };
  const started = await run(postfix, ['-c', config, 'start'], { timeoutMs: 30_000 });
  if (started.code !== 0) {
    rmSync(root, { recursive: true, force: true });
    throw new Error(`Postfix did not start: ${started.output}\n${log()}`);
  }
  return {
    port,
    flush: async () => void (await run(programPath('postqueue', 'postfix'), ['-c', config, '-f'])),
    log,
    async stop() {
      await run(postfix, ['-c', config, 'stop'], { timeoutMs: 30_000 });
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const mainCf = ({
  queue,
  data,
  nextHopPort,
}: {
  queue: string;
  data: string;
  nextHopPort: number;
}): string => `
compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
maillog_file = ${queue}/postfix.log
maillog_file_prefixes = ${queue}
myhostname = relay.example
myorigin = relay.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
default_transport = smtp:[127.0.0.1]:${nextHopPort}
relay_transport = smtp:[127.0.0.1]:${nextHopPort}
smtp_host_lookup = native
smtp_dns_support_level = disabled
disable_dns_lookups = yes
smtp_tls_security_level = none
smtpd_tls_security_level = none
notify_classes =
minimal_backoff_time = 300s
maximal_backoff_time = 300s
queue_run_delay = 300s
bounce_queue_lifetime = 1d
message_size_limit = 31457280
biff = no
`;

const masterCf = (port: number): string => `
127.0.0.1:${port} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
tlsmgr    unix  - - n 1000? 1 tlsmgr
postlog   unix-dgram n - n - 1 postlogd
`;
