import type { InboundSender } from '../../contract/index.ts';
import { lineOf } from '../fields.ts';
import { phoneAddress, userIdAddress } from './address.ts';
import { bodies } from './wire.ts';
import type { WireContact, WireMessage } from './wire.ts';

/** The user id is the key; the number and the id shared by linked portfolios are aliases, so that one person stays one. */
export function senderOf(
  message: Pick<WireMessage, 'from' | 'from_user_id' | 'from_parent_user_id'>,
  contacts: WireContact[],
): InboundSender | undefined {
  const contact =
    contacts.find(
      ({ user_id, wa_id }) =>
        (user_id && user_id === message.from_user_id) || (wa_id && wa_id === message.from),
    ) ?? (contacts.length === 1 ? contacts[0] : undefined);
  const [address, ...aliases] = new Set(
    [
      userIdAddress(message.from_user_id ?? contact?.user_id),
      phoneAddress(message.from ?? contact?.wa_id),
      userIdAddress(message.from_parent_user_id ?? contact?.parent_user_id),
    ].filter((each) => each !== undefined),
  );
  if (!address) return undefined;
  const name =
    lineOf(contact?.profile?.name) ?? lineOf(contact?.profile?.username && `@${contact.profile.username}`);
  return { address, ...(aliases.length ? { aliases } : {}), ...(name ? { name } : {}) };
}

/** Who answers "share your contact" shares their own number, which may have been withheld until then. */
export function withShared(
  sender: InboundSender | undefined,
  message: WireMessage,
): InboundSender | undefined {
  const { data } = bodies.contacts.safeParse(message['contacts']);
  const [contact, ...others] = data ?? [];
  if (!sender || contact?.origin !== 'contact_request' || others.length) return sender;
  const phones = (contact.phones ?? []).flatMap(({ wa_id, phone }) => phoneAddress(wa_id ?? phone) ?? []);
  const aliases = new Set([...(sender.aliases ?? []), ...phones].filter((each) => each !== sender.address));
  return { ...sender, ...(aliases.size ? { aliases: [...aliases] } : {}) };
}

/** "changed from A to B": the new address is the key, the old ones its aliases. */
export function movedSender(message: WireMessage): InboundSender | undefined {
  const { data: system } = bodies.system.safeParse(message['system']);
  const [address, ...aliases] = new Set(
    [
      userIdAddress(system?.user_id),
      phoneAddress(system?.wa_id ?? system?.new_wa_id),
      userIdAddress(message.from_user_id),
      phoneAddress(message.from),
      userIdAddress(system?.previous_user_id),
      userIdAddress(system?.parent_user_id),
      userIdAddress(system?.previous_parent_user_id),
    ].filter((each) => each !== undefined),
  );
  return address ? { address, ...(aliases.length ? { aliases } : {}) } : undefined;
}
