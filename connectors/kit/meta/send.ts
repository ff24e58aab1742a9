import { z } from 'zod';
import { failure } from '../../../protocol/failures.ts';
import type { Context, OutboundMedia, SendOutcome } from '../../contract/index.ts';
import { fileName } from '../file-name.ts';
import { callGraph } from './graph.ts';
import type { GraphAnswer, GraphCall, NotSent } from './graph.ts';

/**
 * Sends what one part became, in order. Meta has no idempotency key: once the first message went through, sending the part
 * again would double it, so any later stop is `uncertain`, which the gateway never repeats.
 */
export async function sendInOrder<Body>(
  bodies: readonly Body[],
  post: (body: Body) => Promise<GraphAnswer<{ id?: string }>>,
): Promise<SendOutcome> {
  const providerIds: string[] = [];
  for (const [index, body] of bodies.entries()) {
    const answer = await post(body);
    if (!answer.ok) return index === 0 ? answer.outcome : { type: 'uncertain', reason: 'partly_sent' };
    if (answer.value.id) providerIds.push(answer.value.id);
  }
  return { type: 'sent', providerIds };
}

export interface Upload<T> extends Pick<GraphCall<T>, 'url' | 'token' | 'tokenHeader' | 'codes' | 'schema'> {
  fields: Record<string, string>;
  /** The form field that holds the file. */
  fileField: string;
  media: OutboundMedia;
}

const uploadTimeoutMs = 60_000;
export const unavailable: NotSent = { type: 'rejected', failure: failure('platform_unavailable') };

/** Hands a file to the platform. The consumer sees nothing of it: whatever is uncertain here may safely be tried again. */
export async function upload<T>(
  context: Context,
  { fields, fileField, media, ...call }: Upload<T>,
): Promise<GraphAnswer<T>> {
  let bytes: Uint8Array;
  try {
    bytes = await media.read();
  } catch {
    return { ok: false, outcome: { type: 'rejected', failure: failure('media_unavailable') } };
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append(
    fileField,
    new Blob([bytes as Uint8Array<ArrayBuffer>], { type: media.mediaType }),
    fileName(media),
  );
  const answer = await callGraph(context, {
    ...call,
    method: 'POST',
    body: form,
    timeoutMs: uploadTimeoutMs,
  });
  return !answer.ok && answer.outcome.type === 'uncertain' ? { ok: false, outcome: unavailable } : answer;
}

export const idSchema = z.looseObject({ id: z.coerce.string().min(1) });
