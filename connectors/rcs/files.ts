import type { Context, OutboundMedia, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { callRcs, ended, notPrepared } from './api.ts';
import type { RcsAccount } from './manifest.ts';
import type { RcsFile } from './render.ts';
import { uploadedSchema } from './wire.ts';

/** Larger ones Google fetches itself: bytes to upload are held in memory. */
const maxUploadBytes = 20 << 20;
const dayMs = 86_400_000;
/** Google keeps a file for 60 days; a message may wait 30 for its receiver. */
const keptMs = 30 * dayMs;
const maxKept = 10_000;

const uploaded = new WeakMap<RcsAccount, Map<string, { fileName: string; untilMs: number }>>();

type Files = { ok: true; files: Map<string, RcsFile> } | { ok: false; outcome: SendOutcome };

/**
 * Uploads what the part shows, once for the account. Addresses of the gateway's are signed and so each is another, which Google does not
 * want ("Method: files.create"): they are for what is too large.
 */
export async function filesOf({ media }: SendRequest, account: RcsAccount, context: Context): Promise<Files> {
  const files = new Map<string, RcsFile>();
  for (const [id, item] of media) {
    if (item.bytes > maxUploadBytes) {
      files.set(id, { fileUrl: item.url });
      continue;
    }
    const file = await upload(id, item, { account, context });
    if (!file.ok) return file;
    files.set(id, { fileName: file.fileName });
  }
  return { ok: true, files };
}

async function upload(
  id: string,
  item: OutboundMedia,
  { account, context }: { account: RcsAccount; context: Context },
): Promise<{ ok: true; fileName: string } | { ok: false; outcome: SendOutcome }> {
  const kept = uploaded.get(account) ?? new Map<string, { fileName: string; untilMs: number }>();
  uploaded.set(account, kept);
  const before = kept.get(id);
  if (before && before.untilMs > context.now()) return { ok: true, fileName: before.fileName };
  const called = await callRcs(
    account,
    {
      method: 'POST',
      path: 'upload/v1/files',
      headers: { 'content-type': item.mediaType },
      body: await item.read(),
      timeoutMs: 60_000,
    },
    context,
  );
  if (!called.ok) return called;
  const { result } = called;
  const file =
    result.type === 'answer' && result.status === 200
      ? uploadedSchema.safeParse(answerJson(result)).data
      : undefined;
  if (!file) return { ok: false, outcome: notPrepared(ended(result, context.now(), () => undefined)) };
  if (kept.size >= maxKept) kept.clear();
  kept.set(id, { fileName: file.name, untilMs: context.now() + keptMs });
  return { ok: true, fileName: file.name };
}
