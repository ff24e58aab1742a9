import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { ArgsDef, CommandDef, ParsedArgs } from 'citty';
import { defineCommand } from 'citty';
import { connectorNameSchema } from '../../protocol/connector-wire/index.ts';
import { accountLog } from './account-log.ts';
import { addAccount, listAccounts, probeAccount, removeAccount, setUpAccount } from './accounts.ts';
import type { CommandContext } from './context.ts';
import { connectionArgs, targetOf } from './context.ts';
import { doctor } from './doctor.ts';
import { listen } from './listen.ts';
import { cancelReplay, replay, sinceTime } from './replay.ts';
import { preview } from './preview.ts';
import { send } from './send.ts';
import { signingSecret } from './signing-secret.ts';
import { templates } from './templates.ts';
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

/** A text, or any content as JSON: one of them. */
function contentOf({ text, content }: { text?: string | undefined; content?: string | undefined }): object {
  if ((text === undefined) === (content === undefined)) throw new UsageError('Give --text or --content');
  if (text !== undefined) return { kind: 'text', text };
  try {
    const given: unknown = JSON.parse(content ?? '');
    if (typeof given === 'object' && given !== null) return given;
  } catch {
    // said below
  }
  throw new UsageError('--content needs a JSON object');
}

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
      description: 'Add an account, asking for what it needs; a test key makes a test account',
      args: {
        connector: { type: 'positional', required: true, description: 'sandbox, email, telegram …' },
        name: { type: 'string', description: 'What to call it; else like its connector' },
        config: {
          type: 'string',
          valueHint: 'json',
          description: 'Its configuration, instead of being asked',
        },
        credentials: {
          type: 'string',
          valueHint: 'file',
          description: 'A file with its credentials as JSON, or - for standard input',
        },
        unchecked: {
          type: 'boolean',
          default: false,
          description: "Don't ask the platform whether they work",
        },
        ...connectionArgs,
      },
      run: async (args) => {
        const { connector, name = connector, config, unchecked } = args;
        const credentials =
          args.credentials === undefined ? undefined : await credentialsFrom(args.credentials);
        const given = { connector, name, config, credentials, unchecked };
        return addAccount({ target: await target(args), ...given }, context);
      },
    }),
    remove: command({
      name: 'remove',
      description: 'Remove an account',
      args: { id, ...connectionArgs },
      run: async (args) => removeAccount(await target(args), args.id, context),
    }),
    setup: command({
      name: 'setup',
      description: 'Tell the platform once more where to call',
      args: { id, ...connectionArgs },
      run: async (args) => setUpAccount(await target(args), args.id, context),
    }),
    log: command({
      name: 'log',
      description: 'Show what was said with the platform, without content',
      args: {
        id,
        follow: { type: 'boolean', default: false, description: 'Go on until it is interrupted' },
        failed: { type: 'boolean', default: false, description: 'Only what failed' },
        ...connectionArgs,
      },
      run: async (args) => {
        const { id: account, follow, failed } = args;
        return accountLog({ target: await target(args), id: account, follow, failed }, context);
      },
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

  // loaded only by the commands that need it: it brings the HTTP client, the log and the bus
  const connector = {
    run: command({
      name: 'run',
      description: 'Run the connector in a folder, over NATS, until it is interrupted',
      args: { folder: { type: 'positional', required: true, description: 'Its folder' } },
      run: async ({ folder }) => (await import('./connector.ts')).runConnector(folder, context),
    }),
    token: command({
      name: 'token',
      description: 'Show what a connector needs to get onto the bus',
      args: { name: { type: 'positional', required: true, description: 'Its name' } },
      run: async ({ name }) => {
        if (!connectorNameSchema.safeParse(name).success)
          throw new UsageError(`${name} is no name of a connector`);
        return (await import('./connector.ts')).connectorToken(name, context);
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
    preview: command({
      name: 'preview',
      description: 'Show a message as each channel would, before anything is sent',
      args: {
        text: { type: 'string', description: 'What to say' },
        content: { type: 'string', valueHint: 'json', description: 'Any content, instead of a text' },
        transliterate: { type: 'boolean', default: false, description: 'With the GSM alphabet on SMS' },
        ...connectionArgs,
      },
      run: async (args) =>
        preview(
          { target: await target(args), content: contentOf(args), transliterate: args.transliterate },
          context,
        ),
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
    templates: command({
      name: 'templates',
      description: 'List the templates that the platform knows of an account',
      args: {
        id,
        refresh: { type: 'boolean', default: false, description: 'Ask the platform now' },
        ...connectionArgs,
      },
      run: async (args) =>
        templates({ target: await target(args), id: args.id, refresh: args.refresh }, context),
    }),
    trace: command({
      name: 'trace',
      description: 'Show everything that happened to a message',
      args: { id, json: { type: 'boolean', default: false, description: 'As JSON' }, ...connectionArgs },
      run: async (args) => trace({ target: await target(args), id: args.id, json: args.json }, context),
    }),
    replay: command({
      name: 'replay',
      description: 'Send events to your webhook endpoints once more, with the ids they had',
      args: {
        since: { type: 'string', valueHint: 'time', description: '30m, 2h, 7d or RFC 3339; else 24h' },
        endpoint: { type: 'string', valueHint: 'id', description: 'One endpoint; else every active one' },
        ids: { type: 'string', valueHint: 'ids', description: 'These events, with commas between' },
        dead: { type: 'boolean', default: false, description: 'Only what was given up' },
        'dry-run': { type: 'boolean', default: false, description: 'Only show what would go' },
        cancel: { type: 'string', valueHint: 'id', description: 'End this replay' },
        ...connectionArgs,
      },
      run: async (args) => {
        if (args.cancel !== undefined) return cancelReplay(await target(args), args.cancel, context);
        if (args.ids !== undefined && args.since !== undefined)
          throw new UsageError('Say --since or --ids, not both');
        const ids = args.ids?.split(',').map((one) => one.trim());
        const sinceMs = ids ? undefined : sinceTime(args.since ?? '24h', Date.now());
        if (!ids && sinceMs === undefined)
          throw new UsageError('--since needs a time such as 30m, 2h, 7d or 2026-11-22T10:00:00Z');
        const { endpoint, dead, 'dry-run': dryRun } = args;
        return replay({ target: await target(args), sinceMs, ids, endpoint, dead, dryRun }, context);
      },
    }),
    accounts: defineCommand({
      meta: {
        name: 'accounts',
        description: 'List, add, set up, probe and remove accounts, and see what they say to their platforms',
      },
      args: connectionArgs,
      default: 'list',
      subCommands: accounts,
    }),
    connector: defineCommand({
      meta: { name: 'connector', description: 'Run a connector as a process of its own' },
      subCommands: connector,
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
