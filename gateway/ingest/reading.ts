import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { InboundSender } from '../../connectors/contract/index.ts';
import type { ReadingContext } from '../../protocol/adapt/index.ts';
import type { Thread } from '../directory/resolve.ts';
import type { AccountRow, Tx } from '../store/port.ts';

/** What reading an answer of this consumer needs to know. Their day is UTC's: no platform says where they are. */
export async function readingContext(
  tx: Tx,
  account: AccountRow,
  { conversation }: Thread,
  sender: InboundSender,
  nowMs: number,
): Promise<ReadingContext> {
  const language =
    sender.language ?? (await tx.directory.consumer(conversation.consumerId))?.language ?? undefined;
  return {
    language,
    today: new Date(nowMs).toISOString().slice(0, 10),
    phone: (text) => phoneNumber(text, account, sender.address),
  };
}

/** A number as its owner writes it: national ones are of the country that the consumer writes from, or the account is in. */
function phoneNumber(text: string, { config }: AccountRow, address: string): string | undefined {
  const own = address.startsWith('tel:') ? parsePhoneNumberFromString(address.slice(4)) : undefined;
  const country = own?.country ?? (typeof config['country'] === 'string' ? config['country'] : undefined);
  const parsed = parsePhoneNumberFromString(text.normalize('NFKC'), country as 'FR' | undefined);
  return parsed?.isPossible() ? parsed.number : undefined;
}
