import { read, remove, write } from '../storage.ts';
import type { Bridge } from '../bridge.ts';

export interface Session {
  token: string;
  expires: number;
  name: string;
  greeting?: string;
}

export type SessionResult =
  | { ok: true; session: Session }
  | { ok: false; reason: 'offline' | 'origin' | 'identity' };

/**
 * Who the visitor is to the gateway. An anonymous visitor's token stays in localStorage and finds the thread again; an
 * identified one's is asked for anew on each page, for it is as short-lived as the merchant's JWT.
 */
export async function openSession(bridge: Bridge): Promise<SessionResult & { owner?: string }> {
  let identity: string | undefined;
  try {
    identity = await bridge.identity();
  } catch {
    return { ok: false, reason: 'offline' };
  }
  const name = `passerelle.${bridge.key}.token`;
  const token = read(name);
  const asked = identity === undefined ? (token ? { token } : {}) : { identity };
  const answer = await post(`${bridge.hookUrl}/session`, asked);
  if (answer?.ok) {
    const session = (await answer.json()) as Session;
    if (identity === undefined) write(name, session.token);
    return { ok: true, session, owner: identity === undefined ? '' : `${subjectOf(identity)}.` };
  }
  if (answer?.status === 401 && identity !== undefined) return { ok: false, reason: 'identity' };
  if (answer?.status === 401 && token) {
    remove(name);
    return openSession(bridge);
  }
  if (answer?.status === 403) {
    console.warn(`passerelle: ${location.origin} is not among this account's origins`);
    return { ok: false, reason: 'origin' };
  }
  return { ok: false, reason: 'offline' };
}

/** A POST without a preflight: text/plain, no credentials. undefined: no answer. */
export async function post(url: string, body: unknown): Promise<Response | undefined> {
  try {
    return await fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      credentials: 'omit',
      headers: { 'content-type': 'text/plain' },
    });
  } catch {
    return undefined;
  }
}

/** Names what is stored for this person on this device. Not a check: the gateway does that. */
function subjectOf(jwt: string): string {
  try {
    const { sub } = JSON.parse(atob(jwt.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))) as {
      sub: string;
    };
    return `u-${encodeURIComponent(sub)}`;
  } catch {
    return 'u-';
  }
}
