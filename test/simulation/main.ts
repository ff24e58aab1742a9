import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { painter } from '../../gateway/cli/terminal.ts';
import type { Said } from './worker.ts';

// `npm run test:simulation`: the engine's core in a world that the seed makes, thousands of times. `-- --seed 42 --seeds 1` shows one.
// One JSON object with `-- --json`.

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
  },
});
const first = Number(flags.seed);
const count = Number(flags.seeds);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
  console.error('--seed and --seeds are whole numbers');
  process.exit(2);
}

const shownAtMost = 3;
const totals = {
  accepted: 0,
  lost: 0,
  doubled: 0,
  inverted: 0,
  regressed: 0,
  broken: 0,
  kills: 0,
  fallbacks: 0,
  stuck: 0,
  bugs: 0,
};
const broken: Said[] = [];
let next = first;
const beganAt = performance.now();

await Promise.all(Array.from({ length: Math.min(availableParallelism(), count) }, work));

const seconds = (performance.now() - beganAt) / 1000;
const perMinute = Math.round((count / seconds) * 60);
const paint = painter(!process.env['NO_COLOR'], process.stdout);
if (flags.json) console.log(JSON.stringify({ ...totals, seed: first, seeds: count, per_minute: perMinute }));
else {
  for (const said of broken.slice(0, shownAtMost)) show(said);
  console.log(
    `\n  ${count} seeds from ${first} in ${seconds.toFixed(1)} s, ${perMinute} a minute: ${totals.accepted} messages, ${totals.fallbacks} fallbacks, ${totals.kills} crashes`,
  );
  console.log(
    broken.length === 0
      ? `  ${paint('green', 'Nothing lost, doubled, out of order or moved back, no other promise broken, and all of it came to its end.')}\n`
      : `  ${paint('red', `${broken.length} seeds broke a promise:`)} ${JSON.stringify(totals)}\n`,
  );
}
if (broken.length > 0) process.exitCode = 1;

function work(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url));
    const ask = () => worker.postMessage(next < first + count ? next++ : 'end');
    worker.on('message', (said: Said) => {
      take(said);
      ask();
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
    ask();
  });
}

function take(said: Said): void {
  if ('bug' in said) {
    totals.bugs++;
    broken.push(said);
    return;
  }
  const { result } = said;
  for (const name of ['accepted', 'lost', 'doubled', 'inverted', 'regressed', 'kills', 'fallbacks'] as const)
    totals[name] += result[name];
  totals.broken += result.broken.length;
  if (!result.live) totals.stuck++;
  if (result.history.length > 0)
    broken.push({ result: broken.length < shownAtMost ? result : { ...result, history: [] } });
}

function show(said: Said): void {
  if ('bug' in said) return void console.log(`\n  seed ${said.seed} ended with a bug: ${said.bug}`);
  const { seed, violations, broken: promises, live, history } = said.result;
  console.log(`\n  ${paint('red', `seed ${seed}`)}${live ? '' : ': not all came to its end'}`);
  for (const { fault, conversation, number, id, why } of violations)
    console.log(
      `  ${fault}: ${conversation === undefined ? id.toString(36) : `${conversation}/${number}`} ${why}`,
    );
  for (const why of promises) console.log(`  ${why}`);
  console.log(history.map((line) => `    ${line}`).join('\n'));
}
