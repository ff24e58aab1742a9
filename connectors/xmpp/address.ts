import { domainToASCII, domainToUnicode } from 'node:url';

/** What a JID's local part may not hold (RFC 7622, 3.3.1), and what nobody types: white space, controls, unassigned. */
const notLocal = /["&'/:<>@\p{Z}\p{C}]/u;
const byteLength = (text: string): number => Buffer.byteLength(text);

/** A form that comes out of itself again; near to the UsernameCaseMapped profile of PRECIS (RFC 8265), which Node does not have. */
function stable(text: string, prepare: (text: string) => string): string | undefined {
  const once = prepare(text);
  return once !== '' && prepare(once) === once ? once : undefined;
}

const localOf = (text: string): string | undefined => {
  const local = stable(text, (given) => given.normalize('NFKC').toLowerCase().normalize('NFC'));
  return local !== undefined && !notLocal.test(local) && byteLength(local) <= 1023 ? local : undefined;
};

/** Names as people write them (U-labels), in lower case, without the last dot. */
const domainOf = (text: string): string | undefined => {
  const domain = stable(text.replace(/\.$/, ''), (given) => domainToUnicode(domainToASCII(given)));
  return domain !== undefined && byteLength(domain) <= 255 && !/[\p{Z}\p{C}@/:[\]]/u.test(domain)
    ? domain
    : undefined;
};

/** `local@domain` or `domain` in one form, without the resource; undefined if it is no JID. */
export function bareJid(jid: string): string | undefined {
  if (jid.length > 3071) return undefined;
  const [bare = ''] = jid.split('/', 1);
  const at = bare.indexOf('@');
  const domain = domainOf(bare.slice(at + 1));
  if (at < 0 || domain === undefined) return domain;
  const local = localOf(bare.slice(0, at));
  return local === undefined ? undefined : `${local}@${domain}`;
}

/** `xmpp:local@domain`: servers are no people. */
export function normalise(address: string): string | undefined {
  const bare = /^xmpp:/i.test(address) ? bareJid(address.slice(5)) : undefined;
  return bare?.includes('@') && bare.length <= 500 ? `xmpp:${bare}` : undefined;
}

export const jidOf = (address: string): string => address.slice('xmpp:'.length);

/** Ids of ours are the attempts' keys; they hold no slash, those of people begin with their JID and one. */
export const isOwnId = (id: string): boolean => /^msg_\w{1,64}\.\d{1,4}$/.test(id);

/** A person's message: `jid/mark/id`. `mark` tells apart what the id alone does not. */
export const providerIdOf = (jid: string, id: string, mark = '-'): string =>
  `${jid}/${mark}/${id}`.slice(0, 1024).toWellFormed();

/** Whose message a provider id names, and under which id of XMPP's. */
export function targetOf(providerId: string | undefined): { author?: string; id: string } | undefined {
  if (providerId === undefined) return undefined;
  const [, author, id] = /^([^/]+)\/[^/]*\/(.+)$/su.exec(providerId) ?? [];
  if (author !== undefined && id !== undefined) return { author, id };
  return isOwnId(providerId) ? { id: providerId } : undefined;
}
