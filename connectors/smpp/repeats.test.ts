import { beforeEach, describe, expect, it } from 'vitest';
import type { ThreadEntry } from '../contract/index.ts';
import { createRepeats } from './repeats.ts';

/** A connection on which it can be said what was written and what was proved to be read. */
interface FakeLink {
  mark: number;
  proven: number;
  isProven(mark: number): boolean;
}
const fakeLink = (): FakeLink => {
  const link: FakeLink = { mark: 0, proven: 0, isProven: (mark) => link.proven > mark };
  return link;
};

let nowMs: number;
let ledger: ThreadEntry[];
beforeEach(() => {
  nowMs = 1_000_000;
  ledger = [];
});

const create = () => createRepeats({ now: () => nowMs, repeatMs: 600_000, lateMs: 5000 });
const address = 'tel:+33639980001';
const thread = () => Promise.resolve(ledger);
const entry = (providerId: string, atMs: number): ThreadEntry => ({
  messageId: 'msg_1',
  sequence: 1,
  direction: 'inbound',
  content: { kind: 'text', text: 'x' },
  providerId,
  atMs,
});

/** One arrival, answered at once unless said otherwise. */
async function arrives(
  repeats: ReturnType<typeof create>,
  link: FakeLink,
  { answered = true, afterMs = 0 } = {},
) {
  const arrived = await repeats.idOf('hash', repeats.arrival(link), { address, thread });
  nowMs += afterMs;
  link.mark++;
  if (answered) arrived.answered();
  return arrived.providerId;
}

describe('repeats', () => {
  it('the same words after the answer are a new message, also in the same millisecond', async () => {
    const [repeats, link] = [create(), fakeLink()];
    expect(await arrives(repeats, link)).not.toBe(await arrives(repeats, link));
  });

  it('the same words without an answer are a repeat', async () => {
    const [repeats, link] = [create(), fakeLink()];
    expect(await arrives(repeats, link, { answered: false })).toBe(await arrives(repeats, link));
  });

  it('what arrived before the answer is a repeat, though its turn comes after it', async () => {
    const [repeats, link] = [create(), fakeLink()];
    const [one, two] = [repeats.arrival(link), repeats.arrival(link)];
    const first = await repeats.idOf('hash', one, { address, thread });
    first.answered();
    expect((await repeats.idOf('hash', two, { address, thread })).providerId).toBe(first.providerId);
  });

  it('an answer that came late may have been given up on', async () => {
    const [repeats, link] = [create(), fakeLink()];
    expect(await arrives(repeats, link, { afterMs: 5001 })).toBe(await arrives(repeats, link));
  });

  it('after a reconnection it is a repeat, unless the SMSC proved that it read the answer', async () => {
    for (const proven of [false, true]) {
      const [repeats, link] = [create(), fakeLink()];
      const first = await arrives(repeats, link);
      if (proven) link.proven = link.mark + 1;
      expect((await arrives(repeats, fakeLink())) === first).toBe(!proven);
    }
  });

  it('after a restart it is a repeat of what the ledger got shortly before, once each', async () => {
    ledger = [entry('hash.a', nowMs - 1000), entry('hash.b', nowMs - 500), entry('other.c', nowMs - 500)];
    const [repeats, link] = [create(), fakeLink()];
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(await arrives(repeats, link));
    expect(ids.slice(0, 2)).toEqual(['hash.a', 'hash.b']);
    expect(['hash.a', 'hash.b', 'other.c']).not.toContain(ids[2]);
  });

  it('what the ledger got long before the restart, or the restart long ago, is no matter', async () => {
    ledger = [entry('hash.a', nowMs - 600_001)];
    expect(await arrives(create(), fakeLink())).not.toBe('hash.a');
    ledger = [entry('hash.a', nowMs - 1000)];
    const repeats = create();
    nowMs += 600_001;
    expect(await arrives(repeats, fakeLink())).not.toBe('hash.a');
  });

  it('a ledger that cannot be read is asked again', async () => {
    const [repeats, link] = [create(), fakeLink()];
    const broken = () => Promise.reject(new Error('locked'));
    await expect(repeats.idOf('hash', repeats.arrival(link), { address, thread: broken })).rejects.toThrow(
      'locked',
    );
    ledger = [entry('hash.a', nowMs - 1000)];
    expect(await arrives(repeats, link)).toBe('hash.a');
  });
});
