import type { SlackConfig } from './manifest.ts';

/**
 * A member as the workspace knows them: `slack:T012AB/U034CD`. Ids of members begin with U or W; those of people from elsewhere
 * (Slack Connect) are the ones that this workspace sees. Without a workspace, the account's own is meant.
 */
export function normalise(address: string, { team_id }: SlackConfig): string | undefined {
  const [, team = team_id, user] = /^slack:(?:([A-Z0-9]{3,32})\/)?([UW][A-Z0-9]{2,31})$/i.exec(address) ?? [];
  return user !== undefined && team.toUpperCase() === team_id
    ? `slack:${team_id}/${user.toUpperCase()}`
    : undefined;
}

export const userOf = (address: string): string => address.slice(address.indexOf('/') + 1);

/** A message is known by its conversation and time. */
export const messageIdOf = (channel: string, ts: string): string => `${channel}:${ts}`;

export interface Target {
  channel: string;
  ts: string;
}

/** The message behind a provider id; what follows (a press, an edit) is of the same message. */
export function targetOf(providerId: string | undefined): Target | undefined {
  const [, channel, ts] = /^([A-Z0-9]{2,32}):(\d{1,12}\.\d{1,9})(?::|$)/.exec(providerId ?? '') ?? [];
  return channel !== undefined && ts !== undefined ? { channel, ts } : undefined;
}
