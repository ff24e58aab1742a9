import { stripVTControlCharacters } from 'node:util';
import type { CommandDef } from 'citty';
import { renderUsage, runCommand } from 'citty';
import type { Outcome } from './commands.ts';
import { UsageError, commands } from './commands.ts';
import type { CommandContext } from './context.ts';
import { createPrompt } from './prompt.ts';
import { painter } from './terminal.ts';
import { readCommandLineSettings } from '../settings.ts';

/** The command that the words lead to, and the one before it, for its usage. */
async function namedCommand(
  root: CommandDef,
  words: readonly string[],
): Promise<{ command: CommandDef; parent?: CommandDef }> {
  let found: { command: CommandDef; parent?: CommandDef } = { command: root };
  for (const word of words) {
    const below = (await resolved(found.command.subCommands)) ?? {};
    const next = Object.hasOwn(below, word) ? await resolved(below[word]) : undefined;
    if (!next) break;
    found = { command: next, parent: found.command };
  }
  return found;
}

const resolved = async <T>(
  value: T | Promise<T> | (() => T) | (() => Promise<T>) | undefined,
): Promise<T | undefined> => (typeof value === 'function' ? (value as () => T | Promise<T>)() : value);

/** citty's errors about arguments have this name and no exported class. */
const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError || (error instanceof Error && error.name === 'CLIError');

/** Runs one command and gives its exit code. */
export async function runCommandLine(
  words: readonly string[],
  context: CommandContext,
  start: () => Promise<void>,
): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  const root = commands(context, outcome, start);
  const usage = async () => {
    const { command, parent } = await namedCommand(root, words);
    const text = (await renderUsage(command, parent)).replaceAll(/ +$/gm, '').trimEnd();
    return context.paint('bold', 'x') === 'x' ? stripVTControlCharacters(text) : text;
  };
  if (words.length === 0 || words.some((word) => word === '--help' || word === '-h')) {
    context.out(await usage());
    return words.length === 0 ? 1 : 0;
  }
  try {
    await runCommand(root, { rawArgs: [...words] });
    return outcome.exitCode;
  } catch (error) {
    if (!isUsageError(error)) throw error;
    context.note(`${stripVTControlCharacters(error.message)}\n`);
    context.note(await usage());
    return 2;
  }
}

/** The gateway itself is loaded only by the command that runs it. */
async function startHere(): Promise<void> {
  const [{ start }, { startGateway }] = await Promise.all([
    import('../launch/start.ts'),
    import('../main.ts'),
  ]);
  await start(startGateway);
}

/** The process `passerelle`. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const settings = readCommandLineSettings();
  const interrupted = new AbortController();
  const context: CommandContext = {
    settings,
    out: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    paint: painter(settings.colour, process.stdout),
    ...(process.stdin.isTTY && process.stderr.isTTY
      ? { prompt: () => createPrompt(process.stdin, process.stderr) }
      : {}),
    signal: interrupted.signal,
  };
  // The gateway minds its own signals.
  if (words[0] !== 'start')
    process.once('SIGINT', () => interrupted.abort()).once('SIGTERM', () => interrupted.abort());
  process.exitCode = await runCommandLine(words, context, startHere);
}
