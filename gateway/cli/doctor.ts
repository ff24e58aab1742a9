import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { request } from 'undici';
import { z } from 'zod';
import { checkDataFolder, checkDatabase, checkNats, checkPort } from '../launch/checks.ts';
import { connectorNames } from '../launch/connector-names.ts';
import type { SettingProblem, Settings } from '../settings.ts';
import { readSettings } from '../settings.ts';
import { fetchAccounts, probeAccount } from './accounts.ts';
import type { AccountShown } from './accounts.ts';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import { printable } from './terminal.ts';

/** What was found of one component. `unknown`: it could not be looked at, because something before it is wrong or not set up. */
export interface Finding {
  component: string;
  state: 'sound' | 'wrong' | 'unknown';
  found: string;
  /** What to do; for `wrong`. */
  mend?: string;
}

const sound = (component: string, found: string): Finding => ({ component, state: 'sound', found });
const wrong = (component: string, found: string, mend: string): Finding => ({
  component,
  state: 'wrong',
  found,
  mend,
});
const unknown = (component: string, found: string): Finding => ({ component, state: 'unknown', found });

const judged = (component: string, problem: SettingProblem | undefined, found: string): Finding =>
  problem ? wrong(component, `${problem.setting} ${problem.problem}`, problem.mend) : sound(component, found);

const oldestNode = 24;

function nodeFinding(): Finding {
  const { node } = process.versions;
  return Number(node.split('.')[0]) >= oldestNode
    ? sound('node', node)
    : wrong('node', node, `use Node ${oldestNode} or newer: npm ci brings one`);
}

async function machineFindings(settings: Settings): Promise<Finding[]> {
  const { dataFolder, databaseFile, natsUrl } = settings;
  const folder = existsSync(dataFolder)
    ? judged('data folder', await checkDataFolder(settings), dataFolder)
    : unknown('data folder', `${dataFolder} is made at the first start`);
  const database = existsSync(databaseFile)
    ? judged('database', await checkDatabase(settings), databaseFile)
    : unknown('database', 'made at the first start');
  const nats = judged(
    'nats-server',
    await checkNats(settings, false),
    natsUrl ? 'NATS_URL answers' : 'there, and new enough',
  );
  return [folder, database, nats];
}

const readySchema = z.looseObject({
  checks: z.looseObject({ bus: z.enum(['up', 'down']), store: z.enum(['up', 'down']) }),
  listening: z.array(z.looseObject({ name: z.string(), port: z.int() })).optional(),
  remote_connectors: z
    .array(z.looseObject({ name: z.string(), state: z.enum(['up', 'away', 'never_seen']) }))
    .optional(),
});

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 3000 });
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });

/** Readiness is asked without `callApi`'s rule that a 503 is a failure: its body is what we came for. */
async function readiness(target: Target): Promise<z.infer<typeof readySchema> | undefined> {
  try {
    const response = await request(`${target.url}/readyz`, { headersTimeout: 10_000, bodyTimeout: 10_000 });
    return readySchema.safeParse(await response.body.json()).data;
  } catch {
    return undefined;
  }
}

async function gatewayFindings(target: Target, settings: Settings | undefined): Promise<Finding[]> {
  const alive = await callApi(target, { method: 'GET', path: '/healthz', expects: z.unknown() });
  if (!alive.ok) {
    const port = settings && alive.status === undefined ? await checkPort(settings) : undefined;
    const mend = port
      ? `${port.setting} ${port.problem}: ${port.mend}`
      : 'start it with npm start, or set PASSERELLE_URL to where it runs';
    return [wrong('gateway', `no gateway answers at ${target.url}`, mend)];
  }
  const ready = await readiness(target);
  if (!ready)
    return [
      wrong(
        'gateway',
        `${target.url}/readyz gives no readiness`,
        'run the command of the same version as the gateway',
      ),
    ];
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(target.url).hostname);
  const servers = local ? (ready.listening ?? []) : [];
  return [
    sound('gateway', target.url),
    ready.checks.bus === 'up'
      ? sound('bus', 'up')
      : wrong(
          'bus',
          'the gateway has no connection to NATS',
          'see its log for nats_server and bus events; check NATS_URL if it is set',
        ),
    ready.checks.store === 'up'
      ? sound('store', 'up')
      : wrong(
          'store',
          'the gateway cannot use its database',
          'see its log; check the disk of PASSERELLE_DATA for space and rights',
        ),
    ...(ready.remote_connectors ?? []).map(remoteFinding),
    ...(await Promise.all(
      servers.map(async ({ name, port }) => {
        const component = `${printable(name)} port`;
        return (await answers(port))
          ? sound(component, String(port))
          : wrong(component, `${port} doesn't answer`, 'restart the gateway and see its log');
      }),
    )),
  ];
}

const remoteFinding = ({ name, state }: { name: string; state: 'up' | 'away' | 'never_seen' }): Finding => {
  const component = `connector ${printable(name)}`;
  if (state === 'up') return sound(component, 'runs in a process of its own');
  const found = state === 'away' ? 'was there and is away: its messages wait' : 'has never registered';
  return wrong(
    component,
    found,
    `start it: npx passerelle connector run FOLDER, or whatever runs ${printable(name)}`,
  );
};

async function accountFindings(target: Target): Promise<Finding[]> {
  if (!target.key)
    return [unknown('accounts', 'no key: set PASSERELLE_KEY (or --key) to have them looked at')];
  const found = await fetchAccounts(target);
  if (!found.ok) return [wrong('accounts', found.line, 'set PASSERELLE_KEY (or --key) to a key that works')];
  const findings: Finding[] = [];
  for (const account of found.accounts) {
    const { id, connector } = account;
    const probed = await probeAccount(target, id);
    const component = printable(connector);
    findings.push(...accountTroubles(account));
    if (!probed) findings.push(unknown(component, `${id}: the platform offers no way to ask`));
    else if (probed.ok) findings.push(sound(component, [id, probed.detail].filter(Boolean).join(': ')));
    else
      findings.push(
        wrong(
          component,
          `${id}: ${probed.detail}`,
          `correct the account's credentials or settings (npx passerelle accounts)`,
        ),
      );
  }
  return findings.length > 0 ? findings : [unknown('accounts', 'none yet')];
}

const expiresSoonMs = 14 * 86_400_000;

/** What the gateway knows to be wrong with an account, beside what its platform says when it is asked. */
function accountTroubles({ id, connector, health, setup }: AccountShown): Finding[] {
  const component = printable(connector);
  const troubles: Finding[] = [];
  if (setup?.state === 'failed')
    troubles.push(
      wrong(
        component,
        `${id}: ${printable(setup.detail)}`,
        `mend that, then: npx passerelle accounts setup ${printable(id)}`,
      ),
    );
  if (health?.state === 'failing' || (health && health.breaker !== 'closed'))
    troubles.push(
      wrong(
        component,
        `${id}: sending fails${health.code ? ` (${printable(health.code)})` : ''}`,
        `see npx passerelle accounts log ${printable(id)} --failed`,
      ),
    );
  const expiresAt = Date.parse(health?.credentials_expire_at ?? '');
  if (expiresAt - Date.now() < expiresSoonMs)
    troubles.push(
      wrong(
        component,
        `${id}: its credentials ${expiresAt < Date.now() ? 'expired' : 'expire'} on ${new Date(expiresAt).toISOString().slice(0, 10)}`,
        `get new ones from the platform, then: PATCH /v1/accounts/${printable(id)}`,
      ),
    );
  return troubles;
}

/** Looks at every component, in the order in which they depend on one another. */
export async function examine(
  target: Target,
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const read = readSettings(environment, await connectorNames());
  const settings = read.ok ? read.settings : undefined;
  const settingFindings = read.ok
    ? [sound('settings', 'fit')]
    : read.problems.map((problem) => judged('settings', problem, ''));
  const machine = settings ? await machineFindings(settings) : [];
  const gateway = await gatewayFindings(target, settings);
  const accounts = gateway[0]?.state === 'sound' ? await accountFindings(target) : [];
  return [nodeFinding(), ...settingFindings, ...machine, ...gateway, ...accounts];
}

/** Prints the findings; 1 where something is wrong. */
export async function doctor(target: Target, { out, paint }: CommandContext): Promise<number> {
  const findings = await examine(target);
  const width = Math.max(...findings.map(({ component }) => component.length));
  for (const { component, state, found, mend } of findings) {
    const mark = { sound: paint('green', '✓'), wrong: paint('red', '✗'), unknown: paint('yellow', '–') }[
      state
    ];
    out(`${mark} ${component.padEnd(width)}  ${found}`);
    if (mend) out(`  ${' '.repeat(width)}  ${paint('bold', `→ ${mend}`)}`);
  }
  const broken = findings.filter(({ state }) => state === 'wrong').length;
  out('');
  out(broken === 0 ? paint('green', 'Nothing wrong was found') : paint('red', `${broken} wrong`));
  return broken === 0 ? 0 : 1;
}
