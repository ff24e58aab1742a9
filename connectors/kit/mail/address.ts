import { domainToASCII } from 'node:url';

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

/** `"Shop" <support@shop.test>` for a header or an interface that takes it so (RFC 5322, 3.4); the name is free of control characters. */
export const writtenMailbox = ({ name, address }: { name: string; address: string }): string =>
  name ? `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}" <${address}>` : address;

/** Reads the first mailbox of a `From`, `"Ada, L." <ada@example.com>` or bare, its encoded words already decoded. */
export function readMailbox(written: string): { name: string; address: string } {
  const text = written.slice(0, 2048);
  // a quoted name may hold brackets and commas
  const quoted = /^\s*"((?:[^"\\]|\\.)*)"\s*/s.exec(text);
  const rest = quoted ? text.slice(quoted[0].length) : text;
  const at = rest.indexOf('<');
  if (at < 0) return { name: '', address: rest.split(',', 1)[0]!.trim() };
  const end = rest.indexOf('>', at);
  return {
    name: quoted ? quoted[1]!.replaceAll(/\\(.)/gs, '$1') : rest.slice(0, at).trim(),
    address: rest.slice(at + 1, end < 0 ? undefined : end).trim(),
  };
}
