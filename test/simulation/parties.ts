import type {
  CallResult,
  OutgoingRequest,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import type { Envelope } from '../../protocol/envelope.ts';
import type { Entry } from '../faults/history.ts';
import { digestOf } from '../faults/id-table.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Outside {
  time: VirtualTime;
  random: () => number;
  record(entry: Omit<Entry, 'atMs'>): void;
  /** Aborted when the first phase ends: from then on everybody does what is asked, at once, and what hangs is cut off. */
  healed: AbortSignal;
  /** For how long, in virtual time, the platform takes nothing at all. */
  awayUntilMs: number;
}

const nothing = { conversation: 0, number: 0, id: 0, value: 0 };
/** Which message a text is; undefined for what is not the first part of one. */
const numbersOf = (text: string | undefined): { conversation: number; number: number } | undefined => {
  const found = /^(?:in|out) (\d+) (\d+)/.exec(text ?? '');
  return found ? { conversation: Number(found[1]), number: Number(found[2]) } : undefined;
};

/** The platform: shows what it takes, and answers as platforms do, which is not always. `onShown` hears of what it took. */
export function platformOf(
  outside: Outside,
  onShown: (of: { providerId: string; address: string; conversation: number | undefined }) => void,
) {
  const { time, random, record, healed } = outside;
  let made = 0;
  return async (request: SendRequest, signal: AbortSignal): Promise<SendOutcome> => {
    const luck = healed.aborted ? 1 : random();
    await time.pause(random() * 20);
    const isAway = !healed.aborted && outside.awayUntilMs > time.nowMs;
    if (luck < 0.06 || isAway) return { type: 'rejected', failure: failure('platform_unavailable') };
    if (luck < 0.1) return { type: 'throttled', retryAfterMs: Math.round(random() * 3000) };
    if (luck < 0.12) return { type: 'rejected', failure: failure('unreachable') };
    // it hangs, and never had it
    if (luck < 0.14) return cutOff(AbortSignal.any([signal, healed]));
    if (luck < 0.15) throw new Error('a bug in a connector');
    const providerId = `p-${made++}`;
    const numbers = numbersOf(request.part.content.text);
    if (numbers) record({ ...nothing, ...numbers, step: 'out shown' });
    onShown({ providerId, address: request.address, conversation: numbers?.conversation });
    if (luck < 0.2) return { type: 'uncertain', reason: 'timeout' };
    // it has it, and its answer never comes
    if (luck < 0.22) return cutOff(AbortSignal.any([signal, healed]));
    await time.pause(luck < 0.4 ? random() * 1500 : random() * 10);
    return { type: 'sent', providerIds: [providerId] };
  };
}

const cutOff = (signal: AbortSignal): Promise<SendOutcome> =>
  new Promise((resolve) => {
    const end = () => resolve({ type: 'uncertain', reason: 'timeout' });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

/** A merchant's endpoint that honours webhook ids. */
export function endpointOf({ time, random, record, healed }: Outside) {
  const processed = new Set<string>();
  return async ({ headers, body }: OutgoingRequest): Promise<CallResult> => {
    const answer = (status: number): CallResult => ({
      type: 'answer',
      status,
      headers: {},
      body: new Uint8Array(),
    });
    const luck = healed.aborted ? 1 : random();
    await time.pause(random() * 10);
    if (luck < 0.05) return answer(500);
    if (luck < 0.06) return { type: 'unsent', reason: 'connect' };
    const id = String(headers?.['webhook-id']);
    if (processed.has(id)) record({ ...nothing, step: 'repeated' });
    else {
      processed.add(id);
      process(JSON.parse(String(body)) as Envelope, record);
    }
    if (luck < 0.09) return { type: 'unknown', reason: 'timeout' };
    if (luck < 0.2) await time.pause(random() * 800);
    return answer(200);
  };
}

function process(event: Envelope, record: Outside['record']): void {
  if (event.type === 'message.received') {
    const { content, sequence } = event.data;
    record({
      ...nothing,
      ...numbersOf(content.text),
      step: 'in processed',
      id: digestOf(event.id),
      value: sequence,
    });
  } else if (event.type === 'delivery.updated') {
    const { message_id: id, previous: from, state: to, failure: why } = event.data;
    record({ ...nothing, step: 'out moved', id: digestOf(id), from, to, reason: why?.code !== undefined });
  }
}
