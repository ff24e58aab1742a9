import { addressScheme } from '../../protocol/address.ts';
import { isId } from '../../protocol/ids.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import type { AddressRow, Repositories } from '../store/port.ts';

/** Where a message goes, and what else was considered (invariant 10). */
export interface Route {
  live: LiveAccount;
  address: string;
  considered: { account_id: string; channel: string; refused?: string }[];
}

export interface RouteRequest {
  merchantId: string;
  /** An address, a consumer id or a conversation id. */
  to: string;
  /** The account to send from, if the merchant chose. */
  from?: string | undefined;
  /** Test keys use test accounts only, live keys live ones. */
  test: boolean;
}

export async function route(
  read: Repositories,
  registry: AccountRegistry,
  request: RouteRequest,
): Promise<Route> {
  if (isId('conversation', request.to)) return toConversation(read, registry, request);
  if (isId('consumer', request.to)) return toConsumer(read, registry, request, request.to);
  return toAddress(read, registry, request);
}

async function toConversation(
  read: Repositories,
  registry: AccountRegistry,
  request: RouteRequest,
): Promise<Route> {
  const conversation = await read.conversations.byId(request.to);
  if (!conversation || conversation.merchantId !== request.merchantId)
    throw new Refusal('not_found', `There is no conversation ${request.to}.`, {
      errors: [{ pointer: '/to', detail: 'unknown conversation' }],
    });
  return toConsumer(read, registry, request, conversation.consumerId);
}

/** The address the consumer wrote from last, then the others, newest first. */
async function toConsumer(
  read: Repositories,
  registry: AccountRegistry,
  request: RouteRequest,
  consumerId: string,
): Promise<Route> {
  const consumer = await read.directory.consumer(consumerId);
  if (!consumer || consumer.merchantId !== request.merchantId)
    throw new Refusal('not_found', `There is no consumer ${consumerId}.`, {
      errors: [{ pointer: '/to', detail: 'unknown consumer' }],
    });
  const known = await read.directory.addressesOf(consumer.mergedInto ?? consumer.id);
  const byActivity = known.toSorted(
    (a, b) => (b.lastInboundAt ?? 0) - (a.lastInboundAt ?? 0) || b.createdAt - a.createdAt,
  );
  const considered: Route['considered'] = [];
  for (const row of byActivity) {
    const refused = refusal(registry, request, row);
    considered.push({ account_id: row.accountId, channel: row.channel, ...(refused ? { refused } : {}) });
    if (!refused)
      return { live: registry.get(request.from ?? row.accountId)!, address: row.address, considered };
  }
  if (considered.length > 0 && considered.every((one) => one.refused === 'opted_out'))
    throw new Refusal('opted_out', 'The consumer opted out on every channel where you could reach them.', {
      errors: [{ pointer: '/to', detail: 'opted out' }],
    });
  const why = considered.map((one) => `${one.channel}: ${one.refused ?? ''}`).join('; ');
  throw new Refusal('no_route', `No address of this consumer can be reached${why ? ` (${why})` : ''}.`);
}

function refusal(registry: AccountRegistry, request: RouteRequest, row: AddressRow): string | undefined {
  const live = registry.get(request.from ?? row.accountId);
  if (!live || live.row.merchantId !== request.merchantId) return 'account_removed';
  if (row.optedOutAt !== null) return 'opted_out';
  if (!live.connector.manifest.schemes.includes(addressScheme(row.address))) return 'other_channel';
  return live.row.test === request.test ? undefined : modeReason(request.test);
}

const modeReason = (test: boolean) => (test ? 'live_account_with_test_key' : 'test_account_with_live_key');

async function toAddress(
  read: Repositories,
  registry: AccountRegistry,
  request: RouteRequest,
): Promise<Route> {
  const scheme = addressScheme(request.to);
  const considered: Route['considered'] = [];
  let found: Route | undefined;
  for (const live of registry.of(request.merchantId)) {
    if (request.from !== undefined && live.row.id !== request.from) continue;
    if (!live.connector.manifest.schemes.includes(scheme)) continue;
    const address = live.connector.address.normalise(request.to, live.account.config);
    const row = address === undefined ? undefined : await read.directory.address(request.merchantId, address);
    const refused =
      address === undefined
        ? 'address_invalid'
        : live.row.test === request.test
          ? undefined
          : modeReason(request.test);
    considered.push({ account_id: live.row.id, channel: live.row.channel, ...(refused ? { refused } : {}) });
    if (refused || address === undefined) continue;
    // the account the consumer knows goes before the first that fits
    if (!found || row?.accountId === live.row.id) found = { live, address, considered };
  }
  if (found) return found;
  if (considered.some((one) => one.refused === 'address_invalid'))
    throw new Refusal('invalid_request', `${scheme} addresses of this form are not known to your accounts.`, {
      errors: [{ pointer: '/to', detail: 'not a valid address of this channel' }],
    });
  const mode = considered[0]?.refused;
  throw new Refusal(
    'no_route',
    mode
      ? `Your account for ${scheme}: is a ${request.test ? 'live' : 'test'} one, and this is a ${request.test ? 'test' : 'live'} key.`
      : request.from
        ? `Account ${request.from} is not active, or does not take ${scheme}: addresses.`
        : `None of your active accounts takes ${scheme}: addresses. Add one with POST /v1/accounts.`,
    { errors: [{ pointer: '/to', detail: 'no account for it' }] },
  );
}
