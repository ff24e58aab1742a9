import { failure } from '../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { userIdOf } from './address.ts';
import { callZalo, ended } from './api.ts';
import type { ZaloAccount } from './manifest.ts';
import { upload } from './media.ts';
import { render } from './render.ts';
import type { Step } from './render.ts';
import { staleUploadCode } from './status.ts';
import { answerSchema, sentSchema } from './wire.ts';

interface Call {
  request: SendRequest;
  account: ZaloAccount;
  context: Context;
}

/** Zalo has no key by which it would know a repetition: once one message of a part went out, a stop is `uncertain`. */
export async function send(
  request: SendRequest,
  account: ZaloAccount,
  context: Context,
): Promise<SendOutcome> {
  const rendered = render(request);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const providerIds: string[] = [];
  for (const [index, step] of rendered.steps.entries()) {
    const outcome = await take(step, { request, account, context });
    if (outcome.type !== 'sent') return index === 0 ? outcome : { type: 'uncertain', reason: 'partly_sent' };
    providerIds.push(...outcome.providerIds);
  }
  return { type: 'sent', providerIds };
}

async function take(step: Step, call: Call): Promise<SendOutcome> {
  const { request, account, context } = call;
  if (!step.file) return post(step, undefined, call);
  for (let again = true; ; again = false) {
    const file = step.file.id === undefined ? undefined : request.media.get(step.file.id);
    const uploaded = await upload(file, account, context);
    if (!uploaded.ok) return uploaded.outcome;
    const outcome = await post(step, uploaded, call);
    if (outcome.type !== 'rejected' || outcome.failure.platform_code !== staleUploadCode) return outcome;
    uploaded.forget();
    if (!again) return outcome;
  }
}

async function post(
  { path, body }: Step,
  file: Parameters<Step['body']>[0],
  { request, account, context }: Call,
): Promise<SendOutcome> {
  const json = { ...body(file), recipient: { user_id: userIdOf(request.address) } };
  const called = await callZalo(account, { method: 'POST', path, json }, context);
  if (!called.ok) return called.outcome;
  const signal = request.part.content.kind === 'reaction';
  return ended(called.result, context.now(), (answer) => {
    if (signal) return answerSchema.safeParse(answer).success ? [] : undefined;
    const sent = sentSchema.safeParse(answer);
    return sent.success ? [sent.data.data.message_id] : undefined;
  });
}
