import { connectorPermissions, connectorUser } from '../../../protocol/subjects.ts';
import { isAtLeast } from './find.ts';

export interface NatsServerConfig {
  /** Of one run: tells our server from any other that answers on the port. */
  name: string;
  port: number;
  token: string;
  storeFolder: string;
  pidFile: string;
  version: string;
  /** Users of connectors in other processes; each may do what its connector's part of the wire is, and nothing else. */
  connectors?: readonly ConnectorUser[] | undefined;
}

export interface ConnectorUser {
  /** The connector's name. */
  name: string;
  password: string;
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
  connectors = [],
}: NatsServerConfig): string {
  // Before 2.10 the setting is unknown and the server refuses to start.
  const sync = isAtLeast(version, [2, 10, 0]) ? '\n  sync_interval: always' : '';
  return `# Written anew by the gateway at each start.
server_name: ${JSON.stringify(name)}
listen: "127.0.0.1:${port}"
pid_file: ${JSON.stringify(pidFile)}
${authorization(token, connectors)}
max_payload: ${maxPayloadBytes}
max_connections: 1024
logtime: false
jetstream {
  store_dir: ${JSON.stringify(storeFolder)}
  max_memory_store: 268435456${sync}
}
`;
}

/** The gateway's own user, where there are others. */
export const gatewayUser = 'gateway';

/** A token knows no users: where there are connectors, the token is the gateway's password. */
const authorization = (token: string, connectors: readonly ConnectorUser[]): string =>
  connectors.length === 0
    ? `authorization { token: ${JSON.stringify(token)} }`
    : `authorization {
  users: [
    { user: ${JSON.stringify(gatewayUser)}, password: ${JSON.stringify(token)} }
${connectors.map((one) => `    ${userOf(one)}`).join('\n')}
  ]
}`;

/**
 * What one connector may publish and subscribe to (https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization):
 * it asks what the wire has it ask, answers what it is asked, and hears replies in an inbox that no other user hears.
 */
function userOf({ name, password }: ConnectorUser): string {
  const { publish, subscribe } = connectorPermissions(name);
  const lists = `publish: ${JSON.stringify({ allow: publish })}, subscribe: ${JSON.stringify({ allow: subscribe })}`;
  return `{ user: ${JSON.stringify(connectorUser(name))}, password: ${JSON.stringify(password)}, permissions: { ${lists}, allow_responses: { max: 1, expires: "2m" } } }`;
}
