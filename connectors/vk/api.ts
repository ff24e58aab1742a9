import type { CallResult, Context, ProbeOutcome } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { answerAs, urlUnder } from '../kit/http.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import type { VkAccount } from './manifest.ts';
import { groupsSchema } from './wire.ts';

const version = '5.199';

export interface Vk {
  account: VkAccount;
  context: Context;
}

/** One call of a method: a form, with the token in it. */
export const callVk = (
  { account, context }: Vk,
  method: string,
  params: Record<string, string>,
): Promise<CallResult> =>
  context.http.call({
    method: 'POST',
    url: urlUnder(account.config.base_url, `method/${method}`),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: writeForm({ ...params, access_token: account.credentials.access_token, v: version }),
    signal: context.signal,
  });

/** `groups.getById` without an id: whose the token is. */
export async function probe(account: VkAccount, context: Context): Promise<ProbeOutcome> {
  const result = await callVk({ account, context }, 'groups.getById', {});
  if (result.type !== 'answer') return { ok: false, detail: `VK did not answer: ${result.reason}` };
  const [group] = answerAs(result, groupsSchema)?.response.groups ?? [];
  if (!group) return { ok: false, detail: 'VK refuses the access key of the community' };
  return group.id === account.config.group_id
    ? { ok: true, detail: group.name }
    : { ok: false, detail: 'the access key belongs to another community than group_id' };
}

/** Files lie behind public addresses of VK's; the token goes nowhere but to the API. */
export const fetchMedia = (
  reference: string,
  _account: VkAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> =>
  /^https?:\/\//i.test(reference)
    ? download(context, { url: reference })
    : Promise.resolve({ ok: false, permanent: true, reason: 'no address' });
