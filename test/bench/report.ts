/** One measurement: ours beside what it is compared with in the same run. */
export interface Row {
  name: string;
  /** Figure of the gateway; the unit is in `unit`. */
  ours: number;
  /** Figure of what it is compared with. */
  floor: number;
  /** `ours` ÷ `floor`. */
  ratio: number;
  p50_ms: number;
  p99_ms: number;
  /** What `ours` and `floor` count. */
  unit: string;
  /** What the floor is, and what the ratio should be. */
  against: string;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** A row whose figures are rounded to what can be told apart on a noisy machine. */
export const row = (of: Omit<Row, 'ratio'>): Row => ({
  ...of,
  ours: rounded(of.ours, of.ours < 100 ? 2 : 0),
  floor: rounded(of.floor, of.floor < 100 ? 2 : 0),
  ratio: rounded(of.ours / of.floor, 2),
  p50_ms: rounded(of.p50_ms, 1),
  p99_ms: rounded(of.p99_ms, 1),
});

export function say(one: Row): void {
  if (process.argv.includes('--json')) return console.log(JSON.stringify(one));
  const latency = one.p50_ms || one.p99_ms ? `  p50 ${one.p50_ms} ms, p99 ${one.p99_ms} ms` : '';
  console.log(
    `${one.name.padEnd(34)}${String(one.ours).padStart(9)} ${one.unit.padEnd(14)}${String(one.ratio).padStart(6)} × ${one.floor} (${one.against})${latency}`,
  );
}

/** The middle one by a measure. */
export const middle = <T>(all: T[], by: (one: T) => number): T =>
  all.toSorted((a, b) => by(a) - by(b))[Math.floor(all.length / 2)]!;
