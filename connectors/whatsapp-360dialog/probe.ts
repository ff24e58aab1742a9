import type { Context, ProbeOutcome } from '../contract/index.ts';
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
  if (result.type !== 'answer')
    return { ok: false, detail: '360dialog did not answer; check base_url and the network.' };
  const { status } = result;
  if (status === 401 || status === 403)
    return {
      ok: false,
      detail: `360dialog answers ${status}: the API key is not one of a number.`,
      fields: ['credentials.api_key'],
    };
  return (status >= 200 && status < 300) || status === 409
    ? { ok: true }
    : { ok: false, detail: `360dialog answers ${status}.` };
}
