import type { Log } from '../../connectors/contract/host.ts';
import { painter } from '../cli/terminal.ts';
import { createLog } from '../log.ts';
import type { SettingProblem, Settings } from '../settings.ts';
import { SettingError, problemLine, readCommandLineSettings, readSettings } from '../settings.ts';
import type { Banner } from './banner.ts';
import { renderBanner } from './banner.ts';
import { problemOfListening } from './checks.ts';
import { writeCompiled } from './compile-cache.ts';
import { connectorNames } from './connector-names.ts';
import { readFirstRun, writeFirstRun } from './first-run.ts';
import { preflight } from './preflight.ts';
import { exitOnBugs, stopOnSignals } from './shutdown.ts';

/** A gateway that runs, as the launch sees it. */
export interface Startable {
  readonly banner: Omit<Banner, 'dataFolder'>;
  /** Stops accepting, then finishes what is in hand. */
  stop(): Promise<void>;
}

/** `startGateway` of `gateway/main.ts`. Throws a `SettingError` where the operator has to do something first. */
export type StartGateway = (settings: Settings, options: { log: Log }) => Promise<Startable>;

const refuse = (problems: readonly SettingProblem[]): never => {
  for (const problem of problems) process.stderr.write(`${problemLine(problem)}\n`);
  process.exit(1);
};

/**
 * One line for what kept the gateway from starting. A connector's server names the setting in its error; where it may be a bug
 * instead, the log tells more at level debug.
 */
function refuseError(settings: Settings, log: Log, error: unknown): never {
  if (error instanceof SettingError) return refuse([error.problem]);
  const listening = problemOfListening(settings, error);
  if (listening) return refuse([listening]);
  if (settings.logLevel === 'debug') log.error('gateway.start_failed', { error });
  process.stderr.write(
    `The gateway could not start: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown error'}\n`,
  );
  process.exit(1);
}

const onInstall = (): void => void process.stderr.write('Installing nats-server with apt-get …\n');

/** The whole way from the environment to a gateway that runs, with its banner printed and its way out prepared. */
export async function start(startGateway: StartGateway): Promise<void> {
  const read = readSettings(undefined, await connectorNames());
  if (!read.ok) return refuse(read.problems);
  const { settings } = read;
  const log = createLog(settings.logLevel);
  exitOnBugs(log);
  const cleared = await preflight(settings, { onInstall });
  if (!cleared.ok) return refuse(cleared.problems);
  const starting = startGateway(settings, { log });
  const stop = async () => {
    const gateway = await starting;
    await gateway.stop();
    cleared.lock.release();
  };
  const { colour, underNpm } = readCommandLineSettings();
  stopOnSignals({ stop, log, underNpm });
  try {
    const { banner } = await starting;
    const testKey = banner.testKey ?? (await readFirstRun(settings.dataFolder)).testKey;
    await writeFirstRun(settings.dataFolder, { url: banner.url, testKey });
    const paint = painter(colour, process.stdout);
    process.stdout.write(renderBanner({ ...banner, testKey, dataFolder: settings.dataFolder }, paint));
    writeCompiled();
  } catch (error) {
    refuseError(settings, log, error);
  }
}
