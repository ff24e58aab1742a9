import { createHmac, timingSafeEqual } from 'node:crypto';

/** Links that prove themselves and expire: media the gateway serves to platforms, merchants and widgets. */
export interface LinkSigner {
  /** `/media/{id}?exp={unix seconds}&sig={…}` */
  mediaPath(mediaId: string, expiresAtMs: number): string;
  mediaAllowed(mediaId: string, exp: string | undefined, sig: string | undefined, nowMs: number): boolean;
}

export function createLinkSigner(key: Uint8Array): LinkSigner {
  const sign = (mediaId: string, exp: string) =>
    createHmac('sha256', key).update(`media\n${mediaId}\n${exp}`).digest();
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
  };
}
