import type { TeamsConfig } from './manifest.ts';

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const form = new RegExp(`^msteams:(?:(${guid})/)?(${guid})$`, 'i');

/** A person of an organisation by their Entra object id: `msteams:<tenant>/<object>`. Without a tenant, the account's own is meant. */
export function normalise(address: string, { tenant_id }: TeamsConfig): string | undefined {
  const [, tenant = tenant_id, user] = form.exec(address) ?? [];
  const own = tenant_id.toLowerCase();
  return user !== undefined && tenant.toLowerCase() === own
    ? `msteams:${own}/${user.toLowerCase()}`
    : undefined;
}

export const userOf = (address: string): string => address.slice(address.indexOf('/') + 1);

export interface Target {
  conversation: string;
  activity: string;
}

/** Ids of conversations hold colons and at signs, never a bar. */
export const messageIdOf = ({ conversation, activity }: Target): string => `${conversation}|${activity}`;

/** The message behind a provider id; what follows (an edit, a reaction) is of the same message. */
export function targetOf(providerId: string | undefined): Target | undefined {
  const [, conversation, activity] = /^([^|\s]{1,512})\|([^|\s]{1,256})(?:\||$)/.exec(providerId ?? '') ?? [];
  return conversation !== undefined && activity !== undefined ? { conversation, activity } : undefined;
}
