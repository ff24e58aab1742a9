import type { LiveClient, LiveHandler, RunningServer } from '../contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { addressOf } from './address.ts';
import { mayPlay } from './access.ts';
import type { SandboxAccount, SandboxHost } from './access.ts';
import { itemsOfFrame, readFrame } from './inbound.ts';
import type { Config, Credentials } from './manifest.ts';
import { play } from './outbound.ts';
import type { Played } from './outbound.ts';
import { createRooms } from './rooms.ts';
import type { Rooms } from './rooms.ts';
import { threadOf } from './thread.ts';
import type { Frame } from './wire.ts';

/** Frames of one page that may wait for the ledger; a page that writes faster is cut off. */
const maxWaiting = 100;

/** Attempts are counted for this many parts; the oldest are forgotten. */
const maxCounted = 1000;

/** The platform behind the phone: keeps the pages that are open, takes what they write, shows what is sent. */
export function startPhones(
  host: SandboxHost,
  rooms: Rooms = createRooms(),
): RunningServer<Config, Credentials> {
  const attempts = new Map<string, number>();
  const later = laterReceipts(host);
  return {
    listening: [],
    connect: (client, account) => connect({ host, rooms, client, account }),
    send: (request, account, context) => {
      if (!account.test)
        return Promise.resolve({
          type: 'rejected',
          failure: failure('account_suspended', 'sandbox_needs_a_test_account'),
        });
      const attempt = (attempts.get(request.idempotencyKey) ?? 0) + 1;
      attempts.set(request.idempotencyKey, attempt);
      if (attempts.size > maxCounted) attempts.delete(attempts.keys().next().value!);
      const played = play(request, attempt, context.now());
      if (played.tell) rooms.tell(account.id, played.tell);
      if (played.after) later.add(account, request.idempotencyKey, played.after);
      return Promise.resolve(played.outcome);
    },
    stop: async () => {
      rooms.closeAll();
      await later.flush();
    },
  };
}

interface Connection {
  host: SandboxHost;
  rooms: Rooms;
  client: LiveClient;
  account: SandboxAccount;
}

/** One open page. Its frames are taken one after the other, so that what a consumer writes stays in order. */
function connect({ host, rooms, client, account }: Connection): LiveHandler {
  if (!mayPlay(account, client.query)) {
    client.close(4401, 'this link does not open the phone');
    return { message: () => undefined, closed: () => undefined };
  }
  const leave = rooms.join(account.id, client);
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  return {
    message(text) {
      const read = readFrame(text);
      if (!read.ok) return client.send(JSON.stringify({ type: 'refused', detail: read.detail }));
      if (++waiting > maxWaiting) return client.close(1013, 'slower, please');
      last = last.then(() => take({ host, rooms, client, account }, read.frame)).finally(() => waiting--);
    },
    closed: leave,
  };
}

async function take({ host, rooms, client, account }: Connection, frame: Frame): Promise<void> {
  try {
    if (frame.type === 'open') {
      const listed = await threadOf(host, account, addressOf(frame.as), rooms.recent(account.id, frame.as));
      const entries = listed.map((entry) => ({
        ...entry,
        payment: rooms.payment(account.id, entry.provider_id ?? `${entry.message_id}.0`),
      }));
      return client.send(JSON.stringify({ type: 'thread', as: frame.as, entries }));
    }
    const items = itemsOfFrame(frame, host.now());
    const [accepted] = await host.accept(account, items);
    if (frame.type === 'typing' || frame.type === 'seen') return;
    client.send(JSON.stringify({ type: 'accepted', id: frame.id, message_id: accepted?.messageId }));
    rooms.tellItems(account.id, items, { messageId: accepted?.messageId, nowMs: host.now() });
  } catch {
    host.log.warn('sandbox.frame_not_taken', { account_id: account.id, frame: frame.type });
    const id = 'id' in frame ? frame.id : undefined;
    client.send(
      JSON.stringify({ type: 'refused', id, detail: 'The gateway could not take this; try again.' }),
    );
  }
}

/** Receipts that come by themselves. A stop brings them at once rather than losing them. */
function laterReceipts(host: SandboxHost) {
  const waiting = new Map<NodeJS.Timeout, () => Promise<void>>();
  return {
    add(account: SandboxAccount, providerId: string, { state, afterMs, code }: NonNullable<Played['after']>) {
      const give = async () => {
        waiting.delete(timer);
        await host
          .accept(account, [
            {
              type: 'receipt',
              providerIds: [providerId],
              state,
              ...(code ? { failure: failure(code, `sandbox_${code}`) } : {}),
            },
          ])
          .catch(() => host.log.warn('sandbox.receipt_not_taken', { account_id: account.id, state }));
      };
      const timer = setTimeout(() => void give(), afterMs);
      waiting.set(timer, give);
    },
    async flush() {
      const due = [...waiting];
      for (const [timer] of due) clearTimeout(timer);
      await Promise.all(due.map(([, give]) => give()));
    },
  };
}
