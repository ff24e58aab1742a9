import { authenticate } from 'mailauth';

/** Asks DNS: the records of a name and type, as `dns.resolve` gives them. Injected, so that nothing here needs a network. */
export type DnsResolver = (name: string, type: string) => Promise<string[][] | string[]>;

export interface Verification {
  /** DMARC passes; where the domain has no policy, SPF or DKIM does for the very domain in `From`. */
  passes: boolean;
  /** A name server did not answer: later it may pass. */
  temporary: boolean;
  spf: string;
  dkim: string;
  dmarc: string;
}

export interface Received {
  raw: Uint8Array;
  clientIp: string;
  helo: string;
  envelopeFrom: string;
  serverName: string;
}

/** SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of a mail, for the address in `From`. */
export async function verifyMail(mail: Received, resolver?: DnsResolver): Promise<Verification> {
  const result = await authenticate(Buffer.from(mail.raw), {
    ip: mail.clientIp,
    helo: mail.helo,
    sender: mail.envelopeFrom,
    mta: mail.serverName,
    disableArc: true,
    disableBimi: true,
    ...(resolver ? { resolver } : {}),
  });
  const spf = (result.spf && result.spf.status.result) || 'none';
  const signatures = result.dkim?.results ?? [];
  const aligned = signatures.some(({ status }) => status.result === 'pass' && status.aligned);
  const dkim = aligned ? 'pass' : (signatures[0]?.status.result ?? 'none');
  const dmarc = (result.dmarc && result.dmarc.status.result) || 'none';
  const author = result.dkim?.headerFrom?.[0]?.split('@').at(-1)?.toLowerCase() ?? '';
  const sent = result.spf ? (result.spf.domain ?? '').toLowerCase() : '';
  const sameSender = spf === 'pass' && author !== '' && (sent === author || sent.endsWith(`.${author}`));
  const passes = dmarc === 'pass' || (dmarc === 'none' && (aligned || sameSender));
  return { passes, temporary: !passes && [spf, dkim, dmarc].includes('temperror'), spf, dkim, dmarc };
}
