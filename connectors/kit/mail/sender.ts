import { failure } from '../../../protocol/failures.ts';
import type { FailureCode } from '../../../protocol/failures.ts';
import type { Account, CallResult, Context, OutgoingRequest, Sender } from '../../contract/index.ts';
import { urlUnder } from '../http.ts';
import { meaningIn, outcomeOf } from '../json-answer.ts';
import type { CodeMeaning, JsonDialect } from '../json-answer.ts';
import { composeMail } from './compose.ts';
import type { ComposedMail, Mail } from './compose.ts';

export type MailConfig = Parameters<typeof composeMail>[1] & { base_url: string };

const sendTimeoutMs = 60_000;

/** What to call, and what to say. */
export type ProviderCall = Pick<OutgoingRequest, 'json' | 'body'> & { path: string };

/** One call of a provider's interface: without anything to say it asks. */
export const callProvider = (
  { config }: Account<MailConfig>,
  { http, signal }: Context,
  { path, ...request }: ProviderCall & Pick<OutgoingRequest, 'headers'>,
): Promise<CallResult> => {
  const says = request.json !== undefined || request.body !== undefined;
  return http.call({
    ...request,
    method: says ? 'POST' : 'GET',
    url: urlUnder(config.base_url, path),
    ...(says ? { timeoutMs: sendTimeoutMs } : {}),
    signal,
  });
};

/** What is a provider's own in sending a mail. */
export interface MailDialect<A> {
  maxAttachmentBytes: number;
  /** Whether the provider would refuse it without saying why. */
  check?: (mail: Mail) => FailureCode | undefined;
  call(mail: Mail, account: A, context: Context): Promise<CallResult>;
  /** Ids in the answer of a 2xx; undefined if it is not what was promised. */
  sent(json: unknown, mail: Mail, status: number): string[] | undefined;
  /** Statuses with a meaning, or how the provider's own codes are read. */
  refused: Readonly<Record<string, CodeMeaning>> | JsonDialect['refused'];
}

/** Sends a part as a mail through a provider: composed as every mail is, handed over in the provider's words. */
export const mailSender = <Config extends MailConfig, Credentials>({
  maxAttachmentBytes,
  check,
  call,
  sent,
  refused,
}: MailDialect<Account<Config, Credentials>>): Sender<Config, Credentials> => ({
  async send(request, account, context) {
    const nowMs = context.now();
    const composed: ComposedMail = await composeMail(request, account.config, { nowMs, maxAttachmentBytes });
    if (!composed.ok) return { type: 'rejected', failure: composed.failure };
    const { mail } = composed;
    const code = check?.(mail);
    if (code) return { type: 'rejected', failure: failure(code) };
    const result = await call(mail, account, context);
    return outcomeOf(result, {
      nowMs: context.now(),
      sent: (json) => sent(json, mail, result.type === 'answer' ? result.status : 0),
      refused: typeof refused === 'function' ? refused : byStatus(refused),
    });
  },
});

const byStatus =
  (statuses: Readonly<Record<string, CodeMeaning>>): JsonDialect['refused'] =>
  (_json, { status }) => {
    const meaning = meaningIn(statuses, status);
    return meaning && { code: String(status), meaning };
  };
