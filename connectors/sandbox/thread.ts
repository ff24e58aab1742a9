import { adapt } from '../../protocol/adapt/index.ts';
import type { ThreadEntry } from '../contract/index.ts';
import type { SandboxAccount, SandboxHost } from './access.ts';
import { withOwnText } from '../kit/own-text.ts';
import { manifest } from './manifest.ts';
import { pressedBy } from './pressed.ts';
import type { Entry } from './wire.ts';

const pageSize = 500;
const maxPages = 20;

/** States of a message that is on the phone. One on its way, or refused, is not. */
const arrived = new Set([undefined, 'sent', 'delivered', 'read']);

/** The last messages of a consumer: what the ledger lists, and what was shown before it did. */
export async function threadOf(
  host: SandboxHost,
  account: SandboxAccount,
  address: string,
  recent: Entry[],
): Promise<Entry[]> {
  let listed: ThreadEntry[] = [];
  for (let page = 0, after = 0; page < maxPages; page++) {
    const next = await host.thread(account, address, after, pageSize);
    listed = [...listed, ...next].slice(-pageSize);
    after = next.at(-1)?.sequence ?? after;
    if (next.length < pageSize) break;
  }
  const shownLive = new Map(recent.map((entry) => [entry.message_id, entry]));
  const known = new Set(listed.map(({ messageId }) => messageId));
  const shown = listed
    .filter(
      ({ direction, state, messageId }) =>
        direction === 'inbound' || arrived.has(state) || shownLive.has(messageId),
    )
    .flatMap((entry) => drawn(entry, entryOf(entry, shownLive.get(entry.messageId))));
  const answers = new Map(listed.map(({ messageId, answer }) => [messageId, answer]));
  const entries = shown.map((entry) => ({
    ...entry,
    pressed: pressedBy(answers.get(entry.message_id ?? ''), shown),
  }));
  return [...entries, ...recent.filter(({ message_id: id }) => id === undefined || !known.has(id))];
}

const entryOf = (entry: ThreadEntry, live: Entry | undefined): Entry => ({
  message_id: entry.messageId,
  provider_id: live?.provider_id ?? entry.providerId,
  direction: entry.direction,
  content: entry.content,
  payloads: entry.payloads,
  state: entry.state,
  at_ms: entry.atMs,
});

/** As the gateway adapts it on its way out: from the ledger a message looks as it did live, also one of several parts. */
function drawn({ direction, messageId, content }: ThreadEntry, entry: Entry): Entry[] {
  if (direction === 'inbound') return [entry];
  const { name: connector, capabilities } = manifest;
  const { parts } = adapt(content, capabilities, { messageId, connector, mediaUrl: () => '' });
  const own = parts.map((part) => ({ ...part, content: withOwnText(part.content) }));
  if (own.length < 2) return [{ ...entry, ...own[0] }];
  return own.map((part, index) => ({ ...entry, ...part, provider_id: `${messageId}.${index}` }));
}
