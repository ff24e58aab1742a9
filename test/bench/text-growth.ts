import { choice, rich, sms } from '../../protocol/adapt/channels.ts';
import { adapt } from '../../protocol/adapt/index.ts';
import { context } from '../../protocol/adapt/arbitraries.ts';
import { readAnswer } from '../../protocol/adapt/answers.ts';
import { readDate } from '../../protocol/adapt/dates.ts';
import { readDecimal } from '../../protocol/adapt/fields.ts';
import {
  markdownToPlain,
  measure,
  smsSegments,
  splitText,
  transliterate,
} from '../../protocol/text/index.ts';
import { growingTexts } from '../../protocol/text/naughty.ts';
import { row } from './report.ts';
import type { Row } from './report.ts';

/** What reads or cuts text, on the texts that punish whoever works carelessly: four times the length must not take the square of it. */
const asked = adapt(choice(['Yes', 'No'], { max_choices: 2 }), sms, context).question!;
/** Both lengths are over what goes into so many parts: what is over is looked at in further ways. */
const two = { ...context, maxParts: 2 };
const works: Record<string, (text: string) => unknown> = {
  measure: (text) => [measure(text, 'septets'), measure(text, 'graphemes'), measure(text, 'utf8_bytes')],
  split: (text) => [
    splitText(text, { max: 160, unit: 'septets' }),
    splitText(text, { max: 4096, unit: 'graphemes' }),
  ],
  'short messages': (text) => smsSegments(text),
  transliterate: (text) => transliterate(text),
  markdown: (text) => markdownToPlain(text),
  'adapt a text': (text) => [
    adapt({ kind: 'text', text }, sms, { ...two, transliterate: true }),
    adapt({ kind: 'text', text, format: 'markdown' }, rich, two),
  ],
  'adapt a choice': (text) => [
    adapt(choice(['Yes', 'No'], { text }), sms, two),
    adapt(choice(['Yes', 'No'], { text }), rich, two),
  ],
  'read an answer': (text) => readAnswer({ kind: 'text', text }, asked),
  'read a date': (text) => readDate(text, { language: 'fr' }),
  'read a number': (text) => readDecimal(text, 'fr'),
};

/** Half of what a message may hold, and a quarter of that. */
const large = 32_768;
const small = large / 4;
const rounds = 3;

/** Milliseconds of this thread's own work: other programs of the machine don't count. Told in steps of a few milliseconds. */
const worked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
function timed(run: () => unknown, times: number): number {
  const from = worked();
  for (let i = 0; i < times; i++) run();
  return worked() - from;
}

/** Each measurement takes so long that the steps of the clock don't matter. */
const measuredMs = 16;
/** What takes less than this is no work at all (a text that is too long to be an answer), and its ratio is noise. */
const leastMs = 0.05;
const mostRatio = 6;

const at = (list: readonly number[], share: number): number =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))]!;

/** One line for each work. More than 6 times as long means that something takes more than the length: the run then fails. */
export function* textGrowth(): Generator<Row> {
  for (const [name, work] of Object.entries(works)) {
    const all = Object.entries(growingTexts).map(([of, make]) => growthOf(`${name}, ${of}`, work, make));
    const told = all.filter(({ ours }) => ours >= leastMs);
    const worst = (told.length > 0 ? told : all).toSorted((a, b) => b.ratio - a.ratio)[0]!;
    if (told.length > 0 && worst.ratio > mostRatio) process.exitCode = 1;
    yield worst;
  }
}

function growthOf(name: string, work: (text: string) => unknown, make: (length: number) => string): Row {
  const [once, fourfold] = [make(small), make(large)];
  const times: { once: number[]; fourfold: number[] } = { once: [], fourfold: [] };
  let repeats = 1;
  while (repeats < 512 && timed(() => work(fourfold), repeats) < measuredMs) repeats *= 2;
  for (let round = 0; round < rounds; round++) {
    // four runs of the small one, so that both are measured over about the same time
    times.once.push(timed(() => work(once), 4 * repeats) / (4 * repeats));
    times.fourfold.push(timed(() => work(fourfold), repeats) / repeats);
  }
  return row({
    name: `4 × as long: ${name}`,
    ours: at(times.fourfold, 0.5),
    floor: Math.max(at(times.once, 0.5), 0.001),
    p50_ms: Number(at(times.fourfold, 0.5).toFixed(2)),
    p99_ms: Number(at(times.fourfold, 0.99).toFixed(2)),
    unit: 'ms',
    against: `a quarter of ${large} characters; at most ${mostRatio}`,
  });
}
