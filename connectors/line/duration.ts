/**
 * How long a recording in an MP4 container (m4a) is, from its movie header box (`mvhd`, ISO/IEC 14496-12, 8.2.2), in milliseconds;
 * undefined if there is none. LINE wants to know it of every sound.
 */
export function mp4DurationMs(bytes: Uint8Array): number | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = file.indexOf('mvhd', 0, 'latin1') + 4;
  if (at < 4 || at + 32 > file.length) return undefined;
  const wide = file[at] === 1;
  const scale = file.readUInt32BE(at + (wide ? 20 : 12));
  const units = wide ? Number(file.readBigUInt64BE(at + 24)) : file.readUInt32BE(at + 16);
  const ms = Math.round((units / scale) * 1000);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}
