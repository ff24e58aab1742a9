import { isAtLeast } from './find.ts';

export interface NatsServerConfig {
  /** Of one run: tells our server from any other that answers on the port. */
  name: string;
  port: number;
  token: string;
  storeFolder: string;
  pidFile: string;
  version: string;
}

/** Largest message: an event with the longest content that the protocol allows, in JSON. */
export const maxPayloadBytes = 4 * 1024 * 1024;

/**
 * The configuration of the embedded server: loopback only, a token so that other users of the machine cannot connect, and no
 * monitoring, websocket, mqtt or leaf listeners. JSON strings are also strings of the NATS configuration language.
 */
export function natsServerConfig({
  name,
  port,
  token,
  storeFolder,
  pidFile,
  version,
}: NatsServerConfig): string {
  // Before 2.10 the setting is unknown and the server refuses to start.
  const sync = isAtLeast(version, [2, 10, 0]) ? '\n  sync_interval: always' : '';
  return `# Written anew by the gateway at each start.
server_name: ${JSON.stringify(name)}
listen: "127.0.0.1:${port}"
pid_file: ${JSON.stringify(pidFile)}
authorization { token: ${JSON.stringify(token)} }
max_payload: ${maxPayloadBytes}
max_connections: 1024
logtime: false
jetstream {
  store_dir: ${JSON.stringify(storeFolder)}
  max_memory_store: 268435456${sync}
}
`;
}
