import { e164 } from '../kit/phone.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `signal:<account id>`, the UUID that Signal gives everybody and that stays when the number changes; or `signal:+33…` for who is written
 * to first. Who answers says both, and the gateway takes them for one.
 */
export function normalise(address: string): string | undefined {
  const rest = /^signal:(.+)$/i.exec(address)?.[1]?.toLowerCase();
  if (rest === undefined) return undefined;
  if (uuid.test(rest)) return `signal:${rest}`;
  const number = /^\+\d/.test(rest) ? e164(rest) : undefined;
  return number === undefined ? undefined : `signal:${number}`;
}

export const addressOf = (id: string | null | undefined): string | undefined =>
  id ? normalise(`signal:${id}`) : undefined;
export const recipientOf = (address: string): string => address.slice('signal:'.length);

/** A message is known by who wrote it and when, to the millisecond. */
export const idOf = (author: 'own' | (string & {}), timestamp: number): string => `${author}:${timestamp}`;

/** Author and time in a provider id; what follows (a file, an edit) is of the same message. */
export function messageOf(providerId: string | undefined): { author: string; timestamp: number } | undefined {
  const [, author, timestamp] = /^(own|[0-9a-f-]{36}):(\d{1,15})(?::|$)/.exec(providerId ?? '') ?? [];
  return author === undefined ? undefined : { author, timestamp: Number(timestamp) };
}
