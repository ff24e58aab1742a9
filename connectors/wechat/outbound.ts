import { failure } from '../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { openIdOf } from './address.ts';
import { callWechat, ended } from './api.ts';
import type { WechatAccount } from './manifest.ts';
import { upload } from './media.ts';
import { render, uploadOf } from './render.ts';
import { staleMediaCode } from './status.ts';
import { sentSchema } from './wire.ts';

export async function send(
  request: SendRequest,
  account: WechatAccount,
  context: Context,
): Promise<SendOutcome> {
  const wanted = uploadOf(request.part.content);
  for (let again = true; ; again = false) {
    const file = wanted?.id === undefined ? undefined : request.media.get(wanted.id);
    const uploaded = wanted && (await upload({ file, kind: wanted.kind }, account, context));
    if (uploaded && !uploaded.ok) return uploaded.outcome;
    const outcome = await post(request, { account, context, mediaId: uploaded?.mediaId });
    const stale = outcome.type === 'rejected' && outcome.failure.platform_code === staleMediaCode;
    if (!stale || !uploaded) return outcome;
    uploaded.forget();
    if (!again) return outcome;
  }
}

async function post(
  request: SendRequest,
  { account, context, mediaId }: { account: WechatAccount; context: Context; mediaId: string | undefined },
): Promise<SendOutcome> {
  const rendered = render(request, account, mediaId);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const json = { ...rendered.json, touser: openIdOf(request.address) };
  const called = await callWechat(
    account,
    { method: 'POST', path: `message/${rendered.path}`, json },
    context,
  );
  if (!called.ok) return called.outcome;
  const signal = request.part.content.kind === 'typing';
  return ended(called.result, context.now(), (answer) => {
    const sent = sentSchema.safeParse(answer);
    if (!sent.success) return undefined;
    // only template messages get an id of WeChat's: others have ours, so that what was sent has a name
    return signal ? [] : [sent.data.msgid ?? request.idempotencyKey];
  });
}
