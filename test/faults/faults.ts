import { parseArgs } from 'node:util';
import { painter } from '../../gateway/cli/terminal.ts';
import { run } from './run.ts';
import type { RunOptions, RunResult } from './run.ts';
import { table } from './report.ts';

// `npm run test:faults`: breaks things while messages go both ways, and judges what the platform and the merchants saw.
// One JSON object a line with `-- --json`. Every flag is also a variable: FAULTS_SEED, FAULTS_KILLS …

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string' },
    kills: { type: 'string' },
    messages: { type: 'string' },
    seconds: { type: 'string' },
    conversations: { type: 'string' },
    nats: { type: 'string' },
    processes: { type: 'string' },
    json: { type: 'boolean' },
  },
});

const numberOf = (
  name: 'seed' | 'kills' | 'messages' | 'seconds' | 'conversations',
  otherwise: number,
): number => {
  const given = flags[name] ?? process.env[`FAULTS_${name.toUpperCase()}`];
  if (given === undefined || given === '') return otherwise;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= (name === 'seed' || name === 'kills' ? 0 : 1)) return value;
  console.error(`--${name} ${given} is no number: set it to a whole one`);
  process.exit(2);
};

const seed = numberOf('seed', Math.floor(Math.random() * 1e9));
const kills = numberOf('kills', 16);
const messages = numberOf('messages', 4000);
const seconds = numberOf('seconds', 40);
const conversations = numberOf('conversations', Math.max(24, Math.min(480, Math.ceil(messages / 500))));
const nats = flags.nats ?? process.env['FAULTS_NATS'] ?? 'both';
if (!['own', 'apart', 'both'].includes(nats)) {
  console.error(`--nats ${nats} is nothing known: set it to own, apart or both`);
  process.exit(2);
}

const processes = flags.processes ?? process.env['FAULTS_PROCESSES'] ?? 'both';
if (!['1', '2', 'both'].includes(processes)) {
  console.error(`--processes ${processes} is nothing known: set it to 1, 2 or both`);
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

/** Two thirds of everything with the nats-server apart, where more can be broken, and two processes; the rest with the gateway's own. */
const share = (part: number): RunOptions => ({
  seed,
  nats: part > 0.5 ? 'apart' : 'own',
  processes: processes === 'both' ? (part > 0.5 ? 2 : 1) : processes === '2' ? 2 : 1,
  kills: Math.round(kills * part),
  messages: Math.max(1, Math.round(messages * part)),
  seconds: Math.max(1, Math.round(seconds * part)),
  conversations,
  signal: stopping.signal,
});
const parts =
  nats === 'both' ? [share(2 / 3), share(1 / 3)] : [{ ...share(1), nats: nats as RunOptions['nats'] }];

const paint = painter(!process.env['NO_COLOR'], process.stdout);
const results: RunResult[] = [];
for (const part of parts) {
  const result = await run(part);
  if (stopping.signal.aborted) break;
  results.push(result);
  if (flags.json) console.log(JSON.stringify(rowOf(result)));
}
if (!flags.json && results.length > 0) {
  console.log(table(results, paint));
  const again = `npm run test:faults -- --seed ${seed} --kills ${kills} --messages ${messages} --seconds ${seconds} --conversations ${conversations} --nats ${nats} --processes ${processes}`;
  console.log(`\n  ${paint('dim', `the same again: ${again}`)}\n`);
}
// not left to the event loop: a socket that somebody still holds must not keep the run from ending
process.exit(stopping.signal.aborted || results.some((result) => !isSound(result)) ? 1 : 0);

function isSound({ lost, doubled, inverted, regressed, unexplained }: RunResult): boolean {
  return lost + doubled + inverted + regressed + unexplained === 0;
}

function rowOf({ accepted, lost, doubled, inverted, regressed, seed: of, ...more }: RunResult): object {
  const { violations: _, kills: killed, ...rest } = more;
  return { accepted, lost, doubled, inverted, regressed, kills: killed, seed: of, ...rest };
}
