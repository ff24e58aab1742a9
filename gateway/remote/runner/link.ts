import { setTimeout as wait } from 'node:timers/promises';
import type {
  Accepted,
  Account,
  Connector,
  InboundItem,
  ThreadEntry,
} from '../../../connectors/contract/index.ts';
import {
  acceptReplySchema,
  accountsReplySchema,
  registerReplySchema,
  renewReplySchema,
  threadReplySchema,
} from '../../../protocol/connector-wire/index.ts';
import type { WireAccount, WireExchange } from '../../../protocol/connector-wire/index.ts';
import { connectorSubject } from '../../../protocol/subjects.ts';
import type { z } from 'zod';
import type { Calls } from '../../bus/port.ts';
import { readWire, writeWire } from '../codec.ts';
import { itemToWire } from '../items.ts';
import { entryFromWire } from '../thread.ts';

const acceptTimeoutMs = 15_000;
const askTimeoutMs = 5000;
/** What is not kept is lost with this process: it is worth more than one try. */
const renewTries = 5;
const renewPauseMs = 500;

export type Registered = z.infer<typeof registerReplySchema>;

/** What a connector's process asks of the gateway. */
export interface Link {
  /** undefined: no gateway answers now. */
  register(instance: string, manifest: unknown): Promise<Registered | undefined>;
  leave(instance: string): void;
  /** For the log; nobody waits, and it may be lost. */
  exchanges(told: readonly WireExchange[]): void;
  /** All accounts, or the one; undefined: no gateway answers now. */
  accounts(id?: string): Promise<WireAccount[] | undefined>;
  /** Resolves after the gateway's durable commit; rejects if it is not known to have happened. */
  accept(account: Account, items: InboundItem[]): Promise<Accepted[]>;
  /** Resolves when the gateway has sealed them with the account; rejects if that is not known to have happened. */
  renew(
    accountId: string,
    spent: Readonly<Record<string, string>>,
    credentials: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Oldest first, at most `limit`; rejects if no gateway answers. */
  thread(account: Account, address: string, after: number, limit: number): Promise<ThreadEntry[]>;
}

export function linkTo(calls: Calls, name: string): Link {
  const ask = async <T>(
    operation: string,
    request: unknown,
    schema: z.ZodType<T>,
    timeoutMs = askTimeoutMs,
  ) => {
    const payload = writeWire(request);
    if (payload === undefined) throw new Error(`too large for the wire: ${operation}`);
    const answer = await calls.request(connectorSubject(name, operation), payload, { timeoutMs });
    if (answer.type !== 'reply') return undefined;
    const reply = readWire(answer.payload, schema);
    return reply.ok ? reply.value : undefined;
  };
  return {
    register: (instance, manifest) =>
      ask('register', { protocol: 1, instance, manifest }, registerReplySchema),
    leave: (instance) => calls.tell(connectorSubject(name, 'leave'), JSON.stringify({ instance })),
    exchanges: (told) => calls.tell(connectorSubject(name, 'exchanges'), JSON.stringify({ exchanges: told })),
    accounts: async (id) => {
      const all: WireAccount[] = [];
      let after: string | undefined;
      do {
        const page = await ask(
          'accounts',
          { ...(id === undefined ? {} : { id }), ...(after === undefined ? {} : { after }) },
          accountsReplySchema,
        );
        if (!page) return undefined;
        all.push(...page.accounts);
        after = page.next;
      } while (after !== undefined);
      return all;
    },
    thread: async (account, address, after, limit) => {
      const entries: ThreadEntry[] = [];
      for (;;) {
        const request = {
          account_id: account.id,
          address,
          after: entries.at(-1)?.sequence ?? Math.max(0, after),
          limit: Math.min(limit - entries.length, 200),
        };
        const page = await ask('thread', request, threadReplySchema);
        if (!page) throw new Error('the gateway is away');
        entries.push(...page.entries.map(entryFromWire));
        if (!page.more || page.entries.length === 0 || entries.length >= limit) return entries;
      }
    },
    renew: async (accountId, spent, credentials) => {
      const request = { account_id: accountId, spent, credentials };
      for (let tries = 1; ; tries++) {
        const reply = await ask('renew', request, renewReplySchema);
        if (reply?.ok) return;
        const code = reply?.code ?? 'away';
        const passes = code === 'away' || code === 'overloaded' || code === 'internal';
        if (!passes || tries === renewTries) throw new Error(`the gateway did not keep them: ${code}`);
        await wait(renewPauseMs);
      }
    },
    accept: async (account, items) => {
      const request = { account_id: account.id, items: items.map(itemToWire) };
      const reply = await ask('accept', request, acceptReplySchema, acceptTimeoutMs);
      if (!reply) throw new Error('the gateway is away');
      if (!reply.ok) throw new Error(`the gateway did not take it in: ${reply.code}`);
      return reply.accepted.map(({ duplicate, message_id: messageId }) => ({
        duplicate,
        ...(messageId === undefined ? {} : { messageId }),
      }));
    },
  };
}

/** An account as the connector's own schemas have it; undefined where they refuse it. */
export function accountFromWire(connector: Connector, wire: WireAccount): Account | undefined {
  const config = connector.manifest.config.safeParse(wire.config);
  const credentials = connector.manifest.credentials.safeParse(wire.credentials);
  if (!config.success || !credentials.success) return undefined;
  return {
    id: wire.id,
    merchantId: wire.merchant_id,
    test: wire.test,
    config: config.data,
    credentials: credentials.data,
    hookUrl: wire.hook_url,
  };
}
