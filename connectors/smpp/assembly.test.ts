import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAssembly } from './assembly.ts';
import type { Piece } from './inbound.ts';

let accepted: (string | undefined)[][];
let taken: boolean;
let answers: Record<string, boolean[]>;
beforeEach(() => {
  vi.useFakeTimers();
  [accepted, taken, answers] = [[], true, {}];
});
afterEach(() => void vi.useRealTimers());

const create = () =>
  createAssembly({
    holdMs: 5000,
    incompleteMs: () => 60_000,
    accept: (pieces) => {
      accepted.push(pieces.map((piece) => piece?.hash));
      return Promise.resolve({ taken, answered: () => {} });
    },
  });

const piece = (
  hash: string,
  number: number,
  total = 2,
  series = 's',
): Piece & { place: NonNullable<Piece['place']> } => ({
  type: 'piece',
  address: 'tel:+33639980001',
  octets: Buffer.from(hash),
  dataCoding: 0,
  hash,
  place: { series, total, number },
});
const add = (assembly: ReturnType<typeof create>, of: ReturnType<typeof piece>) =>
  assembly.add(of, (said) => (answers[of.hash] ??= []).push(said));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('assembly', () => {
  it('answers when the whole is safe', async () => {
    const assembly = create();
    add(assembly, piece('b', 2));
    await pass(4999);
    expect(answers).toEqual({});
    add(assembly, piece('a', 1));
    await pass(0);
    expect(accepted).toEqual([['a', 'b']]);
    expect(answers).toEqual({ a: [true], b: [true] });
  });

  it('refuses all pieces for the moment where the whole could not be written', async () => {
    const assembly = create();
    taken = false;
    add(assembly, piece('a', 1));
    add(assembly, piece('b', 2));
    await pass(0);
    expect(answers).toEqual({ a: [false], b: [false] });
  });

  it('refuses a piece that waits too long, keeps it, and acknowledges its repeat once the whole is safe', async () => {
    const assembly = create();
    add(assembly, piece('a', 1));
    await pass(5000);
    expect(answers).toEqual({ a: [false] });
    add(assembly, piece('b', 2));
    await pass(0);
    expect(accepted).toEqual([['a', 'b']]);
    add(assembly, piece('a', 1));
    await pass(60_000);
    expect(answers).toEqual({ a: [false, true], b: [true] });
    expect(accepted).toHaveLength(1);
  });

  it('a piece that comes twice is one', async () => {
    const assembly = create();
    add(assembly, piece('a', 1));
    add(assembly, piece('a', 1));
    add(assembly, piece('b', 2));
    await pass(0);
    expect(answers).toEqual({ a: [true, true], b: [true] });
    expect(accepted).toHaveLength(1);
  });

  it('passes on what came when the time is over', async () => {
    const assembly = create();
    add(assembly, piece('b', 2, 3));
    await pass(60_000);
    expect(accepted).toEqual([[undefined, 'b', undefined]]);
  });

  it('passes on the old when its reference is used anew', async () => {
    const assembly = create();
    add(assembly, piece('old', 1));
    add(assembly, piece('new', 1));
    add(assembly, piece('end', 2));
    await pass(0);
    expect(accepted).toEqual([
      ['old', undefined],
      ['new', 'end'],
    ]);
  });

  it('takes no more than it can hold, and forgets when it is cleared', async () => {
    const assembly = create();
    for (let i = 0; i <= 1000; i++) add(assembly, piece(`p${i}`, 1, 2, `s${i}`));
    expect(answers).toEqual({ p1000: [false] });
    assembly.clear();
    await pass(60_000);
    expect(accepted).toEqual([]);
    expect(answers['p0']).toEqual([false]);
  });
});
