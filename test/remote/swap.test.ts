import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { Ran, addressFor } from './command.ts';
import { secret, startPostOffice } from './post-office.ts';
import type { PostOffice } from './post-office.ts';

/** The example in plain JavaScript (`examples/pigeon`), as processes that come, go and die while messages flow. */

const program = fileURLToPath(new URL('examples/pigeon/index.js', import.meta.url));

let gateway: TestGateway;
let merchant: TestMerchant;
let office: PostOffice;
let account: { id: string; hookUrl: string };
const running: Ran[] = [];

async function instance(): Promise<Ran> {
  const ran = new Ran([program], { NATS_URL: await addressFor(gateway, 'pigeon') });
  running.push(ran);
  return ran.says('serving');
}

beforeEach(async () => {
  office = await startPostOffice(() => 10 + Math.random() * 40);
  gateway = await TestGateway.start({ PASSERELLE_REMOTE_CONNECTORS: 'pigeon' });
  merchant = await gateway.merchant('Loft');
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.end('SIGKILL')));
  await merchant.receiver.close();
  await gateway.stop();
  await office.close();
});

const setUp = async () =>
  (account = await merchant.account('pigeon', { post_office: office.url }, { secret }));

/** The machine may be busy: what takes long is no failure here. */
const patienceMs = 60_000;
const timeout = 180_000;

const people = Array.from({ length: 8 }, (_, n) => `bird${n}`);

/** Both ways for everyone, until stopped; gives what was accepted. */
function traffic() {
  const stopping = new AbortController();
  const out = new Map<string, string>();
  const came: string[] = [];
  const one = async (person: string) => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const text = `out ${person} ${n}`;
      out.set(text, await merchant.send(`pigeon:${person}`, { kind: 'text', text }));
      const said = `in ${person} ${n}`;
      await office.tells(account.hookUrl, {
        event: 'letter',
        id: said.replaceAll(' ', '-'),
        from: person,
        text: said,
      });
      came.push(said);
      await pause(10 + Math.random() * 30);
    }
  };
  const all = Promise.all(people.map(one));
  all.catch(() => stopping.abort());
  return {
    out,
    came,
    /** Waits until so many more went out. */
    more: (count: number) => {
      const enough = out.size + count;
      return until(`${count} more`, () => stopping.signal.aborted || out.size >= enough, patienceMs);
    },
    stop: async () => {
      stopping.abort();
      await all;
    },
  };
}

const states = async (out: ReadonlyMap<string, string>) => {
  const found = new Map<string, string>();
  for (const [text, id] of out) {
    const { body } = await merchant.call('GET', `/v1/messages/${id}`);
    found.set(text, String(body['state']));
  }
  return found;
};

const receivedTexts = () =>
  merchant.receiver.events
    .filter((event) => event.type === 'message.received')
    .map(({ data }) => (data as { content: { text?: string } }).content.text);

test(
  'one instance takes over from another, again and again, and no message is lost or doubled',
  { timeout },
  async () => {
    let current = await instance();
    await setUp();
    const flow = traffic();
    for (let swaps = 0; swaps < 4; swaps++) {
      await flow.more(15);
      const next = await instance();
      await flow.more(5);
      expect(await current.end('SIGTERM')).toBe(0);
      current = next;
    }
    await flow.more(15);
    await flow.stop();
    await until(
      'all to be sent',
      async () => [...(await states(flow.out)).values()].every((one) => one === 'sent'),
      patienceMs,
    );
    expect(flow.out.size).toBeGreaterThan(50);
    expect(office.letters.map(({ text }) => text).toSorted()).toEqual([...flow.out.keys()].toSorted());
    await until('all events', () => receivedTexts().length >= flow.came.length, patienceMs);
    expect(receivedTexts().toSorted()).toEqual(flow.came.toSorted());
    for (const person of people) {
      const own = office.letters
        .filter(({ to }) => to === person)
        .map(({ text }) => Number(text.split(' ').at(-1)));
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  },
);

test('what it is asked of people, it asks the post office', { timeout }, async () => {
  const first = await instance();
  await setUp();
  office.people.set('ada', 'Ada').set('nobody', undefined);
  await office.tells(account.hookUrl, { event: 'letter', id: 'l1', from: 'ada', text: 'coo' });
  const { data } = await merchant.receiver.event('message.received');
  await until('the name', async () => {
    const { body } = await merchant.call('GET', `/v1/consumers/${data.consumer_id}`);
    return body['name'] === 'Ada';
  });
  // the second account of the same post office is tried, for the first one cannot reach them
  await merchant.account('pigeon', { post_office: office.url }, { secret });
  const refused = await merchant.call('POST', '/v1/messages', {
    to: 'pigeon:nobody',
    content: { kind: 'text', text: 'anybody?' },
  });
  expect(
    JSON.stringify((await merchant.call('GET', `/v1/messages/${String(refused.body['id'])}/trace`)).body),
  ).toContain('"refused":"unreachable"');
  await first.end('SIGTERM');
});

test(
  'invariant 6: one killed in the middle of sends leaves those uncertain, and no other',
  { timeout },
  async () => {
    const [first, second] = [await instance(), await instance()];
    await setUp();
    office.held = 'held';
    const heldId = await merchant.send('pigeon:held', { kind: 'text', text: 'held' });
    const letter = await until('the held letter', () => office.letters.find(({ text }) => text === 'held'));
    const [dying, living] = letter.process === first.child.pid ? [first, second] : [second, first];
    const flow = traffic();
    await flow.more(25);
    await dying.end('SIGKILL');
    await flow.more(25);
    await flow.stop();
    expect(living.ended).toBe(false);
    expect(await merchant.state(heldId, 'uncertain')).toBe('uncertain');
    const settled = await until(
      'all to be settled',
      async () => {
        const found = await states(flow.out);
        return [...found.values()].every((one) => one === 'sent' || one === 'uncertain') && found;
      },
      patienceMs,
    );
    // each was brought at most once, and what is uncertain was in the hands of the one that died
    expect(new Set(office.letters.map(({ key }) => key)).size).toBe(office.letters.length);
    const broughtBy = new Map(office.letters.map(({ text, process }) => [text, process]));
    for (const [text, state] of settled) {
      if (state === 'sent') expect(broughtBy.has(text)).toBe(true);
      else expect([dying.child.pid, undefined]).toContain(broughtBy.get(text));
    }
    const uncertain = [...settled.values()].filter((one) => one === 'uncertain').length;
    expect(uncertain).toBeLessThanOrEqual(people.length);
    expect(settled.size).toBeGreaterThan(49);
    await until('all events', () => receivedTexts().length >= flow.came.length, patienceMs);
    expect(receivedTexts().toSorted()).toEqual(flow.came.toSorted());
  },
);

test(
  'the last one killed: messages wait and platforms repeat, and all flows when one is there again',
  { timeout },
  async () => {
    const first = await instance();
    await setUp();
    await first.end('SIGKILL');
    const id = await merchant.send('pigeon:ada', { kind: 'text', text: 'are you there' });
    const told = office.tells(account.hookUrl, {
      event: 'letter',
      id: 'l1',
      from: 'ada',
      text: 'is anybody there',
    });
    await until('a try', async () => {
      const { body } = await merchant.call('GET', `/v1/messages/${id}/trace`);
      return JSON.stringify(body).includes('connector_away');
    });
    expect(await merchant.state(id, 'queued')).toBe('queued');
    await instance();
    await told;
    await merchant.state(id, 'sent');
    expect(office.letters.map(({ text }) => text)).toEqual(['are you there']);
    await until('what it said to the post office', async () => {
      const { body } = await merchant.call('GET', `/v1/messages/${id}/trace`);
      return /"exchange".*\/letters","status":201/.test(JSON.stringify(body));
    });
    await merchant.receiver.event('message.received');
  },
);

test(
  'the gateway restarted under traffic: the instance finds it again, and nothing is lost',
  { timeout },
  async () => {
    await instance();
    await setUp();
    const ids = await Promise.all(
      people.map((person) => merchant.send(`pigeon:${person}`, { kind: 'text', text: `one ${person}` })),
    );
    await gateway.end('SIGTERM');
    await gateway.start();
    const more = await merchant.send('pigeon:ada', { kind: 'text', text: 'two' });
    for (const id of [...ids, more]) await merchant.state(id, 'sent');
    expect(new Set(office.letters.map(({ key }) => key)).size).toBe(people.length + 1);
  },
);
