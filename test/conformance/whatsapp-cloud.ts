import type { HookRequest } from '../../connectors/contract/index.ts';
import { hmac } from '../../connectors/kit/signature.ts';
import type { SmsCalls, SmsSpec, SmsTestAccount } from './sms.ts';
import type { CannedAnswer } from './spec.ts';

/** A call-back that is signed by the hexadecimal HMAC-SHA256 of its body, made here and not by what is tested. */
export function hexSigned(
  header: string,
  secretOf: (account: SmsTestAccount) => string | undefined,
  prefix = '',
): SmsCalls {
  const signed = (request: HookRequest, secret = ''): HookRequest => ({
    ...request,
    headers: {
      ...request.headers,
      [header]: prefix + hmac('sha256', secret, request.body).toString('hex'),
    },
  });
  const changed = (request: HookRequest, change: (signature: string) => string): HookRequest => ({
    ...request,
    headers: { ...request.headers, [header]: change(request.headers[header] ?? '') },
  });
  return {
    make: (request, account) => signed(request, secretOf(account)),
    spoil: {
      'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
      'another secret': (request) => signed(request, 'another-secret'),
      'half a signature': (request) => changed(request, (whole) => whole.slice(0, prefix.length + 32)),
      ...(prefix
        ? {
            'a signature without its prefix': (request: HookRequest) =>
              changed(request, (whole) => whole.slice(prefix.length)),
          }
        : {}),
    },
    skips: { 'refuses a stale request': 'no time is signed: de-duplication is what stops a replay' },
  };
}

/** A refusal of the Cloud API's. */
export const refusedByMeta = (status: number, code: number): CannedAnswer => ({
  status,
  body: {
    error: {
      message: `(#${code}) refused`,
      type: 'OAuthException',
      code,
      error_data: { messaging_product: 'whatsapp', details: 'refused' },
      fbtrace_id: 'A1',
    },
  },
});

export const cloudNumber = '100200300400';

/** A webhook of the Cloud API's. */
export const cloudCall = (field: string, value: object) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes: [{ field, value }] }],
});

const about = (change: object) =>
  cloudCall('messages', { metadata: { phone_number_id: cloudNumber }, ...change });

export const cloudIgnored: SmsSpec['ignored'] = {
  'another product': { object: 'page', entry: [] },
  'an empty batch': { object: 'whatsapp_business_account', entry: [] },
  'a field of no concern': cloudCall('message_template_status_update', { event: 'APPROVED' }),
  'an echo of the business app': cloudCall('smb_message_echoes', { message_echoes: [{}] }),
  'a group': about({
    messages: [{ id: 'wamid.G', type: 'text', from: '33639980001', group_id: 'g1', text: { body: 'x' } }],
  }),
  'an opened chat': about({ messages: [{ id: 'wamid.W', type: 'request_welcome', from: '33639980001' }] }),
  'an error of the account': about({ errors: [{ code: 130429, title: 'Rate limit hit' }] }),
  'an unknown status': about({ statuses: [{ id: 'wamid.S', status: 'warning' }] }),
  'a message without a sender': about({ messages: [{ id: 'wamid.N', type: 'text', text: { body: 'x' } }] }),
};

export const cloudAnswers: Omit<SmsSpec['answers'], 'unauthorized'> = {
  // `id` is what an upload answers
  ok: {
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [{ input: '+33639980001', wa_id: '33639980001' }],
      messages: [{ id: 'wamid.OK1' }],
      id: '9000000001',
    },
  },
  providerIds: ['wamid.OK1'],
  throttled: refusedByMeta(429, 130429),
  rejected: [
    ['not on WhatsApp', refusedByMeta(400, 131026), 'unreachable'],
    ['the window is closed', refusedByMeta(400, 131047), 'window_closed'],
    ['a wrong parameter', refusedByMeta(400, 131009), 'content_refused'],
    ['an unknown template', refusedByMeta(404, 132001), 'template_refused'],
    ['buttons of another template', refusedByMeta(400, 132018), 'template_refused'],
    ['a locked account', refusedByMeta(403, 131031), 'account_suspended'],
    ['no payment method', refusedByMeta(400, 131042), 'balance_exhausted'],
    ['too many complaints', refusedByMeta(400, 131048), 'spam_suspected'],
    ['marketing stopped by the consumer', refusedByMeta(400, 131050), 'opted_out'],
    ["held back for the ecosystem's health", refusedByMeta(400, 131049), 'undelivered'],
    ['not to a user id', refusedByMeta(400, 131062), 'content_unsupported'],
    ['a permission of the range 200–299', refusedByMeta(403, 219), 'account_unauthorized'],
    ['an unknown code', refusedByMeta(400, 777), 'platform_refused'],
    ['a service that is down', refusedByMeta(500, 131016), 'platform_unavailable'],
  ],
};
