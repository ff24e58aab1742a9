import { parsePayload } from '../../protocol/questions.ts';
import { limits } from './manifest.ts';

/** What a press says: Zalo sends a button's payload as a text of the consumer's. The button's words behind it are for the thread. */
export const queryOf = (payload: string, title: string): string =>
  `${payload} ${title}`.slice(0, limits.payload).toWellFormed();

/** The inverse; undefined for a text that the consumer typed. */
export function readQuery(text: string): { payload: string; title: string } | undefined {
  const end = text.indexOf(' ');
  const payload = end < 0 ? text : text.slice(0, end);
  return parsePayload(payload) ? { payload, title: end < 0 ? '' : text.slice(end + 1) } : undefined;
}
