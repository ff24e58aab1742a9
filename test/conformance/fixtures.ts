import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Account, HookRequest } from '../../connectors/contract/index.ts';
import { writeForm } from '../../connectors/kit/form.ts';
import type { ConformanceSpec, Fixture } from './spec.ts';

/** Every fixture of a connector, in the order of the file names. */
export function loadFixtures(spec: ConformanceSpec): Fixture[] {
  if (!existsSync(spec.fixtures)) return [];
  return readdirSync(spec.fixtures)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => JSON.parse(readFileSync(new URL(file, spec.fixtures), 'utf8')) as Fixture);
}

/** The bytes of a fixture's request. */
export function fixtureBody({ request }: Fixture): Uint8Array {
  if (request.base64 !== undefined) return new Uint8Array(Buffer.from(request.base64, 'base64'));
  if (request.text !== undefined) return new TextEncoder().encode(request.text);
  if (request.form !== undefined) return new TextEncoder().encode(writeForm(request.form));
  return request.json === undefined
    ? new Uint8Array()
    : new TextEncoder().encode(JSON.stringify(request.json));
}

/** A fixture as an unsigned request; a connector's spec adds the signature. */
export function fixtureRequest(fixture: Fixture, account: Account): HookRequest {
  const { method = 'POST', path = '', headers = {}, query = '' } = fixture.request;
  const search = query.replace(/^\?/, '');
  return {
    method,
    path,
    url: `${account.hookUrl}${path}${search ? `?${search}` : ''}`,
    query: new URLSearchParams(search),
    headers: {
      ...(fixture.request.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(fixture.request.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
    body: fixtureBody(fixture),
  };
}

/** A payload that no fixture file holds, as a fixture. */
export const asFixture = (name: string, payload: unknown): Fixture => ({
  name,
  document: 'made by the suite',
  request: typeof payload === 'string' ? { text: payload } : { json: payload },
  items: [],
});
