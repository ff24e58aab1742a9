import { addressScheme } from '../../protocol/address.ts';
import { isId } from '../../protocol/ids.ts';
import type { Purpose } from '../../protocol/quiet-hours.ts';
import { optOutOf } from '../directory/opt-out.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import type { AddressRow, ConsumerRow, Repositories, RoutingDefaults } from '../store/port.ts';
import type { Candidate, Health, Refused } from './policy.ts';
import type { Reachability } from './reachability.ts';
import type { RouteInput } from './request.ts';

export interface RouteRequest {
  merchantId: string;
  /** An address, a consumer id or a conversation id. */
  to: string;
  /** The account to send from, if the merchant chose. */
  from?: string | undefined;
  /** Test keys use test accounts only, live keys live ones. */
  test: boolean;
  route?: RouteInput | undefined;
  /** One channel only: what a step of a fallback chain asks for. */
  channel?: string | undefined;
  /** Whether it is promotional: some consumers take all but that. */
  purpose?: Purpose | undefined;
  /** Ways that were tried before, as account and address. */
  tried?: readonly { accountId: string; address: string }[] | undefined;
}

export interface RouteOptions {
  registry: AccountRegistry;
  /** Unix milliseconds. */
  now: () => number;
  /** Whether an account works now. Left out: all do. */
  health?: ((live: LiveAccount) => Health) | undefined;
  /** Whether an address is of somebody who was erased. */
  isSuppressed?: ((merchantId: string, address: string) => Promise<boolean>) | undefined;
  /** What platforms say of addresses (`reachable`). Left out: nobody is asked. */
  reachability?: Reachability | undefined;
}

/** A way with the account behind it; none where it was removed. How the content fits it is not known yet. */
export interface Way {
  candidate: Candidate;
  live?: LiveAccount | undefined;
}

/** All ways to one consumer, or to one address. */
export interface Ways {
  ways: Way[];
  /** Whose they are; none where the address is new. */
  consumer?: ConsumerRow | undefined;
  /** The merchant named the address itself. */
  byAddress: boolean;
  /** What the merchant wants where the send doesn't say. */
  defaults: RoutingDefaults | undefined;
}

/** Telephone numbers and mailboxes mean the same to every account; other addresses are known only to the account that met them. */
const anyAccount = new Set(['tel', 'mailto']);

/** Finds every way that `to` leaves open, refused ones too. Throws where `to` is nothing of the merchant's. */
export async function waysTo(read: Repositories, o: RouteOptions, request: RouteRequest): Promise<Ways> {
  const consumer = await consumerOf(read, request);
  const defaults = await read.routing.defaults(request.merchantId);
  if (consumer) {
    const facts = { read, o, request, defaults, consumer, byAddress: false };
    const ways: Way[] = [];
    for (const row of await read.directory.addressesOf(consumer.id)) ways.push(...(await waysBy(facts, row)));
    return { ways, consumer, byAddress: false, defaults };
  }
  return toAddress({ read, o, request, defaults, consumer: undefined, byAddress: true });
}

async function consumerOf(
  read: Repositories,
  { merchantId, to }: RouteRequest,
): Promise<ConsumerRow | undefined> {
  const unknown = (what: 'conversation' | 'consumer') =>
    new Refusal('not_found', `There is no ${what} ${to}.`, {
      errors: [{ pointer: '/to', detail: `unknown ${what}` }],
    });
  let id: string | undefined = isId('consumer', to) ? to : undefined;
  if (isId('conversation', to)) {
    const conversation = await read.conversations.byId(to);
    if (conversation?.merchantId !== merchantId) throw unknown('conversation');
    id = conversation.consumerId;
  }
  if (id === undefined) return undefined;
  const consumer = await read.directory.consumer(id);
  if (consumer?.merchantId !== merchantId) throw unknown('consumer');
  return consumer.mergedInto === null ? consumer : read.directory.consumer(consumer.mergedInto);
}

interface Facts {
  read: Repositories;
  o: RouteOptions;
  request: RouteRequest;
  defaults: RoutingDefaults | undefined;
  consumer: ConsumerRow | undefined;
  byAddress: boolean;
}

/** By the account that the consumer knows at the address, or the one to send from; and by others that may take it too. */
async function waysBy(facts: Facts, row: AddressRow): Promise<Way[]> {
  const { o, request } = facts;
  const first = request.from ?? row.accountId;
  const scheme = addressScheme(row.address);
  const others =
    request.from === undefined && anyAccount.has(scheme)
      ? takersOf(o.registry, request.merchantId, scheme).filter(({ row: { id } }) => id !== first)
      : [];
  const ways: Way[] = [];
  for (const id of [first, ...others.map((live) => live.row.id)]) {
    const found = o.registry.get(id);
    const live = found?.row.merchantId === request.merchantId ? found : undefined;
    // the account that met it wrote the address; another may write it otherwise, or not at all
    const address = !live || id === row.accountId ? row.address : await writtenBy(live, row.address);
    ways.push(await wayOf(facts, { live, accountId: id, address, row }));
  }
  return ways;
}

async function toAddress(facts: Facts): Promise<Ways> {
  const { read, o, request, defaults } = facts;
  const ways: Way[] = [];
  let consumerId: string | undefined;
  for (const live of takersOf(o.registry, request.merchantId, addressScheme(request.to))) {
    if (request.from !== undefined && live.row.id !== request.from) continue;
    const address = await writtenBy(live, request.to);
    const row = address === undefined ? undefined : await read.directory.address(request.merchantId, address);
    consumerId ??= row?.consumerId;
    ways.push(await wayOf(facts, { live, accountId: live.row.id, address, row }));
  }
  const consumer = consumerId === undefined ? undefined : await read.directory.consumer(consumerId);
  return { ways, consumer, byAddress: true, defaults };
}

const takersOf = (registry: AccountRegistry, merchantId: string, scheme: string): LiveAccount[] =>
  registry.of(merchantId).filter(({ connector }) => connector.manifest.schemes.includes(scheme));

async function writtenBy({ connector, account }: LiveAccount, address: string): Promise<string | undefined> {
  const book = connector.address;
  return book.ask ? book.ask(address, account) : book.normalise(address, account.config);
}

interface WayOf {
  live: LiveAccount | undefined;
  accountId: string;
  address: string | undefined;
  row: AddressRow | undefined;
}

async function wayOf(facts: Facts, of: WayOf): Promise<Way> {
  const { o, defaults, request } = facts;
  const { live, accountId, address, row } = of;
  const channel = live?.row.channel ?? row?.channel ?? '';
  const known = row?.accountId === accountId;
  const lastActiveAt = known ? (row?.lastInboundAt ?? null) : null;
  const candidate: Candidate = {
    accountId,
    channel,
    address: address ?? request.to,
    refused: await refusalOf(facts, of, channel),
    preference: preferenceOf(facts, channel),
    lastActiveAt,
    window: windowOf(live, lastActiveAt, o.now()),
    losses: 0,
    health: (live && o.health?.(live)) ?? 'up',
    cost: defaults?.costs?.[accountId] ?? defaults?.costs?.[channel] ?? null,
    known,
    since: row?.createdAt ?? 0,
  };
  return { candidate, live };
}

async function refusalOf(
  { o, request, byAddress }: Facts,
  { live, accountId, address, row }: WayOf,
  channel: string,
): Promise<Refused | undefined> {
  const { test, route, tried } = request;
  if (!live) return 'account_removed';
  if (request.channel !== undefined && channel !== request.channel) return 'not_asked_for';
  if (route?.channels && !route.channels.includes(channel)) return 'not_asked_for';
  if (route?.exclude?.some((one) => one === channel || one === accountId)) return 'excluded';
  if (live.row.test !== test) return test ? 'live_account_with_test_key' : 'test_account_with_live_key';
  if (row && !live.connector.manifest.schemes.includes(addressScheme(row.address))) return 'other_channel';
  if (address === undefined) return 'address_invalid';
  if (tried?.some((one) => one.accountId === accountId && one.address === address)) return 'tried';
  // to an address that the merchant names itself it is accepted, and ends as suppressed unless they opt in before its turn
  if (row && optOutOf(row, request.purpose) && !byAddress) return 'opted_out';
  return (await o.isSuppressed?.(request.merchantId, address)) ? 'erased' : undefined;
}

/** The send's own list, else the consumer's wish and then the merchant's list. */
function preferenceOf({ request, consumer, defaults }: Facts, channel: string): number | null {
  const own = consumer?.preferredChannel;
  const list = request.route?.channels ?? [...(own ? [own] : []), ...(defaults?.prefer ?? [])];
  const place = list.indexOf(channel);
  return place < 0 ? null : place;
}

function windowOf(
  live: LiveAccount | undefined,
  lastActiveAt: number | null,
  nowMs: number,
): Candidate['window'] {
  const hours = live?.connector.manifest.capabilities.windowHours;
  if (hours === undefined) return 'none';
  return lastActiveAt !== null && nowMs < lastActiveAt + hours * 3_600_000 ? 'open' : 'closed';
}
