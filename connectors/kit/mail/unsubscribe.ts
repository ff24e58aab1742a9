/**
 * The headers by which mail programs offer to unsubscribe: RFC 2369, section 3.2, and RFC 8058, which asks for an HTTPS address, a POST
 * that needs nothing else, and a DKIM signature over both headers.
 */
export function unsubscribeHeaders(url: string | undefined, mailbox: string): Record<string, string> {
  if (!url || !writable.test(url)) return {};
  const mailto = `mailto:${mailbox.replaceAll(/[^A-Za-z0-9@._+-]/g, encodeURIComponent)}?subject=${unsubscribeSubject}`;
  const value = `<${url}>, <${mailto}>`;
  return {
    'List-Unsubscribe': value,
    ...(url.startsWith('https:') ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  };
}

/** An address that fits a header: no line breaks, no brackets, well below the 998 octets of a line. */
const writable = /^https?:\/\/[\u0021-\u003b\u003d\u003f-\u007e]{1,700}$/;

/** The subject that our mailto asks for, and that programs send when their reader presses "unsubscribe". */
export const unsubscribeSubject = 'unsubscribe';

/** Whether a mail's subject is that and nothing else: then it is an opt-out, whatever its body says. */
export const asksToUnsubscribe = (subject: string): boolean => /^unsubscribe[.!]?$/i.test(subject.trim());
