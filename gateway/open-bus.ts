import type { Log } from '../connectors/contract/index.ts';
import type { NatsLogin } from './bus/calls.ts';
import { startNatsServer } from './bus/embedded/server.ts';
import type { NatsServer } from './bus/embedded/server.ts';
import { openNats } from './bus/nats.ts';
import type { Bus } from './bus/port.ts';
import { formerPort, writeAccess } from './remote/access.ts';
import type { Vault } from './security/seal.ts';
import { SettingError } from './settings.ts';
import type { Settings } from './settings.ts';

/** The operator's NATS, or a server of our own. `login`: for other processes of the gateway. */
export async function openBus(
  settings: Settings,
  log: Log,
  vault: Vault,
): Promise<{ bus: Bus; login: NatsLogin; server: NatsServer | undefined }> {
  const busLog = (event: string, fields?: Record<string, unknown>) => log.warn(event, fields);
  if (settings.natsUrl !== undefined) {
    const bus = await openNats({ servers: settings.natsUrl, log: busLog }).catch((error: unknown) => {
      throw new SettingError({
        setting: 'NATS_URL',
        problem: `leads to no NATS server with JetStream (${error instanceof Error ? error.name : 'error'})`,
        mend: 'start one there (nats-server -js), or unset it to have one started',
      });
    });
    return { bus, login: { servers: settings.natsUrl }, server: undefined };
  }
  const { dataFolder, remoteConnectors } = settings;
  const users = remoteConnectors.map((name) => ({
    name,
    password: vault.derive(`connector/${name}`).toString('base64url'),
  }));
  const server = await startNatsServer({
    dataFolder,
    connectors: users,
    port: await formerPort(dataFolder, remoteConnectors),
    bin: settings.natsServerBin,
    programFolders: settings.programFolders,
    log,
  });
  await writeAccess(dataFolder, server.url, users);
  const { url: servers, token, user } = server;
  const login = { servers, ...(user === undefined ? { token } : { user, password: token }) };
  return { bus: await openNats({ ...login, log: busLog }), login, server };
}
