import type { Connector } from '../../connectors/contract/index.ts';

/**
 * What a process does: takes in what platforms and merchants say, sends to platforms, calls merchants' webhooks. The one that
 * accepts does all that nobody else does.
 */
export type Role = 'accept' | 'dispatch' | 'webhooks';

/** The roles of the processes beside the first, by how many there are in all. */
export const workRoles: Record<1 | 2 | 3, readonly (readonly Role[])[]> = {
  1: [],
  2: [['dispatch', 'webhooks']],
  3: [['dispatch'], ['webhooks']],
};

/**
 * Whether a connector's accounts can be sent by a process that runs nothing else of it. One with a server, a held connection or
 * pages is sent by where those are; credentials that are good once are spent by the process that also probes and fetches media.
 */
export const sendsAnywhere = ({ manifest, sender, server, session, pages }: Connector): boolean =>
  manifest.renewsCredentials !== true &&
  sender !== undefined &&
  server === undefined &&
  session === undefined &&
  pages === undefined;
