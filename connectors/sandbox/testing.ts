import { vi } from 'vitest';
import type { Connector, Host, LiveClient, Log, RunningServer, SendRequest } from '../contract/index.ts';
import { connector } from './index.ts';
import { account } from './sandbox.conformance.ts';

export const sendTo = (
  name: string,
  content: SendRequest['part']['content'] = { kind: 'text', text: 'Hello' },
): SendRequest => ({
  messageId: 'msg_01KAP0000000000000000000TE',
  idempotencyKey: `msg_01KAP0000000000000000000TE.${name}`,
  address: `sandbox:${name}`,
  part: { content },
  media: new Map(),
  thread: [],
});

export type Accept = Host<unknown, unknown, unknown>['accept'];

/** The connector's server on a host that only records. */
export async function started(
  accept: Accept = (_account, items) => Promise.resolve(items.map(() => ({ duplicate: false }))),
) {
  const accepted = vi.fn<Accept>(accept);
  const log = { info: vi.fn<Log['info']>(), warn: vi.fn<Log['info']>(), error: vi.fn<Log['info']>() };
  const host = { accept: accepted, log, now: () => 1_795_348_800_000, thread: () => Promise.resolve([]) };
  const running = (await (connector as Required<Connector>).server.start(host as never)) as RunningServer<
    unknown,
    unknown
  >;
  const send = (request: SendRequest, of = account) => running.send!(request, of, host as never);
  return { running, send, accepted, log };
}

export function page(query: Record<string, string>) {
  const told: { type: string; [field: string]: unknown }[] = [];
  const close = vi.fn<LiveClient['close']>();
  const client: LiveClient = {
    headers: {},
    query: new URLSearchParams(query),
    send: (text) => void told.push(JSON.parse(text)),
    close,
  };
  return { client, told, close };
}
