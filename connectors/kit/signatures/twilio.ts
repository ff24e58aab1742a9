import { createHash } from 'node:crypto';
import type { HookRequest } from '../../contract/index.ts';
import { readForm } from '../form.ts';
import { hmacMatches, sameSecret } from '../signature.ts';
import { authentic, refused } from './verified.ts';
import type { Verified } from './verified.ts';

/**
 * Twilio, "Webhooks security" (read 2026-11-22): `X-Twilio-Signature` is the base64 HMAC-SHA1, under the auth token, of the whole
 * public address followed by the form's parameters, sorted by name, each name followed by its value; of several equal names every
 * different value once, sorted. For a body that is no form, `bodySHA256` in the address holds the body's hash instead. The port may or
 * may not stand in the address that was signed. There is no time: de-duplication is what stops a replay.
 */
export function verifyTwilio(request: HookRequest, authToken: string): Verified {
  const given = request.headers['x-twilio-signature'];
  if (!given) return refused('no X-Twilio-Signature header');
  const hash = request.query.get('bodySHA256');
  const parameters = hash === null ? parametersOf(request.body) : '';
  if (parameters === undefined) return refused('the body is no form');
  if (hash !== null && !sameSecret(hash.toLowerCase(), sha256(request.body)))
    return refused('the body is not the one that was signed');
  const matches = spellings(request.url).map((url) =>
    hmacMatches({ algorithm: 'sha1', secret: authToken, data: url + parameters, given, encoding: 'base64' }),
  );
  return matches.includes(true) ? authentic : refused('the signature does not match the auth token');
}

const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

/** By UTF-16 units, as Twilio's own libraries sort. */
const byUnits = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function parametersOf(body: Uint8Array): string | undefined {
  const form = readForm(body);
  if (!form.ok) return undefined;
  return Object.entries(form.value)
    .toSorted(([one], [other]) => byUnits(one, other))
    .flatMap(([name, value]) => [...new Set([value].flat())].toSorted(byUnits).map((each) => name + each))
    .join('');
}

/** The address with its scheme's own port and without. */
function spellings(url: string): string[] {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/s.exec(url);
  if (!match) return [url];
  const [, scheme, host = '', rest] = match;
  const port = scheme === 'https' ? ':443' : ':80';
  if (host.endsWith(port)) return [url, `${scheme}://${host.slice(0, -port.length)}${rest}`];
  return /:\d+$/.test(host) ? [url] : [url, `${scheme}://${host}${port}${rest}`];
}
