import { failure } from '../../../protocol/failures.ts';
import type { Context, OutgoingRequest, SendOutcome, SendRequest } from '../../contract/index.ts';
import { writeForm } from '../form.ts';
import { answerJson } from '../http.ts';
import { xmlText } from '../xml.ts';
import type { Dialect } from './dialect.ts';
import { outcomeOf } from './outcome.ts';
import { textAt } from './path.ts';
import { fill, fillHeader, fillJson, fillPath } from './template.ts';
import type { Lookup } from './template.ts';
import { accountLookup, messageLookup } from './variables.ts';
import type { TemplateAccount } from './variables.ts';

/** An account of any aggregator: every configuration has these. */
export interface SmsAccount extends TemplateAccount {
  readonly config: { readonly base_url: string };
}

/** Sends one message by a dialect. */
export async function sendSms(
  dialect: Dialect,
  request: SendRequest,
  account: SmsAccount,
  context: Context,
): Promise<SendOutcome> {
  const lookup = messageLookup(request, account, { send: dialect.send, nowMs: context.now() });
  if (!lookup) return { type: 'rejected', failure: failure('address_invalid') };
  const call = callOf(dialect.send, account.config.base_url, lookup);
  // a secret that is not there, or that no header can hold
  if (!call) return { type: 'rejected', failure: failure('account_unauthorized') };
  const result = await context.http.call({ ...call, signal: context.signal });
  return outcomeOf(result, dialect, { nowMs: context.now(), id: request.idempotencyKey });
}

/** Asks the platform whether the credentials work. */
export async function probeSms(
  dialect: Dialect,
  account: SmsAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const { probe, send } = dialect;
  if (!probe) return { ok: true, detail: 'There is nothing to ask: no probe is configured.' };
  const lookup = accountLookup(account);
  const address = urlOf(account.config.base_url, probe.path, lookup);
  const url = address && withQuery(address, probe.query, lookup);
  const headers = headersOf({ auth: send.auth, headers: send.headers }, lookup);
  if (!url || !headers) return { ok: false, detail: 'incomplete credentials' };
  const result = await context.http.call({ method: 'GET', url, headers, signal: context.signal });
  if (result.type !== 'answer') return { ok: false, detail: result.reason };
  if (result.status < 200 || result.status >= 300) return { ok: false, detail: `status ${result.status}` };
  const detail = probe.detail && textAt(answerJson(result), probe.detail);
  return { ok: true, ...(detail ? { detail: detail.slice(0, 200) } : {}) };
}

/** The account's credentials as headers, for what else lies with the platform. */
export const credentialHeaders = (
  { send }: Dialect,
  account: Pick<SmsAccount, 'config' | 'credentials'>,
): Record<string, string> | undefined => headersOf({ auth: send.auth }, accountLookup(account));

type Call = Omit<OutgoingRequest, 'signal'>;

function callOf(send: Dialect['send'], baseUrl: string, lookup: Lookup): Call | undefined {
  const address = urlOf(baseUrl, send.path, lookup);
  const headers = headersOf(send, lookup);
  if (address === undefined || headers === undefined) return undefined;
  const url = withQuery(address, send.query, lookup);
  return { method: send.method, url, ...bodyOf(send.body, headers, lookup) };
}

function withQuery(address: string, templates: Record<string, string> = {}, lookup: Lookup): string {
  const query = writeForm(filled(templates, lookup));
  return query === '' ? address : `${address}?${query}`;
}

/** Base and path; whatever the path is filled with, the origin stays the account's own. */
function urlOf(baseUrl: string, path: string, lookup: Lookup): string | undefined {
  const below = fillPath(path, lookup);
  const url = below === undefined ? '' : `${baseUrl.replace(/\/+$/, '')}${below}`;
  return URL.canParse(url) && new URL(url).origin === new URL(baseUrl).origin ? url : undefined;
}

const filled = (templates: Record<string, string>, lookup: Lookup): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, fill(template, lookup)]));

function headersOf(
  { auth, headers = {} }: Pick<Dialect['send'], 'auth' | 'headers'>,
  lookup: Lookup,
): Record<string, string> | undefined {
  const own = Object.entries(headers).flatMap(([name, template]): [string, string][] => {
    const value = fillHeader(template, lookup);
    return value === undefined ? [] : [[name, value]];
  });
  if (!auth) return Object.fromEntries(own);
  const credential = credentialOf(auth, lookup);
  return credential && Object.fromEntries([...own, credential]);
}

function credentialOf(
  auth: NonNullable<Dialect['send']['auth']>,
  lookup: Lookup,
): [string, string] | undefined {
  if (auth.type === 'header') {
    const value = fillHeader(auth.value, lookup);
    return value === undefined ? undefined : [auth.name, value];
  }
  if (auth.type === 'bearer') {
    const token = fillHeader(auth.token, lookup);
    return token === undefined ? undefined : ['authorization', `Bearer ${token}`];
  }
  const [user, password] = [fill(auth.user, lookup), fill(auth.password, lookup)];
  if (user === undefined || password === undefined) return undefined;
  return ['authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`];
}

function bodyOf(
  body: Dialect['send']['body'],
  headers: Record<string, string>,
  lookup: Lookup,
): Pick<Call, 'headers' | 'json' | 'body'> {
  const as = (type: string) =>
    Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
      ? headers
      : { ...headers, 'content-type': type };
  if (!body) return { headers };
  if (body.type === 'json') return { headers, json: fillJson(body.value, lookup) };
  if (body.type === 'form')
    return { headers: as('application/x-www-form-urlencoded'), body: writeForm(filled(body.fields, lookup)) };
  const empty: Lookup = (name) => lookup(name) ?? '';
  return { headers: as('application/xml; charset=utf-8'), body: fill(body.text, empty, xmlText) ?? '' };
}
