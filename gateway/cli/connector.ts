import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connector } from '../../connectors/contract/index.ts';
import { createHttpClient } from '../../connectors/kit/http.ts';
import { connectorInbox } from '../../protocol/subjects.ts';
import { openCalls } from '../bus/calls.ts';
import type { Calls } from '../bus/port.ts';
import { systemClock } from '../clock.ts';
import { createLog } from '../log.ts';
import { accessAddress, readAccess, userStanza } from '../remote/access.ts';
import { loadConnector } from '../remote/runner/load.ts';
import { wireManifestOf } from '../remote/runner/manifest.ts';
import { RunningConnector } from '../remote/runner/run.ts';
import { problemLine, readSettings } from '../settings.ts';
import type { Settings } from '../settings.ts';
import type { CommandContext } from './context.ts';

const lookAgainMs = 2000;

/** Where the bus is: NATS_URL with user and password, else what the gateway of this data folder left for the connector. */
async function placeOf(settings: Settings, name: string): Promise<string | undefined> {
  if (settings.natsUrl !== undefined) return settings.natsUrl;
  const access = await readAccess(settings.dataFolder, name);
  return access && accessAddress(access);
}

/** `passerelle connector run FOLDER`: a connector of the contract as a process of its own, until it is interrupted. */
export async function runConnector(folder: string, command: CommandContext): Promise<number> {
  const read = readSettings();
  if (!read.ok) {
    for (const problem of read.problems) command.note(problemLine(problem));
    return 1;
  }
  const loaded = await loadConnector(folder);
  if (!loaded.ok) return refuse(command, loaded.problem);
  const { connector } = loaded;
  const made = wireManifestOf(connector);
  if (!made.ok) return refuse(command, made.problem);
  const { name } = connector.manifest;
  const own = connector.manifest.settings?.safeParse(read.settings.connectorSettings(name));
  if (own?.success === false)
    return refuse(
      command,
      `The settings of ${name} (PASSERELLE_${name.toUpperCase().replaceAll('-', '_')}_…) don't fit.`,
    );
  return serve({ connector, manifest: made.manifest, own: own?.data, settings: read.settings }, command);
}

const refuse = ({ note }: CommandContext, problem: string): number => {
  note(problem);
  return 1;
};

interface Serving {
  connector: Connector;
  manifest: unknown;
  own: unknown;
  settings: Settings;
}

/** Serves on one bus after the other: the gateway's own may come back elsewhere. */
async function serve(
  { connector, manifest, own, settings }: Serving,
  command: CommandContext,
): Promise<number> {
  const { name } = connector.manifest;
  const { signal, note, out } = command;
  const log = createLog(settings.logLevel);
  const clock = systemClock();
  const http = createHttpClient({ allowed: settings.allowedNetworks });
  const ending = new AbortController();
  let refusal: string | undefined;
  let told: string | undefined;
  const tellOnce = (line: string) => {
    if (told !== line) note(line);
    told = line;
  };
  const over = AbortSignal.any([signal, ending.signal]);
  while (!over.aborted) {
    const place = await placeOf(settings, name);
    if (place === undefined)
      tellOnce(
        `Waiting for a gateway: set NATS_URL, or add ${name} to PASSERELLE_REMOTE_CONNECTORS and start the gateway with PASSERELLE_DATA=${settings.dataFolder}`,
      );
    const calls = place === undefined ? undefined : await open(place, name, log.warn);
    if (!calls) {
      if (place !== undefined)
        tellOnce('Waiting for the bus: it does not answer, or does not let this connector in');
      await wait(lookAgainMs, undefined, { signal: over }).catch(() => undefined);
      continue;
    }
    const running = new RunningConnector({
      connector,
      manifest,
      settings: own,
      instance: randomBytes(9).toString('base64url'),
      calls,
      context: { http, log, now: clock.now, random: clock.random, signal: ending.signal },
      onRegistered: () => out(`${name} is serving`),
      onRefused: ({ code, detail, errors }) => {
        const where = errors?.[0] ? ` (${errors[0].pointer} ${errors[0].detail})` : '';
        refusal = `The gateway refuses ${name}: ${code}: ${detail}${where}`;
        ending.abort();
      },
    });
    await running.start();
    while (!over.aborted && (calls.connected() || (await placeOf(settings, name)) === place))
      await wait(lookAgainMs, undefined, { signal: over }).catch(() => undefined);
    await running.stop();
    await calls.close();
  }
  ending.abort();
  await http.close();
  return refusal === undefined ? 0 : refuse(command, refusal);
}

async function open(
  servers: string,
  name: string,
  log: (event: string, fields?: Record<string, unknown>) => void,
): Promise<Calls | undefined> {
  try {
    return await openCalls({ servers, name: `connector ${name}`, inboxPrefix: connectorInbox(name), log });
  } catch {
    return undefined;
  }
}

/** `passerelle connector token NAME`: what a connector needs to get onto the bus. */
export async function connectorToken(name: string, command: CommandContext): Promise<number> {
  const read = readSettings();
  if (!read.ok) {
    for (const problem of read.problems) command.note(problemLine(problem));
    return 1;
  }
  const { settings } = read;
  if (settings.natsUrl !== undefined) {
    command.note('NATS_URL is set: give this user to your own nats-server, with a password of yours.');
    command.out(userStanza(name));
    return 0;
  }
  const access = await readAccess(settings.dataFolder, name);
  if (!access)
    return refuse(
      command,
      `There is no access for ${name}: add it to PASSERELLE_REMOTE_CONNECTORS and start the gateway with PASSERELLE_DATA=${settings.dataFolder}.`,
    );
  command.note(`A secret. The inbox of replies must begin with ${connectorInbox(name)}.`);
  command.out(accessAddress(access));
  return 0;
}
