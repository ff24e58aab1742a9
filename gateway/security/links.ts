import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Whom an unsubscribe link takes off, and from whose messages. */
export interface Subscription {
  merchantId: string;
  address: string;
}

/** Links that prove themselves and expire. They hold across restarts, for their keys come from the gateway's own. */
export interface LinkSigner {
  /** Media that the gateway serves to platforms, merchants and widgets: `/media/{id}?exp={unix seconds}&sig={…}` */
  mediaPath(mediaId: string, expiresAtMs: number): string;
  mediaAllowed(mediaId: string, exp: string | undefined, sig: string | undefined, nowMs: number): boolean;
  /**
   * `/unsubscribe/{token}`. The token is sealed, not only signed: it stands in mails that are forwarded and in logs of proxies, and
   * tells none of them an address. The same subscription and time make the same token.
   */
  unsubscribePath(subscription: Subscription, expiresAtMs: number): string;
  /** undefined: not a token of ours, not whole, or expired. */
  unsubscribeOf(token: string, nowMs: number): Subscription | undefined;
}

export function createLinkSigner(key: Uint8Array): LinkSigner {
  const sign = (mediaId: string, exp: string) =>
    createHmac('sha256', key).update(`media\n${mediaId}\n${exp}`).digest();
  const box = createTokenBox(key);
  return {
    mediaPath(mediaId, expiresAtMs) {
      const exp = String(Math.floor(expiresAtMs / 1000));
      return `/media/${mediaId}?exp=${exp}&sig=${sign(mediaId, exp).toString('base64url')}`;
    },
    mediaAllowed(mediaId, exp, sig, nowMs) {
      if (!exp || !sig || !/^\d{1,12}$/.test(exp) || Number(exp) * 1000 < nowMs) return false;
      // compared as written: decoding would take several spellings of the last letter for the same
      const given = Buffer.from(sig);
      const expected = Buffer.from(sign(mediaId, exp).toString('base64url'));
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
    unsubscribePath({ merchantId, address }, expiresAtMs) {
      const exp = Math.floor(expiresAtMs / 1000);
      return `/unsubscribe/${box.seal(JSON.stringify([exp, merchantId, address]))}`;
    },
    unsubscribeOf(token, nowMs) {
      const plain = box.open(token);
      if (plain === undefined) return undefined;
      // what opens was sealed here, so it has this shape
      const [exp, merchantId, address] = JSON.parse(plain) as [number, string, string];
      return exp * 1000 < nowMs ? undefined : { merchantId, address };
    },
  };
}

const maxTokenLength = 2048;
const nonceBytes = 12;
const tagBytes = 16;
/** Texts are filled up to a multiple of this, so that a token's length does not tell an address's. */
const paddedTo = 64;

/**
 * AES-256-GCM (NIST SP 800-38D) under keys of its own. The nonce is a MAC of the text: it repeats only where the whole text does, and
 * then the token is the same.
 */
function createTokenBox(key: Uint8Array): {
  seal(text: string): string;
  open(token: string): string | undefined;
} {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `unsubscribe/${purpose}`, 32));
  const [sealing, naming] = [derive('seal'), derive('nonce')];
  return {
    seal(text) {
      const bytes = Buffer.from(text);
      const filled = Buffer.concat([bytes, Buffer.alloc(paddedTo - (bytes.length % paddedTo), ' ')]);
      const nonce = createHmac('sha256', naming).update(filled).digest().subarray(0, nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce);
      const body = Buffer.concat([cipher.update(filled), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(token) {
      if (token.length > maxTokenLength) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      // one way to write each token: decoding alone would take others for the same
      if (bytes.toString('base64url') !== token || bytes.length <= nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      }).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        const body = bytes.subarray(nonceBytes + tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
