import type { Content } from '../../protocol/content.ts';
import { failure } from '../../protocol/failures.ts';
import type {
  CallResult,
  Context,
  OutgoingRequest,
  ProbeOutcome,
  ReachOutcome,
  RevokeOutcome,
  RevokeRequest,
  SendOutcome,
  SendRequest,
} from '../contract/index.ts';
import { answerAs, urlUnder } from '../kit/http.ts';
import { outcomeOf, rejected } from '../kit/json-answer.ts';
import { notFetched } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { fileName } from '../kit/file-name.ts';
import { notProbed } from '../kit/probe.ts';
import { idOf, messageOf, recipientOf } from './address.ts';
import type { SignalAccount } from './manifest.ts';
import { accountsSchema, searchSchema, sentSchema } from './wire.ts';

/** The server encrypts and uploads before it answers. */
const sendTimeoutMs = 60_000;

interface At {
  account: SignalAccount;
  context: Context;
}

const callSignal = (
  { account, context }: At,
  {
    path,
    ...request
  }: Pick<OutgoingRequest, 'method' | 'json' | 'timeoutMs' | 'maxBytes'> & { path: string },
): Promise<CallResult> =>
  context.http.call({
    ...request,
    url: urlUnder(account.config.base_url, path),
    headers: account.credentials.authorization ? { authorization: account.credentials.authorization } : {},
    signal: context.signal,
  });

/** What the server's answers mean: it has statuses, and words for people. */
const outcomeIn = (result: CallResult, at: At, sent: (json: unknown) => string[] | undefined): SendOutcome =>
  outcomeOf(result, {
    nowMs: at.context.now(),
    sent,
    refused: (_json, { status }) =>
      status === 400 || status === 404 ? { code: String(status), meaning: 'platform_refused' } : undefined,
  });

export async function send(
  request: SendRequest,
  account: SignalAccount,
  context: Context,
): Promise<SendOutcome> {
  const at = { account, context };
  const { content } = request.part;
  const recipient = recipientOf(request.address);
  const target = messageOf(request.replyTo);
  const signal = signalOf(content, { account, recipient, target });
  if (signal === 'no target') return rejected('content_refused');
  if (signal) return outcomeIn(await callSignal(at, signal), at, () => []);
  const body = await bodyOf(request, account);
  if (!body) return rejected(content.kind === 'media' ? 'media_unavailable' : 'content_unsupported');
  const json = { ...body, number: account.config.number, recipients: [recipient], text_mode: 'normal' };
  const result = await callSignal(at, { method: 'POST', path: 'v2/send', json, timeoutMs: sendTimeoutMs });
  const outcome = outcomeIn(result, at, (answer) => {
    const sent = sentSchema.safeParse(answer).data;
    return sent && [idOf('own', Number(sent.timestamp))];
  });
  const refusedPlainly = outcome.type === 'rejected' && outcome.failure.platform_code === '400';
  return refusedPlainly && (await isUnregistered(recipient, at)) ? rejected('unreachable') : outcome;
}

interface About {
  account: SignalAccount;
  recipient: string;
  target: ReturnType<typeof messageOf>;
}

type Call = { method: 'POST' | 'PUT' | 'DELETE'; path: string; json: Record<string, unknown> };

/** What is no message of its own: the call to make, or that what it is about is not known. Undefined: it is one. */
function signalOf(content: Content, { account, recipient, target }: About): Call | 'no target' | undefined {
  const at = (what: string): string => `v1/${what}/${encodeURIComponent(account.config.number)}`;
  switch (content.kind) {
    case 'typing':
      return {
        method: content.on === false ? 'DELETE' : 'PUT',
        path: at('typing-indicator'),
        json: { recipient },
      };
    case 'read': {
      if (!target) return 'no target';
      return {
        method: 'POST',
        path: at('receipts'),
        json: { recipient, receipt_type: 'read', timestamp: target.timestamp },
      };
    }
    case 'reaction': {
      if (!target) return 'no target';
      const target_author = authorOf(target, account);
      const json = { recipient, reaction: content.emoji, target_author, timestamp: target.timestamp };
      return { method: content.emoji === '' ? 'DELETE' : 'POST', path: at('reactions'), json };
    }
    case 'removal':
      return target?.author === 'own' ? removal(account, recipient, target.timestamp) : 'no target';
    default:
      return content.kind === 'edit' && target?.author !== 'own' ? 'no target' : undefined;
  }
}

const removal = ({ config }: SignalAccount, recipient: string, timestamp: number): Call => ({
  method: 'DELETE',
  path: `v1/remote-delete/${encodeURIComponent(config.number)}`,
  json: { recipient, timestamp },
});

const authorOf = ({ author }: { author: string }, { config }: SignalAccount): string =>
  author === 'own' ? config.number : author;

/** What is said, for `/v2/send`. An edit is a message that names the one it takes the place of. */
async function bodyOf(
  { part: { content }, media, replyTo }: SendRequest,
  account: SignalAccount,
): Promise<Record<string, unknown> | undefined> {
  const target = messageOf(replyTo);
  if (content.kind === 'edit') return target && { message: content.text, edit_timestamp: target.timestamp };
  const quote = target
    ? { quote_timestamp: target.timestamp, quote_author: authorOf(target, account), quote_message: '' }
    : {};
  if (content.kind === 'text') return { message: content.text, ...quote };
  if (content.kind !== 'media' || content.media.id === undefined) return undefined;
  const held = media.get(content.media.id);
  if (!held) return undefined;
  const base64 = Buffer.from(await held.read()).toString('base64');
  const name = fileName(held).replace(/[;,]/g, '_');
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(held.mediaType)?.[0] ?? 'application/octet-stream';
  return {
    message: content.caption ?? '',
    base64_attachments: [`data:${type};filename=${name};base64,${base64}`],
    ...quote,
  };
}

/** A 400 tells its cause in words only. */
const isUnregistered = async (recipient: string, at: At): Promise<boolean> =>
  (await isRegistered(recipient, at)) === false;

/** Whether a number is on Signal at all can be asked; account ids always are. undefined: the server doesn't say. */
async function isRegistered(recipient: string, at: At): Promise<boolean | undefined> {
  if (!recipient.startsWith('+')) return undefined;
  const path = `v1/search/${encodeURIComponent(at.account.config.number)}?numbers=${encodeURIComponent(recipient)}`;
  const result = await callSignal(at, { method: 'GET', path });
  return answerAs(result, searchSchema)?.[0]?.registered;
}

export async function reach(
  address: string,
  account: SignalAccount,
  context: Context,
): Promise<ReachOutcome> {
  const registered = await isRegistered(recipientOf(address), { account, context });
  if (registered === undefined) return { type: 'unknown' };
  return registered ? { type: 'yes' } : { type: 'no', failure: failure('unreachable') };
}

/** "Delete for everyone", which Signal takes for a day. */
export async function revoke(
  { address, providerIds }: RevokeRequest,
  account: SignalAccount,
  context: Context,
): Promise<RevokeOutcome> {
  const at = { account, context };
  for (const id of providerIds) {
    const target = messageOf(id);
    if (target?.author !== 'own') return 'unsupported';
    const result = await callSignal(at, removal(account, recipientOf(address), target.timestamp));
    if (outcomeIn(result, at, () => []).type !== 'sent') return 'too_late';
  }
  return 'revoked';
}

/** `GET /v1/accounts`: whether the number is there. */
export async function probe(account: SignalAccount, context: Context): Promise<ProbeOutcome> {
  const result = await callSignal({ account, context }, { method: 'GET', path: 'v1/accounts' });
  const numbers = answerAs(result, accountsSchema);
  if (!numbers)
    return notProbed(result, { platform: 'signal-cli-rest-api', asked: 'when asked for its numbers' });
  return numbers.includes(account.config.number)
    ? { ok: true, detail: account.config.number }
    : { ok: false, detail: 'the number is neither registered nor linked there' };
}

export async function fetchMedia(
  reference: string,
  account: SignalAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[\w][\w.-]{0,255}$/.test(reference))
    return { ok: false, permanent: true, reason: 'no id of a file' };
  const { maxBytes } = context;
  const path = `v1/attachments/${encodeURIComponent(reference)}`;
  const result = await callSignal(
    { account, context },
    { method: 'GET', path, maxBytes, timeoutMs: sendTimeoutMs },
  );
  if (result.type !== 'answer' || result.status !== 200) return notFetched(result);
  return { ok: true, bytes: result.body };
}
