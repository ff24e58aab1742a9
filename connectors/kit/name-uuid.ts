import { createHash } from 'node:crypto';

/** Of the names that are given here, so that no other name in the world gives the same. */
const ours = '3b0c7c5e-6d0f-4a53-9a39-1f6b1d1c7a20';

/**
 * The UUID of a name (RFC 9562, 5.5: version 5), for platforms that want one as the key of a send: the same name gives the same UUID. Names
 * begin with what they are unique in.
 */
export function nameUuid(name: string, namespace = ours): string {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(space).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
