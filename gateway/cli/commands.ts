import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { ArgsDef, CommandDef, ParsedArgs } from 'citty';
import { defineCommand } from 'citty';
import { addAccount, listAccounts, probeAccount, removeAccount } from './accounts.ts';
import type { CommandContext } from './context.ts';
import { connectionArgs, targetOf } from './context.ts';
import { doctor } from './doctor.ts';
import { listen } from './listen.ts';
import { send } from './send.ts';
import { signingSecret } from './signing-secret.ts';
import { trace } from './trace.ts';

/** What the user typed wrongly: shown with the usage. */
export class UsageError extends Error {}

/** What a run left: the exit code of the command that ran. */
export interface Outcome {
  exitCode: number;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** citty takes any argument; we refuse those that a command doesn't have, and options without their value. */
function checkArguments(known: ArgsDef, given: Readonly<Record<string, unknown>> & { _: string[] }): void {
  const names = new Set(Object.keys(known).map(kebab));
  for (const [name, value] of Object.entries(given)) {
    if (name === '_') continue;
    if (!names.has(kebab(name))) throw new UsageError(`There is no option --${name}`);
    if (value === '') throw new UsageError(`--${kebab(name)} needs a value`);
  }
  const places = Object.values(known).filter((arg) => arg.type === 'positional').length;
  const extra = given._[places];
  if (extra !== undefined) throw new UsageError(`What is ${extra} for?`);
}

const webAddress = (name: string, value: string | undefined): string | undefined => {
  if (value !== undefined && !/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
    throw new UsageError(`--${name} needs an http(s) address`);
  return value;
};

interface Definition<T extends ArgsDef> {
  name: string;
  description: string;
  args: T;
  run: (args: ParsedArgs<T>) => Promise<number>;
}

/** Secrets don't belong on a command line, where every user of the machine can read them. */
const credentialsFrom = (file: string): Promise<string> =>
  file === '-'
    ? readAll(process.stdin)
    : readFile(file, 'utf8').catch(() => Promise.reject(new UsageError(`${file} can't be read`)));

/** All commands, bound to one run. `start` comes in from the composition root. */
export function commands(context: CommandContext, outcome: Outcome, start: () => Promise<void>): CommandDef {
  const command = <const T extends ArgsDef>({ name, description, args, run }: Definition<T>) =>
    defineCommand<T>({
      meta: { name, description },
      args,
      run: async ({ args: given }) => {
        checkArguments(args, given);
        outcome.exitCode = await run(given);
      },
    });
  const target = ({ url, key }: { url?: string | undefined; key?: string | undefined }) =>
    targetOf({ url: webAddress('url', url), key }, context);
  const id = { type: 'positional', required: true, description: 'Its id' } as const;

  const accounts = {
    list: command({
      name: 'list',
      description: 'List the accounts',
      args: connectionArgs,
      run: async (args) => listAccounts(await target(args), context),
    }),
    add: command({
      name: 'add',
      description: 'Add an account; a test key makes a test account',
      args: {
        connector: { type: 'positional', required: true, description: 'sandbox, email, telegram …' },
        name: { type: 'string', description: 'What to call it; else like its connector' },
        config: { type: 'string', default: '{}', valueHint: 'json', description: 'Its configuration' },
        credentials: {
          type: 'string',
          valueHint: 'file',
          description: 'A file with its credentials as JSON, or - for standard input',
        },
        ...connectionArgs,
      },
      run: async (args) => {
        const credentials = args.credentials === undefined ? '{}' : await credentialsFrom(args.credentials);
        const { connector, name = connector, config } = args;
        return addAccount({ target: await target(args), connector, name, config, credentials }, context);
      },
    }),
    remove: command({
      name: 'remove',
      description: 'Remove an account',
      args: { id, ...connectionArgs },
      run: async (args) => removeAccount(await target(args), args.id, context),
    }),
    probe: command({
      name: 'probe',
      description: "Ask the platform whether an account's credentials work",
      args: { id, ...connectionArgs },
      run: async (args) => {
        const probed = await probeAccount(await target(args), args.id);
        context.out(
          probed
            ? probed.detail || (probed.ok ? 'They work' : 'They do not work')
            : 'The platform offers no way to ask',
        );
        return probed?.ok === false ? 1 : 0;
      },
    }),
  };

  const subCommands = {
    start: command({
      name: 'start',
      description: 'Start the gateway',
      args: {},
      run: async () => {
        await start();
        return 0;
      },
    }),
    send: command({
      name: 'send',
      description: 'Send a text',
      args: {
        to: {
          type: 'string',
          required: true,
          valueHint: 'address',
          description: 'An address, a consumer or a conversation',
        },
        text: { type: 'string', required: true, description: 'What to say' },
        wait: { type: 'boolean', default: false, description: 'Wait until it is delivered' },
        ...connectionArgs,
      },
      run: async (args) =>
        send({ target: await target(args), to: args.to, text: args.text, wait: args.wait }, context),
    }),
    listen: command({
      name: 'listen',
      description: 'Show each event, and forward it as a signed webhook',
      args: {
        'forward-to': { type: 'string', valueHint: 'address', description: 'Where each event is posted' },
        after: { type: 'string', valueHint: 'cursor', description: 'Begin after this cursor instead of now' },
        ...connectionArgs,
      },
      run: async (args) => {
        const forwardTo = webAddress('forward-to', args['forward-to']);
        const secret = await signingSecret(context.settings.configFolder);
        if (forwardTo !== undefined) context.out(`Signing secret  ${context.paint('bold', secret)}`);
        return listen({ target: await target(args), forwardTo, secret, after: args.after }, context);
      },
    }),
    trace: command({
      name: 'trace',
      description: 'Show everything that happened to a message',
      args: { id, json: { type: 'boolean', default: false, description: 'As JSON' }, ...connectionArgs },
      run: async (args) => trace({ target: await target(args), id: args.id, json: args.json }, context),
    }),
    accounts: defineCommand({
      meta: { name: 'accounts', description: 'List, add, remove and probe accounts' },
      args: connectionArgs,
      default: 'list',
      subCommands: accounts,
    }),
    doctor: command({
      name: 'doctor',
      description: 'Check every component, and say what is wrong and what to do',
      args: connectionArgs,
      run: async (args) => doctor(await target(args), context),
    }),
  };

  return defineCommand({
    meta: { name: 'passerelle', description: 'One API for merchants, every channel for consumers' },
    subCommands,
  });
}
