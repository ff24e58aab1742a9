import { parsePayload } from '../../protocol/questions.ts';

/**
 * What a press says: Viber sends a button's `ActionBody` as a text of the consumer's. The words on the button stand before the
 * payload, so that a thread shows what was said.
 */
export const bodyOf = (payload: string, title: string): string => `${title}\n${payload}`;

/** The inverse; undefined for a text that the consumer typed. */
export function readBody(text: string): { title: string; payload: string } | undefined {
  const at = text.lastIndexOf('\n');
  const payload = text.slice(at + 1).trim();
  return parsePayload(payload) ? { payload, title: at < 0 ? '' : text.slice(0, at) } : undefined;
}
