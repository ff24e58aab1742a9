import type { OutgoingRequest } from '../../contract/index.ts';
import { writeForm } from '../form.ts';
import { xmlText } from '../xml.ts';
import type { Dialect } from './dialect.ts';
import { fill, fillHeader, fillJson, fillPath } from './template.ts';
import type { Lookup } from './template.ts';

export type Call = Omit<OutgoingRequest, 'signal'>;
type Auth = Dialect['send']['auth'];

/** A request of a dialect: `send`, or one of those at set-up. */
export interface CallTemplate {
  method: Call['method'];
  path: string;
  query?: Record<string, string> | undefined;
  headers?: Record<string, string> | undefined;
  body?: Dialect['send']['body'];
}

/**
 * A request with its values and, where it needs nobody to be asked first, its credentials. undefined: an address that is none, or a
 * secret that is not there or that no header can hold.
 */
export function callOf(template: CallTemplate, auth: Auth, base: string, lookup: Lookup): Call | undefined {
  const address = urlOf(base, template.path, lookup);
  const headers = headersOf({ auth, headers: template.headers }, lookup);
  if (address === undefined || headers === undefined) return undefined;
  const url = withQuery(address, template.query, lookup);
  return { method: template.method, url, ...bodyOf(template.body, headers, lookup) };
}

function withQuery(address: string, templates: Record<string, string> = {}, lookup: Lookup): string {
  const query = writeForm(filled(templates, lookup));
  return query === '' ? address : `${address}?${query}`;
}

/** Base and path; whatever the path is filled with, the origin stays the account's own. */
function urlOf(base: string, path: string, lookup: Lookup): string | undefined {
  const below = fillPath(path, lookup);
  const url = below === undefined ? '' : `${base.replace(/\/+$/, '')}${below}`;
  return URL.canParse(url) && new URL(url).origin === new URL(base).origin ? url : undefined;
}

const filled = (templates: Record<string, string>, lookup: Lookup): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, fill(template, lookup)]));

export function headersOf(
  { auth, headers = {} }: { auth: Auth; headers?: Record<string, string> | undefined },
  lookup: Lookup,
): Record<string, string> | undefined {
  const own = Object.entries(headers).flatMap(([name, template]): [string, string][] => {
    const value = fillHeader(template, lookup);
    return value === undefined ? [] : [[name, value]];
  });
  if (!auth || auth.type === 'client_credentials') return Object.fromEntries(own);
  const credential = credentialOf(auth, lookup);
  return credential && Object.fromEntries([...own, credential]);
}

function credentialOf(
  auth: Exclude<NonNullable<Auth>, { type: 'client_credentials' }>,
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
  const value = basicOf(auth, lookup);
  return value === undefined ? undefined : ['authorization', value];
}

/** `Basic …` (RFC 7617), UTF-8. */
export function basicOf(auth: { user: string; password: string }, lookup: Lookup): string | undefined {
  const [user, password] = [fill(auth.user, lookup), fill(auth.password, lookup)];
  if (user === undefined || password === undefined) return undefined;
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
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
