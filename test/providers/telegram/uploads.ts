import type { Answer } from '../emulator.ts';
import { badRequest, refuse, storeFile } from './model.ts';
import type { Json, Store } from './model.ts';
import type { Parameters, Upload } from './parameters.ts';

const megabyte = 1024 * 1024;
const maxUploadBytes = 50 * megabyte;
const maxPhotoBytes = 10 * megabyte;
const maxStickerBytes = 512 * 1024;
const maxFetchedBytes = { photo: 5 * megabyte, other: 20 * megabyte };

const starts = (bytes: Uint8Array, magic: number[], at = 0): boolean =>
  magic.every((byte, i) => bytes[at + i] === byte);
const isPicture = (bytes: Uint8Array): boolean =>
  starts(bytes, [0xff, 0xd8, 0xff]) ||
  starts(bytes, [0x89, 0x50, 0x4e, 0x47]) ||
  starts(bytes, [0x57, 0x45, 0x42, 0x50], 8) ||
  starts(bytes, [0x47, 0x49, 0x46, 0x38]);

/** The file of a send method, kept and described as the Message does; or why it is refused. */
export async function fileOf(
  store: Store,
  field: string,
  { values, files }: Parameters,
): Promise<{ field: Json } | Answer> {
  const upload = files[field];
  const named = values[field];
  if (!upload && typeof named !== 'string') return badRequest(`there is no ${field} in the request`);
  if (!upload && store.files.has(named as string))
    return { field: { file_id: named, file_unique_id: named } };
  if (!upload && !/^https?:\/\//.test(named as string))
    return badRequest('wrong file identifier/HTTP URL specified');
  const got = upload ?? (await fetched(named as string, field));
  if (!('bytes' in got)) return got;
  const refusal = sizeRefusal(field, got.bytes);
  if (refusal) return refusal;
  return { field: { ...storeFile(store, got.bytes, got.name), file_name: got.name, mime_type: got.type } };
}

function sizeRefusal(field: string, bytes: Uint8Array): Answer | undefined {
  if (bytes.length === 0) return badRequest('file must be non-empty');
  if (bytes.length > maxUploadBytes) return refuse(413, 'Request Entity Too Large');
  if (field === 'sticker' && bytes.length > maxStickerBytes)
    return badRequest('file is too big for a sticker');
  if (field !== 'photo') return undefined;
  if (bytes.length > maxPhotoBytes)
    return badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${maxPhotoBytes} bytes`,
    );
  return isPicture(bytes) ? undefined : badRequest('IMAGE_PROCESS_FAILED');
}

/** Telegram fetches the address itself. Here it can only be a loopback one. */
async function fetched(url: string, field: string): Promise<Upload | Answer> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const type = answer.headers.get('content-type') ?? 'application/octet-stream';
    if (!answer.ok || bytes.length > (field === 'photo' ? maxFetchedBytes.photo : maxFetchedBytes.other))
      return badRequest('failed to get HTTP URL content');
    return { bytes, type, name: new URL(url).pathname.split('/').at(-1) || field };
  } catch {
    return badRequest('failed to get HTTP URL content');
  }
}
