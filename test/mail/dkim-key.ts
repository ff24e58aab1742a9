import { generateKeyPairSync } from 'node:crypto';

export interface DkimKey {
  privateKey: string;
  /** The TXT record of `selector._domainkey.domain`. */
  record: string;
}

/** A fresh key: none is ever in the repository. */
export function makeDkimKey(): DkimKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  };
}

/** DNS with just these TXT records; every other name does not exist. */
export const dnsOf =
  (records: Record<string, string>) =>
  (name: string, type: string): Promise<string[][]> => {
    const record = type === 'TXT' ? records[name] : undefined;
    return record === undefined
      ? Promise.reject(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }))
      : Promise.resolve([[record]]);
  };
