import type { Media } from '../../protocol/content.ts';
import { failure } from '../../protocol/failures.ts';
import type { OutboundMedia, SendOutcome } from '../contract/index.ts';
import { answerAs } from '../kit/http.ts';
import { fileName } from '../kit/file-name.ts';
import { callVk } from './api.ts';
import type { Vk } from './api.ts';
import { outcomeIn } from './status.ts';
import {
  docSavedSchema,
  docUploadedSchema,
  photosSavedSchema,
  photoUploadedSchema,
  uploadServerSchema,
} from './wire.ts';

const uploadTimeoutMs = 120_000;
const vkHosts = /(^|\.)(vk\.com|vk\.ru|vkuser\.net|userapi\.com|vkuserphoto\.ru)$/;

export type Uploaded = { type: 'uploaded'; attachment: string } | SendOutcome;
type Sent = Extract<SendOutcome, { type: 'rejected' }>;

const unavailable: Sent = { type: 'rejected', failure: failure('platform_unavailable') };

/** "Uploading files": ask where to, put the bytes there, keep them. Nobody sees a file before it is in a message: all of it may be done again. */
export async function upload(of: Media, held: OutboundMedia, at: Vk & { peer: number }): Promise<Uploaded> {
  const photo = of.type === 'image';
  const peer = { peer_id: String(at.peer) };
  const kind = { type: of.type === 'audio' ? 'audio_message' : 'doc' };
  const asked = await (photo
    ? callVk(at, 'photos.getMessagesUploadServer', peer)
    : callVk(at, 'docs.getMessagesUploadServer', { ...peer, ...kind }));
  const url = answerAs(asked, uploadServerSchema)?.response.upload_url;
  if (url === undefined) return notYet(outcomeIn(asked, at.context.now(), () => undefined));
  if (!isVks(url, at.account.config.base_url))
    return { type: 'rejected', failure: failure('platform_refused', 'upload_url') };
  const form = new FormData();
  const bytes = (await held.read()) as Uint8Array<ArrayBuffer>;
  form.append(photo ? 'photo' : 'file', new Blob([bytes], { type: held.mediaType }), fileName(held));
  const { signal } = at.context;
  const put = await at.context.http.call({
    method: 'POST',
    url,
    body: form,
    signal,
    timeoutMs: uploadTimeoutMs,
  });
  return photo
    ? keepPhoto(answerAs(put, photoUploadedSchema), at)
    : keepDoc(answerAs(put, docUploadedSchema), fileName(held), at);
}

/** The bytes of merchants go to VK's own hosts, or to where the account says that VK is. */
const isVks = (url: string, baseUrl: string): boolean =>
  URL.canParse(url) &&
  (new URL(url).origin === new URL(baseUrl).origin ||
    (new URL(url).protocol === 'https:' && vkHosts.test(new URL(url).hostname)));

const notYet = (outcome: SendOutcome): SendOutcome => (outcome.type === 'uncertain' ? unavailable : outcome);

const named = (
  kind: string,
  { owner_id: owner, id, access_key: key }: { owner_id: number; id: number; access_key?: string | undefined },
): Uploaded => ({
  type: 'uploaded',
  attachment: `${kind}${owner}_${id}${key ? `_${key}` : ''}`,
});

async function keepPhoto(
  stored: { server: number; photo: string; hash: string } | undefined,
  at: Vk,
): Promise<Uploaded> {
  if (!stored) return unavailable;
  const params = { server: String(stored.server), photo: stored.photo, hash: stored.hash };
  const result = await callVk(at, 'photos.saveMessagesPhoto', params);
  const [saved] = answerAs(result, photosSavedSchema)?.response ?? [];
  return saved ? named('photo', saved) : notYet(outcomeIn(result, at.context.now(), () => undefined));
}

async function keepDoc(stored: { file: string } | undefined, title: string, at: Vk): Promise<Uploaded> {
  if (!stored) return unavailable;
  const result = await callVk(at, 'docs.save', { file: stored.file, title });
  const { doc, audio_message: voice } = answerAs(result, docSavedSchema)?.response ?? {};
  if (voice) return named('audio_message', voice);
  return doc ? named('doc', doc) : notYet(outcomeIn(result, at.context.now(), () => undefined));
}
