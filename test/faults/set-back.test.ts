import { afterEach, expect, test } from 'vitest';
import { until } from '../gateway/ports.ts';
import { chanceOf } from './chance.ts';
import { signalled } from './signalled.ts';
import { World } from './world.ts';

const tenMinutesMs = 600_000;
const people = 6;

let world: World | undefined;
afterEach(() => world?.close());

/** A gateway of two processes, and what the platform showed. */
async function begin(): Promise<{ world: World; shown: () => number }> {
  let shown = 0;
  const record: World['record'] = ({ step }) => void (shown += step === 'out shown' ? 1 : 0);
  world = await World.start({
    chance: chanceOf(1),
    nats: 'own',
    processes: 2,
    merchants: 1,
    accountsEach: 1,
    conversations: people,
    record,
  });
  return { world, shown: () => shown };
}

const send = async (of: World, person: number): Promise<void> => {
  const { client, apiUrl, keys, accountIds } = of;
  const body = JSON.stringify({
    to: `messenger:${of.people[person]!.psid}`,
    from: accountIds[0],
    content: { kind: 'text', text: `out ${person} 0` },
  });
  const answer = await client.post(`${apiUrl}/v1/messages`, body, { authorization: `Bearer ${keys[0]}` });
  expect(answer.status).toBe(202);
};

/** Accepted, and not sent: what sends is paused. */
async function waiting(of: World): Promise<number> {
  const pid = await of.pidOf('work');
  signalled(pid, 'SIGSTOP');
  for (let person = 0; person < people; person++) await send(of, person);
  return pid;
}

test('a clock set back by ten minutes holds up nothing that was accepted before', async () => {
  const { world: of, shown } = await begin();
  const pid = await waiting(of);
  of.moveClock(-tenMinutesMs);
  signalled(pid, 'SIGCONT');
  await until('all of them to be shown', () => shown() === people, 60_000);
}, 120_000);

test('nor does one that is set back while the gateway is away', async () => {
  const { world: of, shown } = await begin();
  const pid = await waiting(of);
  await of.gateway.end('SIGKILL');
  signalled(pid, 'SIGKILL');
  of.moveClock(-tenMinutesMs);
  expect(shown()).toBe(0);
  await of.gateway.start();
  await until('all of them to be shown', () => shown() === people, 60_000);
}, 120_000);
