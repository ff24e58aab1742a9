import { randomOf } from './chance.ts';
import type { Entry, State } from './history.ts';
import { digestOf } from './id-table.ts';
import type { World } from './world.ts';

const askedAtMost = 2000;
const explainedAtMost = 20;

/** Asks the gateway itself, message by message, and some of them for their trace; gives how many could not explain themselves. */
export async function ask(
  seed: number,
  world: World,
  record: (entry: Omit<Entry, 'atMs'>) => void,
): Promise<number> {
  const random = randomOf(seed ^ 0x51ed270b);
  let unexplained = 0;
  let asked = 0;
  for (const [merchant, key] of world.keys.entries()) {
    const headers = { authorization: `Bearer ${key}` };
    const get = async (path: string) =>
      JSON.parse((await world.client.get(`${world.gateway.url}${path}`, headers)).body) as Record<
        string,
        unknown
      >;
    for (const person of world.people.filter((one) => one.merchant === merchant)) {
      const id = await messageIdOf(world, person.conversation, key);
      if (id === undefined || asked >= askedAtMost) continue;
      const { conversation_id: conversationId } = await get(`/v1/messages/${id}`);
      for (let cursor = ''; asked < askedAtMost;) {
        const page = await get(`/v1/conversations/${String(conversationId)}/messages?limit=100${cursor}`);
        for (const message of page['data'] as {
          id: string;
          direction: string;
          state?: State;
          failure?: { code?: string };
        }[]) {
          if (message.direction !== 'outbound' || message.state === undefined) continue;
          asked++;
          const to = message.state;
          record({
            step: 'out asked',
            conversation: 0,
            number: 0,
            value: 0,
            id: digestOf(message.id),
            to,
            reason: message.failure?.code !== undefined,
          });
          if (random() < 0.02 && unexplained < explainedAtMost) {
            const { entries } = await get(`/v1/messages/${message.id}/trace`);
            if (!isExplained(entries as TraceEntry[], to)) unexplained++;
          }
        }
        if (page['has_more'] !== true) break;
        cursor = `&cursor=${encodeURIComponent(String(page['next']))}`;
      }
    }
  }
  return unexplained;
}

interface TraceEntry {
  step: string;
  detail: { considered?: unknown[] };
}

/** A trace says which account was considered, and tells of every attempt. */
const isExplained = (entries: TraceEntry[], state: State): boolean =>
  (entries.find(({ step }) => step === 'routed')?.detail.considered?.length ?? 0) > 0 &&
  (state === 'cancelled' ||
    state === 'suppressed' ||
    state === 'expired' ||
    entries.some(({ step }) => step === 'attempt'));

/** The first message of a conversation, by its key: asking for it again is what idempotency is for. */
async function messageIdOf(world: World, conversation: number, key: string): Promise<string | undefined> {
  const person = world.people[conversation]!;
  const text = `out ${conversation} 0`;
  const body = {
    to: `messenger:${person.psid}`,
    from: world.accountIds[person.account],
    content: { kind: 'text', text },
  };
  const headers = { authorization: `Bearer ${key}`, 'idempotency-key': text };
  const post = () => world.client.post(`${world.gateway.url}/v1/messages`, JSON.stringify(body), headers);
  const answer = await post().catch(post);
  return answer.status === 202 ? (JSON.parse(answer.body) as { id: string }).id : undefined;
}
