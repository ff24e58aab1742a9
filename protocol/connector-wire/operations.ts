import type { z } from 'zod';
import {
  capabilitiesReplySchema,
  capabilitiesRequestSchema,
  probeReplySchema,
  probeRequestSchema,
  profileReplySchema,
  profileRequestSchema,
  reachReplySchema,
  reachRequestSchema,
  setupReplySchema,
  setupRequestSchema,
  templatesReplySchema,
  templatesRequestSchema,
} from './abilities.ts';
import { accountsReplySchema, accountsRequestSchema } from './account.ts';
import {
  addressReplySchema,
  addressRequestSchema,
  hookReplySchema,
  hookRequestSchema,
  inquireReplySchema,
  inquireRequestSchema,
  mediaReplySchema,
  mediaRequestSchema,
  revokeReplySchema,
  revokeRequestSchema,
  sendReplySchema,
  sendRequestSchema,
} from './calls.ts';
import { exchangesSchema } from './exchanges.ts';
import { acceptReplySchema, acceptRequestSchema } from './items.ts';
import { threadReplySchema, threadRequestSchema } from './thread.ts';
import { leaveSchema, noticeSchema, registerReplySchema, registerRequestSchema } from './presence.ts';
import { renewReplySchema, renewRequestSchema } from './renew.ts';

/** One thing that is said on the wire. Its subject is `psr.v1.connector.{connector}.{name}`. */
export interface WireOperation {
  /** Who asks; the other side answers, if there is a reply. */
  from: 'connector' | 'gateway';
  /** The instances share it: whoever answers subscribes in the queue group that bears the connector's name. */
  shared?: true;
  summary: string;
  request: z.ZodType;
  reply?: z.ZodType;
}

export const wireOperations = {
  register: {
    from: 'connector',
    summary: 'Says what the connector is, and that this instance lives; repeated as often as the reply says',
    request: registerRequestSchema,
    reply: registerReplySchema,
  },
  leave: {
    from: 'connector',
    summary: 'This instance is about to end: it takes nothing new, and finishes what it has',
    request: leaveSchema,
  },
  accounts: {
    from: 'connector',
    summary: 'The connector’s accounts, by pages; for those who poll or keep connections',
    request: accountsRequestSchema,
    reply: accountsReplySchema,
  },
  accept: {
    from: 'connector',
    summary: 'Takes in what the platform said; the reply comes after the commit that survives power loss',
    request: acceptRequestSchema,
    reply: acceptReplySchema,
  },
  thread: {
    from: 'connector',
    summary: 'What was said with one address on one account',
    request: threadRequestSchema,
    reply: threadReplySchema,
  },
  renew: {
    from: 'connector',
    summary: 'Keeps what a platform gave in place of credentials that are good once, before it is used',
    request: renewRequestSchema,
    reply: renewReplySchema,
  },
  exchanges: {
    from: 'connector',
    summary: 'What it said to its platform and how that ended, without secrets and content; for the log',
    request: exchangesSchema,
  },
  notice: {
    from: 'gateway',
    summary: 'Something changed; told to every instance',
    request: noticeSchema,
  },
  send: {
    from: 'gateway',
    shared: true,
    summary: 'Sends one part of a message to the platform',
    request: sendRequestSchema,
    reply: sendReplySchema,
  },
  hook: {
    from: 'gateway',
    shared: true,
    summary: 'The platform called the account’s hook: check its signature and read it',
    request: hookRequestSchema,
    reply: hookReplySchema,
  },
  media: {
    from: 'gateway',
    shared: true,
    summary: 'Fetches what an inbound media reference points to, piece by piece',
    request: mediaRequestSchema,
    reply: mediaReplySchema,
  },
  probe: {
    from: 'gateway',
    shared: true,
    summary: 'Asks the platform whether the credentials work',
    request: probeRequestSchema,
    reply: probeReplySchema,
  },
  setup: {
    from: 'gateway',
    shared: true,
    summary: 'Has the platform call the account’s hook; the same twice must do no harm',
    request: setupRequestSchema,
    reply: setupReplySchema,
  },
  teardown: {
    from: 'gateway',
    shared: true,
    summary: 'Takes back what setup did, before the account is removed',
    request: setupRequestSchema,
    reply: setupReplySchema,
  },
  inquire: {
    from: 'gateway',
    shared: true,
    summary: 'Asks the platform what became of a send that ended uncertain',
    request: inquireRequestSchema,
    reply: inquireReplySchema,
  },
  revoke: {
    from: 'gateway',
    shared: true,
    summary: 'Takes back what was sent, before the same goes another way',
    request: revokeRequestSchema,
    reply: revokeReplySchema,
  },
  reach: {
    from: 'gateway',
    shared: true,
    summary: 'Asks the platform whether an address can be reached, before this way is chosen among several',
    request: reachRequestSchema,
    reply: reachReplySchema,
  },
  profile: {
    from: 'gateway',
    shared: true,
    summary: 'Asks the platform for the name of somebody who wrote',
    request: profileRequestSchema,
    reply: profileReplySchema,
  },
  templates: {
    from: 'gateway',
    shared: true,
    summary: 'Lists what the platform approved to be sent, piece by piece',
    request: templatesRequestSchema,
    reply: templatesReplySchema,
  },
  capabilities: {
    from: 'gateway',
    shared: true,
    summary:
      'What accounts of a configuration carry of one content, where that is more than the manifest says',
    request: capabilitiesRequestSchema,
    reply: capabilitiesReplySchema,
  },
  address: {
    from: 'gateway',
    shared: true,
    summary: 'The one way to write an address that a merchant gave',
    request: addressRequestSchema,
    reply: addressReplySchema,
  },
} as const satisfies Record<string, WireOperation>;

export type WireOperationName = keyof typeof wireOperations;
