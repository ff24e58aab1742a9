import { readFirstRun } from '../launch/first-run.ts';
import type { CommandLineSettings } from '../settings.ts';
import type { Prompt } from './prompt.ts';
import type { Paint } from './terminal.ts';

/** What a command gets besides its arguments. */
export interface CommandContext {
  settings: CommandLineSettings;
  /** A line of the result. */
  out: (line: string) => void;
  /** A line about the command itself. */
  note: (line: string) => void;
  paint: Paint;
  /** Where somebody sits at a terminal who can be asked. */
  prompt?: () => Prompt;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
}

/** Arguments of every command that talks to a gateway. */
export const connectionArgs = {
  url: { type: 'string', valueHint: 'address', description: 'The gateway (or PASSERELLE_URL)' },
  key: { type: 'string', description: 'A merchant’s key (or PASSERELLE_KEY)' },
} as const;

export interface Target {
  url: string;
  key: string | undefined;
}

/** Which gateway and which key: what was said, else the environment, else what the gateway of this folder left for us. */
export async function targetOf(
  args: { url?: string | undefined; key?: string | undefined },
  { settings }: CommandContext,
): Promise<Target> {
  const local = await readFirstRun(settings.dataFolder);
  const said = args.url ?? settings.url;
  const url = (said ?? local.url ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
  // The local key is for the local gateway: it goes nowhere else.
  const key =
    args.key ?? settings.key ?? (said === undefined || said === local.url ? local.testKey : undefined);
  return { url, key };
}

/** Where everything that happened to a message can be read. */
export const traceUrl = (url: string, messageId: string): string =>
  `${url}/v1/messages/${encodeURIComponent(messageId)}/trace`;
