import type { HookRequest } from '../../connectors/contract/index.ts';
import { readForm } from '../../connectors/kit/form.ts';
import { hmac } from '../../connectors/kit/signature.ts';
import type { SmsCalls, SmsTestAccount } from './sms.ts';
import type { CannedAnswer } from './spec.ts';

/** Of both connectors that speak to Twilio's Messages resource. */
export const twilioSid = `SM${'0123456789abcdef'.repeat(2)}`;
export const twilioAccount = {
  config: { account_sid: `AC${'00'.repeat(16)}`, sender: '+15005550006' },
  credentials: { auth_token: 'example-auth-token' },
};

/** The signature as Twilio's document has it, made here and not by what is tested. */
function signed(request: HookRequest, { credentials }: SmsTestAccount): HookRequest {
  const form = readForm(request.body);
  const fields = form.ok ? Object.entries(form.value) : [];
  const parameters = fields
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => name + String(value))
    .join('');
  const signature = hmac('sha1', credentials['auth_token']!, request.url + parameters).toString('base64');
  return { ...request, headers: { ...request.headers, 'x-twilio-signature': signature } };
}

export const twilioCalls: SmsCalls = {
  make: signed,
  spoil: {
    'a tampered body': (request) => ({
      ...request,
      body: Buffer.from(`${Buffer.from(request.body).toString()}&Body=x`),
    }),
    'another address': (request) => ({ ...request, url: `${request.url}/x` }),
  },
  skips: { 'refuses a stale request': 'Twilio signs no time: de-duplication is what stops a replay' },
};

export const refusedByTwilio = (code: number, status = 400): CannedAnswer => ({
  status,
  body: { code, status, message: 'refused', more_info: '' },
});

export const twilioAnswers = {
  ok: { status: 201, body: { sid: twilioSid, status: 'queued', error_code: null, num_segments: '1' } },
  providerIds: [twilioSid],
  unauthorized: refusedByTwilio(20003, 401),
  throttled: refusedByTwilio(20429, 429),
};
