import { parsePayload } from '../../protocol/questions.ts';
import { limits } from './manifest.ts';

/** Postback data with the words on the button behind it: LINE sends back the data alone, and a thread should show what was said. */
export const dataOf = (payload: string, title: string): string =>
  `${payload}\n${title}`.slice(0, limits.data).toWellFormed();

/** The inverse. Data of the merchant's own (a rich menu, a native message) is a payload as a whole. */
export function readData(data: string): { payload: string; title: string } {
  const end = data.indexOf('\n');
  const payload = end < 0 ? data : data.slice(0, end);
  return parsePayload(payload)
    ? { payload, title: end < 0 ? '' : data.slice(end + 1) }
    : { payload: data, title: '' };
}
