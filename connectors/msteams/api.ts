import type { Context, OutgoingRequest, ProbeOutcome } from '../contract/index.ts';
import { BearerCalls } from '../kit/bearer.ts';
import { Found } from '../kit/found.ts';
import { answerAs, answerJson } from '../kit/http.ts';
import { endedBy, meaningIn } from '../kit/json-answer.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import type { TeamsAccount } from './manifest.ts';
import { codes } from './status.ts';
import { applicationSchema, errorSchema, postedSchema } from './wire.ts';

const tenantOf = ({ config }: TeamsAccount): string => config.token_tenant ?? config.tenant_id;

/** "Step 1: Request an access token": the bot's own, by its secret. */
const bearerFor = (scopeOf: (account: TeamsAccount) => string) =>
  new BearerCalls<TeamsAccount>({
    basis: (account) => [
      account.config.login_url,
      tenantOf(account),
      account.config.app_id,
      account.credentials,
    ],
    request: (account) => ({
      url: `${account.config.login_url.replace(/\/+$/, '')}/${tenantOf(account)}/oauth2/v2.0/token`,
      form: {
        grant_type: 'client_credentials',
        client_id: account.config.app_id,
        client_secret: account.credentials.client_secret,
        scope: scopeOf(account),
      },
    }),
  });
const bearer = bearerFor(() => 'https://api.botframework.com/.default');
const graph = bearerFor(({ config }) => `${new URL(config.graph_url).origin}/.default`);

export interface TeamsCall extends Pick<OutgoingRequest, 'method' | 'json'> {
  /** Below the service's address. */
  path: string;
}

export const callTeams = (account: TeamsAccount, { path, ...request }: TeamsCall, context: Context) =>
  bearer.call(
    account,
    { ...request, url: `${account.config.service_url.replace(/\/+$/, '')}${path}` },
    context,
  );

export const ended = endedBy((json, { status }) => {
  const { error, subCode } = errorSchema.safeParse(json).data ?? {};
  const code = error?.subCode ?? subCode ?? error?.code;
  const meaning = meaningIn(codes, code) ?? (status === 412 ? 'platform_unavailable' : undefined);
  return code === undefined && meaning === undefined ? undefined : { code, meaning };
});

/** The direct conversation of the bot with a person: "Create Conversation" gives the one that there is. */
const conversations = new Found<TeamsAccount>();

export const conversationOf = (user: string, account: TeamsAccount, context: Context) =>
  conversations.of(account, user, async () => {
    const { app_id, tenant_id } = account.config;
    const json = {
      bot: { id: `28:${app_id}` },
      members: [{ id: user }],
      isGroup: false,
      tenantId: tenant_id,
      channelData: { tenant: { id: tenant_id } },
    };
    const called = await callTeams(account, { method: 'POST', path: '/v3/conversations', json }, context);
    if (!called.ok) return called;
    const { result } = called;
    const made =
      result.type === 'answer' && result.status >= 200 && result.status < 300
        ? postedSchema.safeParse(answerJson(result)).data
        : undefined;
    return made
      ? { ok: true, id: made.id }
      : { ok: false, outcome: ended(result, context.now(), () => undefined) };
  });

/** A new token says that bot, tenant and secret belong together; the Bot Connector itself has nothing to be asked without a conversation. */
export async function probe(account: TeamsAccount, context: Context): Promise<ProbeOutcome> {
  bearer.forget(account);
  const token = await bearer.token(account, context);
  if (token.ok) return { ok: true, detail: account.config.app_id, ...(await secretExpiry(account, context)) };
  const { result } = token;
  return {
    ok: false,
    detail:
      result.type === 'answer'
        ? `Microsoft gives no token for this bot, tenant and secret (HTTP ${result.status})`
        : `Microsoft did not answer: ${result.reason}`,
  };
}

/**
 * When the client secret ends, by its registration: "Get application" knows secrets by their first three characters. It wants the bot to be
 * registered in a tenant of its own and to have the permission Application.Read.All: where it has not, nothing is told.
 */
async function secretExpiry(account: TeamsAccount, context: Context): Promise<{ expiresAtMs?: number }> {
  const { config, credentials } = account;
  if (config.token_tenant === 'botframework.com') return {};
  const application = `${config.graph_url.replace(/\/+$/, '')}/applications(appId='${config.app_id}')`;
  const url = `${application}?$select=passwordCredentials`;
  const called = await graph.call(account, { method: 'GET', url }, context);
  const registered = called.ok ? answerAs(called.result, applicationSchema) : undefined;
  const ends = (registered?.passwordCredentials ?? [])
    .filter(({ hint }) => hint === credentials.client_secret.slice(0, 3))
    .map(({ endDateTime }) => Date.parse(endDateTime))
    // it works, so it is none of those that ended
    .filter((endMs) => endMs > context.now());
  return ends.length === 0 ? {} : { expiresAtMs: Math.min(...ends) };
}

/** Pasted pictures lie with the Bot Connector, which wants the token; files with SharePoint, whose addresses need none and must not get it. */
export async function fetchMedia(
  reference: string,
  account: TeamsAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!URL.canParse(reference) || !/^https?:$/.test(new URL(reference).protocol))
    return { ok: false, permanent: true, reason: 'no address of a file' };
  const own = new URL(reference).origin === new URL(account.config.service_url).origin;
  if (!own) return download(context, { url: reference });
  const token = await bearer.token(account, context);
  return token.ok
    ? download(context, { url: reference, token: token.token })
    : { ok: false, permanent: false, reason: 'no token' };
}
