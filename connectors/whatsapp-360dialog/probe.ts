import type { Context, ProbeOutcome } from '../contract/index.ts';
import { notProbed } from '../kit/probe.ts';
import type { Dialog360Account } from './manifest.ts';
import { keyHeader, urlOf } from './platform.ts';

/** Reads the list of further webhooks, which changes nothing: 200, 409 where there are none, 401 to a wrong key. */
export async function probe(
  { config, credentials }: Dialog360Account,
  context: Context,
): Promise<ProbeOutcome> {
  const result = await context.http.call({
    method: 'GET',
    url: urlOf(config, 'multi_webhook'),
    headers: { [keyHeader]: credentials.api_key },
    signal: context.signal,
  });
  if (result.type === 'answer' && (result.status === 409 || Math.floor(result.status / 100) === 2))
    return { ok: true };
  return notProbed(result, {
    platform: '360dialog',
    asked: 'to the key of the number',
    field: 'credentials.api_key',
  });
}
