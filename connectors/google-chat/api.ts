import type { Context, OutgoingRequest } from '../contract/index.ts';
import { BearerCalls } from '../kit/bearer.ts';
import { serviceAccountRequest } from '../kit/google-account.ts';
import { Found } from '../kit/found.ts';
import { answerJson } from '../kit/http.ts';
import { endedBy, meaningIn } from '../kit/json-answer.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import type { GoogleChatAccount } from './manifest.ts';
import { statuses } from './status.ts';
import { errorSchema, spaceAnswerSchema } from './wire.ts';

const bearer = new BearerCalls<GoogleChatAccount>({
  basis: ({ config, credentials }) => [config.token_url, config.service_account, credentials],
  request: ({ config, credentials }, nowMs) =>
    serviceAccountRequest(
      {
        email: config.service_account,
        privateKey: credentials.private_key,
        tokenUrl: config.token_url,
        scope: 'https://www.googleapis.com/auth/chat.bot',
      },
      nowMs,
    ),
});

const urlOf = ({ config }: GoogleChatAccount, path: string): string =>
  `${config.base_url.replace(/\/+$/, '')}/v1/${path}`;

export interface ChatCall extends Pick<OutgoingRequest, 'method' | 'json'> {
  /** Below `/v1/`. */
  path: string;
}

export const callChat = (account: GoogleChatAccount, { path, ...request }: ChatCall, context: Context) =>
  bearer.call(account, { ...request, url: urlOf(account, path) }, context);

export const ended = endedBy((json) => {
  const code = errorSchema.safeParse(json).data?.error.status;
  return code === undefined ? undefined : { code, meaning: meaningIn(statuses, code) };
});

/** The direct conversation of the app with a person, once the account has found it. */
const spaces = new Found<GoogleChatAccount>();

export const spaceOf = (user: string, account: GoogleChatAccount, context: Context) =>
  spaces.of(account, user, async () => {
    const path = `spaces:findDirectMessage?name=${encodeURIComponent(user)}`;
    const called = await callChat(account, { method: 'GET', path }, context);
    if (!called.ok) return called;
    const { result } = called;
    const space =
      result.type === 'answer' && result.status === 200
        ? spaceAnswerSchema.safeParse(answerJson(result)).data
        : undefined;
    return space
      ? { ok: true, id: space.name }
      : { ok: false, outcome: ended(result, context.now(), () => undefined) };
  });

export async function probe(
  account: GoogleChatAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const called = await callChat(account, { method: 'GET', path: 'spaces?pageSize=1' }, context);
  if (!called.ok) return { ok: false, detail: 'Google gives no token for this service account and key' };
  const { result } = called;
  if (result.type !== 'answer') return { ok: false, detail: `Google Chat did not answer: ${result.reason}` };
  return result.status === 200
    ? { ok: true, detail: account.config.service_account }
    : {
        ok: false,
        detail: `Google Chat answers ${result.status}: is the Chat API on, and the app configured?`,
      };
}

/** "Download media as an attachment": by the resource name alone, so that nothing but the Chat API gets the token. */
export async function fetchMedia(
  reference: string,
  account: GoogleChatAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[\w+/=.-]{1,4096}$/.test(reference) || reference.split('/').some((part) => /^\.*$/.test(part)))
    return { ok: false, permanent: true, reason: 'no attachment of Google Chat' };
  const token = await bearer.token(account, context);
  if (!token.ok) return { ok: false, permanent: false, reason: 'no token' };
  return download(context, { url: urlOf(account, `media/${reference}?alt=media`), token: token.token });
}
