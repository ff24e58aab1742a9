import type { InboundConsent } from '../../connectors/contract/index.ts';
import { isOptIn, isOptOut } from '../../protocol/adapt/index.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import type { AddressRow, MessageRow, OptedOutBy, Tx } from '../store/port.ts';

/** What a message changes, and for which of the consumer's addresses on its channel. */
interface Change {
  state: 'opted_out' | 'opted_in';
  via: 'message' | 'platform';
  scope?: 'promotional' | undefined;
  rows: AddressRow[];
}

/**
 * Opt-out words hold whatever else the message may mean, and for every address that the consumer has on this channel. So does what the
 * platform states of consent. Once: what was known before changes nothing and is told no more.
 */
export async function takeConsent(
  tx: Tx,
  { clock, emit }: { clock: Clock; emit: Emit },
  message: MessageRow,
  stated: InboundConsent | undefined,
): Promise<void> {
  if (!stated && message.extras?.automatic) return;
  const all = await tx.directory.addressesOf(message.consumerId);
  const rows = all.filter(({ channel }) => channel === message.channel);
  const change = stated ? statedChange(stated, message, rows) : saidChange(message, rows);
  if (!change || change.rows.length === 0) return;
  const { state, via, scope } = change;
  const by: OptedOutBy = {
    via,
    accountId: message.accountId,
    messageId: message.id,
    ...(stated ? { statement: stated.statement } : {}),
  };
  const now = clock.now();
  const out = state === 'opted_out';
  for (const { address } of change.rows)
    await tx.directory.updateAddress(
      message.merchantId,
      address,
      scope
        ? { promotionsRefused: out ? { ...by, at: now } : null }
        : { optedOutAt: out ? now : null, optedOutBy: out ? by : null },
    );
  await emit(tx, {
    type: out ? 'consumer.opted_out' : 'consumer.opted_in',
    merchantId: message.merchantId,
    conversationId: message.conversationId,
    messageId: message.id,
    channel: message.channel,
    accountId: message.accountId,
    direction: 'inbound',
    data: {
      consumer_id: message.consumerId,
      address: message.address,
      via,
      message_id: message.id,
      ...(scope ? { scope } : {}),
    },
  });
}

/** The platform speaks of this account alone: whoever blocks one bot of a merchant may go on talking to another. */
function statedChange(
  { state, scope }: InboundConsent,
  { accountId }: MessageRow,
  rows: AddressRow[],
): Change {
  const out = state === 'opted_out';
  const changed = scope
    ? rows.filter(({ promotionsRefused }) => (promotionsRefused === null) === out)
    : out
      ? rows.filter((row) => row.optedOutAt === null && row.accountId === accountId)
      : // a word of theirs stands until they take it back themselves
        rows.filter((row) => statedByPlatform(row) && row.optedOutBy?.accountId === accountId);
  return { state, via: 'platform', scope, rows: changed };
}

function saidChange({ content, address }: MessageRow, rows: AddressRow[]): Change | undefined {
  const row = rows.find((one) => one.address === address);
  if (!row) return undefined;
  const text = content.kind === 'text' ? content.text : '';
  if (isOptOut(text) && (row.optedOutAt === null || statedByPlatform(row)))
    return { state: 'opted_out', via: 'message', rows };
  if (row.optedOutAt === null) return undefined;
  if (isOptIn(text)) return { state: 'opted_in', via: 'message', rows };
  // whom they had blocked they could not write to
  return statedByPlatform(row) && !isOptOut(text)
    ? { state: 'opted_in', via: 'message', rows: rows.filter(statedByPlatform) }
    : undefined;
}

const statedByPlatform = ({ optedOutAt, optedOutBy }: AddressRow): boolean =>
  optedOutAt !== null && optedOutBy?.via === 'platform';
