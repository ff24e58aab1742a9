import type { z } from 'zod';
import type { CallResult, Context } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { answerJson } from '../kit/http.ts';
import { download } from '../kit/meta/download.ts';
import type { Fetched } from '../kit/meta/download.ts';
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
    url: `${account.config.base_url.replace(/\/+$/, '')}/method/${method}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: writeForm({ ...params, access_token: account.credentials.access_token, v: version }),
    signal: context.signal,
  });

/** What a successful answer says; undefined if it can't be read. */
export const saidBy = <T>(result: CallResult, schema: z.ZodType<T>): T | undefined =>
  result.type === 'answer' && result.status === 200 ? schema.safeParse(answerJson(result)).data : undefined;

/** `groups.getById` without an id: whose the token is. */
export async function probe(
  account: VkAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const result = await callVk({ account, context }, 'groups.getById', {});
  if (result.type !== 'answer') return { ok: false, detail: `VK did not answer: ${result.reason}` };
  const [group] = saidBy(result, groupsSchema)?.response.groups ?? [];
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
