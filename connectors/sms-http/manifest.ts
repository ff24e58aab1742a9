import { z } from 'zod';
import { dialectSchema, secretField, smsConfig, verifyBy, verifySchema } from '../kit/sms/index.ts';
import type { SmsTable } from '../kit/sms/index.ts';

const { send, receive, codes, statuses, probe } = dialectSchema.shape;

const config = smsConfig(undefined, {
  verify: verifySchema.describe('How a call is known to come from the aggregator'),
  send: send.describe('The request that sends a message, and how its answer is read'),
  receive: receive.describe('How the calls of the aggregator are read: messages and receipts'),
  codes,
  statuses,
  probe: probe.describe('A GET that succeeds only with good credentials, for the check at set-up'),
});

/** Five names that templates know as `{secret.…}`. Which of them are needed, the configuration says. */
const credentials = z.strictObject({
  username: secretField('{secret.username}').optional(),
  password: secretField('{secret.password}').optional(),
  token: secretField('{secret.token}').optional(),
  api_key: secretField('{secret.api_key}').optional(),
  signing_secret: secretField(
    '{secret.signing_secret}: proves that a call comes from the aggregator',
  ).optional(),
});

export type SmsHttpConfig = z.infer<typeof config>;

export const table: SmsTable<SmsHttpConfig, z.infer<typeof credentials>> = {
  name: 'sms-http',
  title: 'SMS (any HTTP aggregator)',
  config,
  credentials,
  rate: { perSecond: 10, concurrency: 5 },
  verify: (request, account, nowMs) => verifyBy(account.config.verify, request, account, nowMs),
  dialect: (of) => of,
  receivesMedia: true,
  documents: [
    { title: 'HTTP Semantics', url: 'https://www.rfc-editor.org/rfc/rfc9110', version: 'RFC 9110, 2022-06' },
    { title: 'JSON Pointer', url: 'https://www.rfc-editor.org/rfc/rfc6901', version: 'RFC 6901, 2013-04' },
  ],
};
