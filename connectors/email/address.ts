import { domainToASCII } from 'node:url';
import type { Account } from '../contract/index.ts';
import type { EmailConfig } from './manifest.ts';

/** RFC 5321 §4.5.3.1: 64 octets before the @, 254 for what fits a path. */
const maxLocalBytes = 64;
const maxMailboxBytes = 254;

/** What a local part may hold without quotes, letters of all scripts included (RFC 6531); dots anywhere, for such mailboxes exist. */
const localPart = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u;
/** Checked before the domain goes through IDNA, which would cut off a path and read `0x7f.1` as an IP address. */
const domainText = /^[\p{L}\p{M}\p{N}.-]+$/u;
const domainName =
  /^(?=.{1,253}$)(?!.*(?:^|\.)[0-9]+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The one way to write a mailbox: lower case, NFC, the domain in ASCII; undefined if it is none that can be written to. */
export function normaliseMailbox(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0)).normalize('NFC').toLowerCase();
  const written = text.slice(at + 1);
  const domain = domainText.test(written) ? domainToASCII(written).toLowerCase() : '';
  if (!localPart.test(local) || Buffer.byteLength(local) > maxLocalBytes || !domainName.test(domain))
    return undefined;
  const mailbox = `${local}@${domain}`;
  return Buffer.byteLength(mailbox) > maxMailboxBytes ? undefined : mailbox;
}

/** `mailto:` addresses carry one mailbox and nothing else: no `?subject=`. */
export function normaliseAddress(address: string): string | undefined {
  const match = /^mailto:(.+)$/i.exec(address);
  const mailbox = match?.[1] && normaliseMailbox(match[1]);
  return mailbox ? `mailto:${mailbox}` : undefined;
}

export const domainOf = (mailbox: string): string => mailbox.slice(mailbox.lastIndexOf('@') + 1);

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
