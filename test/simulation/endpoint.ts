import type { CallResult, OutgoingRequest } from '../../connectors/contract/index.ts';
import type { Envelope } from '../../protocol/envelope.ts';
import { digestOf } from '../faults/id-table.ts';
import { numbersOf } from './texts.ts';
import { nothing } from './world.ts';
import type { World } from './world.ts';

/** A merchant's endpoint that honours webhook ids. `onRerouted` hears of ways that were taken. */
export function endpointOf({ time, random, record, healed }: World, onRerouted: (wayId: string) => void) {
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
      const event = JSON.parse(String(body)) as Envelope;
      if (event.type === 'message.rerouted') onRerouted(event.data.to_message_id);
      else process(event, record);
    }
    if (luck < 0.09) return { type: 'unknown', reason: 'timeout' };
    if (luck < 0.2) await time.pause(random() * 800);
    return answer(200);
  };
}

function process(event: Envelope, record: World['record']): void {
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
