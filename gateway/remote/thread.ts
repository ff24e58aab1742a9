import type { ThreadEntry } from '../../connectors/contract/index.ts';
import type { WireThread } from '../../protocol/connector-wire/index.ts';

const pageBytes = 700_000;

type WireEntry = WireThread['entries'][number];

const entryToWire = (entry: ThreadEntry): WireEntry => ({
  message_id: entry.messageId,
  sequence: entry.sequence,
  direction: entry.direction,
  content: entry.content,
  ...(entry.payloads ? { payloads: entry.payloads } : {}),
  ...(entry.state === undefined ? {} : { state: entry.state }),
  ...(entry.providerId === undefined ? {} : { provider_id: entry.providerId }),
  ...(entry.answer ? { answer: entry.answer } : {}),
  at: new Date(entry.atMs).toISOString(),
});

export const entryFromWire = (entry: WireEntry): ThreadEntry => ({
  messageId: entry.message_id,
  sequence: entry.sequence,
  direction: entry.direction,
  content: entry.content,
  ...(entry.payloads ? { payloads: entry.payloads } : {}),
  ...(entry.state === undefined ? {} : { state: entry.state }),
  ...(entry.provider_id === undefined ? {} : { providerId: entry.provider_id }),
  ...(entry.answer ? { answer: entry.answer } : {}),
  atMs: Date.parse(entry.at),
});

/** As many of the entries as go into one message; one more than `limit` was looked up. */
export function threadToWire(found: readonly ThreadEntry[], limit: number): WireThread {
  const entries: WireEntry[] = [];
  let bytes = 0;
  for (const entry of found.slice(0, limit)) {
    const one = entryToWire(entry);
    bytes += Buffer.byteLength(JSON.stringify(one));
    if (entries.length > 0 && bytes > pageBytes) break;
    entries.push(one);
  }
  return { entries, more: entries.length < found.length };
}
