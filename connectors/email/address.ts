import type { Account } from '../contract/index.ts';
import { domainOf, normaliseMailbox } from '../kit/mail/address.ts';
import type { EmailConfig } from './manifest.ts';

const withoutTag = (mailbox: string): string => mailbox.replace(/^([^+@]+)\+[^@]*@/, '$1@');

/** Every mailbox and catch-all (`@domain`) of an account. */
const receives = (config: EmailConfig): string[] =>
  [config.address, ...config.aliases].map((entry) =>
    entry.startsWith('@') ? entry.toLowerCase() : (normaliseMailbox(entry) ?? ''),
  );

/** Whether a mailbox is one of the account's own, tags and catch-all aside. */
export const isOwn = (mailbox: string, config: EmailConfig): boolean => receives(config).includes(mailbox);

/**
 * The account that a recipient belongs to: its exact mailbox, else without the `+tag`, else a catch-all. Of several accounts
 * that claim the same mailbox the oldest has it (ids sort by age), so that nobody can take another's mail by claiming it too.
 */
export function accountFor<A extends Account<EmailConfig>>(
  recipient: string,
  accounts: readonly A[],
): A | undefined {
  const mailbox = normaliseMailbox(recipient);
  if (!mailbox) return undefined;
  const oldestFirst = accounts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const wanted of [mailbox, withoutTag(mailbox), `@${domainOf(mailbox)}`]) {
    const found = oldestFirst.find((account) => receives(account.config).includes(wanted));
    if (found) return found;
  }
  return undefined;
}
