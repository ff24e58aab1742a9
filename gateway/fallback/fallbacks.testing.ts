import type {
  Connector,
  RevokeOutcome,
  RevokeRequest,
  SendOutcome,
} from '../../connectors/contract/index.ts';
import { makeId } from '../../protocol/ids.ts';
import { answered, fakeHttp, probeConnector } from '../../test/gateway/engine.ts';
import { addressRow } from '../../test/gateway/rows.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { beginWith, dispatcher, engine, platform, requests } from '../dispatch/dispatcher.testing.ts';
import { createSend } from '../messages/send.ts';
import type { SendInput } from '../messages/send.ts';
import { traceOf } from '../messages/trace.ts';
import type { Store } from '../store/port.ts';
import { Fallbacks } from './fallbacks.ts';

export const ada = makeId('consumer', { nowMs: 1, random: new Uint8Array(10) });

/** Two channels, of which the first can take back; and Ada, who is known on both and was on the first last. */
export interface Two {
  probe: LiveAccount;
  pigeon: LiveAccount;
}
export let revoked: RevokeRequest[];
let revoke: () => Promise<RevokeOutcome>;
/** How the first platform answers when something is to be taken back. */
export const revoking = (answer: () => Promise<RevokeOutcome>): void => void (revoke = answer);

export async function beginWithTwo(): Promise<Two> {
  revoked = [];
  revoke = async () => 'too_late';
  const probe: Connector = {
    ...probeConnector(),
    revoke: (request) => {
      revoked.push(request);
      return revoke();
    },
  };
  const pigeon = probeConnector({ name: 'pigeon', channel: 'pigeon', schemes: ['pigeon', 'tel'] });
  await beginWith([probe, { ...pigeon, address: { normalise: (address) => address } }]);
  const two = { probe: await engine.account(), pigeon: await engine.account({ connector: 'pigeon' }) };
  await engine.store.write(async (tx) => {
    await tx.directory.insertConsumer({
      id: ada,
      merchantId: 'mer_1',
      name: null,
      language: null,
      createdAt: 1,
      mergedInto: null,
    });
    const of = { consumerId: ada };
    await tx.directory.insertAddress(
      addressRow('probe:ada', { ...of, accountId: two.probe.row.id, lastInboundAt: 20 }),
    );
    await tx.directory.insertAddress(
      addressRow('pigeon:ada', { ...of, accountId: two.pigeon.row.id, channel: 'pigeon', lastInboundAt: 10 }),
    );
  });
  return two;
}

/** Takes them up as a process would; several may be made on one ledger, as after a crash. */
export function makeFallbacks(store: Store = engine.store): Fallbacks {
  const { clock, log } = engine;
  const http = fakeHttp(() => answered(404));
  const signal = new AbortController().signal;
  return new Fallbacks({
    ...engine,
    store,
    now: clock.now,
    context: { http, log, now: clock.now, random: clock.random, signal },
    onQueued: ({ conversationId }) => dispatcher.wake(conversationId),
  });
}

export async function send(more: Partial<SendInput> = {}, wakes = true): Promise<string> {
  const accept = createSend({
    ...engine,
    onQueued: ({ conversationId }) => wakes && dispatcher.wake(conversationId),
  });
  const content = { kind: 'text', text: 'Hello' } as const;
  const { body } = await accept({ merchantId: 'mer_1', test: false, input: { to: ada, content, ...more } });
  return (JSON.parse(body) as { id: string }).id;
}

/** Every platform answers as its channel says here; `sent` where nothing is said. */
export const platforms = (answers: { probe?: SendOutcome; pigeon?: SendOutcome }): void =>
  platform(
    async (live, request) =>
      answers[live.row.connector as 'probe' | 'pigeon'] ?? {
        type: 'sent',
        providerIds: [`p-${request.idempotencyKey}`],
      },
  );

export const chain = async (id: string) => (await engine.store.read.fallbacks.byMessage(id))!;
export const sentTo = () => requests.map(({ address }) => address);
export const trace = (id: string) => traceOf(engine.store.read, id);
export const reroutes = () =>
  engine.emitted
    .map(({ envelope }) => JSON.parse(envelope) as { type: string; data: Record<string, unknown> })
    .filter(({ type }) => type === 'message.rerouted')
    .map(({ data }) => data);
