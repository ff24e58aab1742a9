import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Field, LogLevel, Values } from './launch/setting-fields.ts';
import { fields } from './launch/setting-fields.ts';

/** What is wrong with a setting, and how to mend it; `problemLine` makes the one line that people see. */
export interface SettingProblem {
  /** The environment variable to change. */
  setting: string;
  /** Goes on from the setting's name: `8080 is taken`. */
  problem: string;
  /** What to do, in the imperative. */
  mend: string;
}

export const problemLine = ({ setting, problem, mend }: SettingProblem): string =>
  `${setting} ${problem}: ${mend}`;

/** Thrown while starting, where a setting or the machine has to be changed first. Shown as one line, without a stack trace. */
export class SettingError extends Error {
  readonly problem: SettingProblem;
  constructor(problem: SettingProblem) {
    super(problemLine(problem));
    this.name = 'SettingError';
    this.problem = problem;
  }
}

export interface Settings {
  /** 0: any free port. */
  port: number;
  host: string;
  /** Absolute. */
  dataFolder: string;
  /** The SQLite file, in the data folder. */
  databaseFile: string;
  adminKey?: string | undefined;
  /** Without a trailing slash. */
  publicUrl?: string | undefined;
  /** 32 bytes. */
  masterKey?: Uint8Array | undefined;
  /** Unset: the gateway runs its own nats-server. */
  natsUrl?: string | undefined;
  natsServerBin?: string | undefined;
  /** Where programs are looked for, in order. */
  programFolders: string[];
  /** CIDR ranges that outgoing calls may reach although they are private. */
  allowedNetworks: string[];
  /** Connectors that run in processes of their own, over NATS; one of the gateway's own is then not run by it. */
  remoteConnectors: string[];
  /** How many processes the work is shared out to. */
  processes: 1 | 2 | 3;
  logLevel: LogLevel;
  /** `PASSERELLE_EMAIL_SMTP_PORT=2525` is `{ smtpPort: '2525' }` of the connector `email`. */
  connectorSettings(name: string): Record<string, string>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of the command line, which the gateway leaves alone. */
const commandLineNames = ['PASSERELLE_KEY', 'PASSERELLE_URL'];

/** An empty variable is an unset one, as compose files and shells leave them. */
const valueOf = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

const connectorPrefix = (name: string): string => `PASSERELLE_${name.toUpperCase().replaceAll('-', '_')}_`;

const camelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function connectorSettings(env: Environment, connector: string): Record<string, string> {
  const prefix = connectorPrefix(connector);
  return Object.fromEntries(
    Object.keys(env)
      .filter(
        (name) => name.startsWith(prefix) && name.length > prefix.length && valueOf(env, name) !== undefined,
      )
      .map((name) => [camelCase(name.slice(prefix.length)), valueOf(env, name)!]),
  );
}

/** Variables that begin like ours and are nobody's: most often a slip of the pen, which must not be passed over. */
function unknownSettings(env: Environment, connectors: readonly string[]): SettingProblem[] {
  const known = new Set<string>([...Object.values(fields).map((field) => field.name), ...commandLineNames]);
  const prefixes = connectors.map(connectorPrefix);
  return Object.keys(env)
    .filter(
      (name) =>
        name.startsWith('PASSERELLE_') &&
        !known.has(name) &&
        !prefixes.some((prefix) => name.startsWith(prefix)),
    )
    .map((name) => ({
      setting: name,
      problem: 'is no setting of the gateway',
      mend: 'correct its name or unset it',
    }));
}

/**
 * Reads and checks the settings. With `connectors` (the names of all of them), variables that belong to nobody are problems too.
 */
export function readSettings(
  env: Environment = process.env,
  connectors?: readonly string[],
): { ok: true; settings: Settings } | { ok: false; problems: SettingProblem[] } {
  const values: Partial<Record<Field, unknown>> = {};
  const problems: SettingProblem[] = [];
  for (const field of Object.keys(fields) as Field[]) {
    const read = fields[field].schema.safeParse(valueOf(env, fields[field].name));
    if (read.success) values[field] = read.data;
    else
      problems.push({
        setting: fields[field].name,
        problem: fields[field].problem,
        mend: fields[field].mend,
      });
  }
  if (connectors) problems.push(...unknownSettings(env, connectors));
  if (problems.length > 0) return { ok: false, problems };
  const { databaseUrl: _, ...checked } = values as Values;
  return {
    ok: true,
    settings: {
      ...checked,
      databaseFile: join(checked.dataFolder, 'passerelle.sqlite'),
      programFolders: programFolders(env),
      connectorSettings: (name) => connectorSettings(env, name),
    },
  };
}

/** The PATH, and where Debian keeps servers, which is not on everyone's PATH. */
const programFolders = (env: Environment): string[] => [
  ...new Set([
    ...(env.PATH ?? '').split(delimiter).filter(Boolean),
    '/usr/sbin',
    '/usr/local/bin',
    '/usr/local/sbin',
  ]),
];

/** What the commands that talk to a running gateway need. */
export interface CommandLineSettings {
  key?: string | undefined;
  /** Without a trailing slash. */
  url?: string | undefined;
  adminKey?: string | undefined;
  dataFolder: string;
  /** Where the command line keeps what is its own: the signing secret of `listen`. */
  configFolder: string;
  /** Started by an npm script. */
  underNpm: boolean;
  /** Colours on a terminal, unless NO_COLOR says otherwise (https://no-color.org). */
  colour: boolean;
}

export function readCommandLineSettings(env: Environment = process.env): CommandLineSettings {
  return {
    key: valueOf(env, 'PASSERELLE_KEY'),
    url: valueOf(env, 'PASSERELLE_URL')?.replace(/\/+$/, ''),
    adminKey: valueOf(env, fields.adminKey.name),
    dataFolder: fields.dataFolder.schema.parse(valueOf(env, fields.dataFolder.name)),
    configFolder: join(valueOf(env, 'XDG_CONFIG_HOME') ?? join(homedir(), '.config'), 'passerelle'),
    underNpm: Boolean(env.npm_lifecycle_event),
    colour: !env.NO_COLOR && env.TERM !== 'dumb',
  };
}
