import { parsePayload } from '../../../protocol/questions.ts';
import { wellFormed } from '../fields.ts';
import { native, pressed } from './said.ts';
import type { Said } from './said.ts';
import { bodies } from './wire.ts';

/** A flow that was sent with our payload as its token is a form of ours: its fields come by their ids. */
function ownForm(response: unknown): Said | undefined {
  const { data } = bodies.flowResponse.safeParse(response);
  if (!data || parsePayload(data.flow_token)?.chosen !== 'form') return undefined;
  const { flow_token: payload, ...values } = data;
  const told = Object.entries(values).map(
    ([id, value]) =>
      `${id}: ${typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}`,
  );
  return { ...pressed(told.join('\n'), payload), values };
}

const maxJson = 60_000;

/** What a flow hands over: the answer to a form of ours, else the merchant's own affair, as it came. */
export function flowAnswered(
  connector: string,
  about: Record<string, unknown>,
  { response, shown }: { response: unknown; shown: string | undefined },
): Said {
  const kept = typeof response === 'string' ? wellFormed(response, 16_384) : response;
  const payload = { ...about, ...(JSON.stringify(kept ?? null).length <= maxJson ? { response: kept } : {}) };
  return ownForm(response) ?? native(connector, payload, shown || 'Form');
}
