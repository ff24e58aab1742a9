import type { ViewOptions } from '../messages/view.ts';
import type { MessageRow } from '../store/port.ts';

const dayMs = 86_400_000;
/** From the day of the attempt on. Mail is read late, and laws ask for at least 30 (US) or 60 days (Canada). */
const lifeDays = 91;

/** Where the consumer opts out of messages like this one; undefined for what is not promotional. The same all day, so for most repeats. */
export function unsubscribeUrl(
  { merchantId, address, extras }: MessageRow,
  { links, publicUrl, now }: ViewOptions,
): string | undefined {
  if (extras?.purpose !== 'promotional') return undefined;
  const expiresAtMs = (Math.floor(now() / dayMs) + lifeDays) * dayMs;
  return `${publicUrl()}${links.unsubscribePath({ merchantId, address }, expiresAtMs)}`;
}
