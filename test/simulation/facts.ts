import type Database from 'better-sqlite3';
import type { DeliveryState } from '../../protocol/delivery.ts';

/** A way of a chain or any other message that went out, as it stands in the end. */
export interface OutboundFact {
  messageId: string;
  conversationId: string;
  sequence: number;
  accountId: string;
  state: DeliveryState;
  /** Wall clock. */
  createdAt: number;
  expiresAt: number;
  lastAttemptAt: number | null;
}

export interface ChainFact {
  messageId: string;
  ways: string[];
  /** Why it ended. */
  reason: string | null;
  /** Steps taken or passed over. */
  step: number;
  /** What the trace says of each way after the first: the step of the plan that it was. */
  stepsTaken: number[];
  expiresAt: number;
}

/** In the order in which it was committed. */
export type Told =
  | { type: 'moved'; messageId: string; state: DeliveryState; code: string | undefined; atMs: number }
  | { type: 'rerouted'; from: string; to: string };

export interface Facts {
  outbound: Map<string, OutboundFact>;
  chains: ChainFact[];
  told: Told[];
}

interface Envelope {
  type: string;
  data: {
    message_id: string;
    state: DeliveryState;
    failure?: { code: string };
    occurred_at: string;
    from_message_id: string;
    to_message_id: string;
  };
}

/** Reads what judging needs, past the repositories of the gateway: what they hide is seen too. */
export function factsOf(db: Database.Database): Facts {
  const outbound = db
    .prepare(
      `select d.message_id messageId, d.conversation_id conversationId, m.sequence, d.account_id accountId, d.state,
        m.created_at createdAt, d.expires_at expiresAt,
        (select max(started_at) from attempts a where a.message_id = d.message_id) lastAttemptAt
      from deliveries d join messages m on m.id = d.message_id`,
    )
    .all() as OutboundFact[];
  const steps = db
    .prepare(
      `select json_extract(detail, '$.step') from trace where message_id = ? and step = 'rerouted' order by id`,
    )
    .pluck();
  const chains = db
    .prepare('select message_id messageId, ways, reason, step, expires_at expiresAt from fallback_chains')
    .all() as (Omit<ChainFact, 'ways' | 'stepsTaken'> & { ways: string })[];
  const envelopes = db
    .prepare(
      `select envelope from events where type in ('delivery.updated', 'message.rerouted') order by seq`,
    )
    .pluck()
    .all() as string[];
  return {
    outbound: new Map(outbound.map((one) => [one.messageId, one])),
    chains: chains.map((chain) => ({
      ...chain,
      ways: JSON.parse(chain.ways) as string[],
      stepsTaken: steps.all(chain.messageId) as number[],
    })),
    told: envelopes.map((envelope) => toldOf(JSON.parse(envelope) as Envelope)),
  };
}

function toldOf({ type, data }: Envelope): Told {
  if (type === 'message.rerouted')
    return { type: 'rerouted', from: data.from_message_id, to: data.to_message_id };
  const { message_id: messageId, state, failure, occurred_at: at } = data;
  return { type: 'moved', messageId, state, code: failure?.code, atMs: Date.parse(at) };
}
