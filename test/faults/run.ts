import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chanceOf } from './chance.ts';
import { Checker } from './checker.ts';
import type { Verdict } from './checker.ts';
import { HistoryFile } from './history.ts';
import type { Entry } from './history.ts';
import { Nemesis } from './nemesis.ts';
import { planOf } from './plan.ts';
import type { Planned } from './plan.ts';
import { ask } from './ask.ts';
import { writeEvidence } from './evidence.ts';
import { startWorkload } from './workload.ts';
import { World } from './world.ts';

export interface RunOptions {
  seed: number;
  /** Who runs the nats-server: the gateway, or the run itself, behind a line of its own. */
  nats: 'own' | 'apart';
  /** Of the gateway: one, or a second one that sends and calls webhooks. */
  processes: 1 | 2;
  kills: number;
  messages: number;
  /** Of traffic; what kills take and the coming to rest come on top. */
  seconds: number;
  conversations: number;
  /** Ends the run early: everything is mended and closed, and nothing is judged. */
  signal?: AbortSignal;
}

export interface RunResult extends Verdict, Pick<RunOptions, 'seed' | 'nats' | 'processes'> {
  kills: number;
  faults: number;
  seconds: number;
  /** Of them, until everything had come to rest after the last fault. */
  rest_seconds: number;
  /** Of the messages asked for it, how many could not explain themselves. */
  unexplained: number;
  /** Where the whole history and what belongs to each violation are; undefined where nothing was found. */
  evidence: string | undefined;
}

/** No word from anybody for this long, with the clock moved ahead over and over: what is missing will not come. */
const stillMs = 60_000;
/** How far the clock is moved ahead when nothing happens, so that retries and what is uncertain fall due. In minutes. */
const aheadMinutes = [10, 1500, 60, 360, 1500];
const keptLogChars = 20_000_000;

/** One run: traffic while things break, then rest, then judgement. */
export async function run(options: RunOptions): Promise<RunResult> {
  const folder = await mkdtemp(join(tmpdir(), `passerelle-history-${options.seed}-`));
  const history = new HistoryFile(join(folder, 'history.bin'));
  const checker = new Checker();
  const beganAt = performance.now();
  const record = (entry: Omit<Entry, 'atMs'>): void => {
    const whole = { ...entry, atMs: Math.round(performance.now() - beganAt) };
    history.append(whole);
    checker.take(whole);
  };
  const { signal = new AbortController().signal } = options;
  const plan = planOf(options);
  const world = await World.start({
    ...options,
    chance: chanceOf(options.seed),
    merchants: 3,
    accountsEach: 2,
    record,
  });
  let isSound = false;
  try {
    const nemesis = new Nemesis(world);
    await traffic(options, world, { nemesis, plan, record, signal });
    const restedFrom = performance.now();
    await rest(world, checker, history, signal);
    const restMs = performance.now() - restedFrom;
    const unexplained = signal.aborted ? 0 : await ask(options.seed, world, record);
    const verdict = checker.verdict();
    isSound = verdict.lost + verdict.doubled + verdict.inverted + verdict.regressed === 0;
    if (!isSound) await writeFile(join(folder, 'gateway.log'), world.gateway.logs.slice(-keptLogChars));
    const evidence = isSound ? undefined : writeEvidence({ folder, history, plan, verdict });
    return {
      ...verdict,
      seed: options.seed,
      nats: options.nats,
      processes: options.processes,
      kills: nemesis.kills,
      faults: plan.length,
      seconds: Math.round((performance.now() - beganAt) / 100) / 10,
      rest_seconds: Math.round(restMs / 100) / 10,
      unexplained,
      evidence,
    };
  } catch (error) {
    // what was seen until then tells more than where it ended
    const evidence = writeEvidence({ folder, history, plan, verdict: checker.verdict() });
    await writeFile(join(folder, 'gateway.log'), world.gateway.logs.slice(-keptLogChars));
    throw new Error(`the run could not go on; what was seen: ${evidence}`, { cause: error });
  } finally {
    history.close();
    await world.close();
    if (isSound || signal.aborted) await rm(folder, { recursive: true, force: true });
  }
}

interface Parts {
  nemesis: Nemesis;
  plan: readonly Planned[];
  record(entry: Omit<Entry, 'atMs'>): void;
  signal: AbortSignal;
}

async function traffic(
  options: RunOptions,
  world: World,
  { nemesis, plan, record, signal }: Parts,
): Promise<void> {
  const stopping = new AbortController();
  const ends = AbortSignal.any([signal, stopping.signal]);
  const { people, accounts, platform, client, apiUrl, keys, accountIds } = world;
  const workload = startWorkload({
    people,
    accounts,
    platform,
    client,
    apiUrl,
    keys,
    accountIds,
    chance: chanceOf(options.seed),
    messages: options.messages,
    seconds: options.seconds,
    record,
    signal: ends,
  });
  const breaking = nemesis.run(plan, ends);
  try {
    await Promise.all([workload.done, breaking]);
    await nemesis.killOnce();
  } finally {
    stopping.abort();
    // nothing is started again behind the back of whoever cleans up
    await breaking.catch(() => undefined);
  }
}

/** Waits until every accepted message has come to its end, and moves the clock ahead whenever nothing happens. */
async function rest(
  world: World,
  checker: Checker,
  history: HistoryFile,
  signal: AbortSignal,
): Promise<void> {
  world.receivers.misbehaving = false;
  let length = -1;
  let changedAt = performance.now();
  let movedAt = performance.now();
  for (let moves = 0; !signal.aborted;) {
    const now = performance.now();
    if (history.length !== length) [length, changedAt] = [history.length, now];
    // half a second more once all seems done: what is double comes late
    if (checker.pending === 0 && world.platform.underWay === 0 && now - changedAt > 700) return;
    if (now - changedAt > stillMs) return;
    if (now - changedAt > 1500 && now - movedAt > 1500 && moves < aheadMinutes.length) {
      world.moveClock(aheadMinutes[moves++]! * 60_000);
      movedAt = now;
    }
    await pause(100);
  }
}
