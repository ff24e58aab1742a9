import { expect, it } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { promotionCid, promotionHeaders, sentBy } from '../kit/mail/sending.testing.ts';
import { spec } from './sendgrid.conformance.ts';

conformance(spec);

it('sends thread, opt-out and picture as SendGrid takes them', async () => {
  const { json, headers } = await sentBy(spec);
  expect(headers).toEqual({ authorization: 'Bearer conformance-api-key' });
  expect(json).toMatchObject({
    personalizations: [{ to: [{ email: 'ada@example.com' }] }],
    from: { email: 'support@shop.test', name: 'Shop' },
    subject: 'Re: Cups',
    headers: promotionHeaders,
    custom_args: { passerelle_message_id: promotionHeaders['Message-ID'] },
    content: [
      { type: 'text/plain' },
      { type: 'text/html', value: expect.stringContaining(`cid:${promotionCid}`) },
    ],
    attachments: [
      {
        content: 'iVBORw==',
        type: 'image/png',
        filename: 'cup.png',
        disposition: 'inline',
        content_id: promotionCid,
      },
    ],
  });
});

const probed = async (body: object) => {
  const { context, requests } = recording(answered({ status: 200, body }));
  return { outcome: await spec.connector.probe!(spec.account, context), call: requests[0]! };
};

it('asks whether the key may send', async () => {
  const { outcome, call } = await probed({ scopes: ['mail.send'] });
  expect(outcome).toEqual({ ok: true, detail: 'The key may send.' });
  expect(call).toMatchObject({
    method: 'GET',
    url: 'http://platform.test/v3/scopes',
    headers: { authorization: 'Bearer conformance-api-key' },
  });
  expect(await probed({ scopes: [] })).toMatchObject({
    outcome: { ok: false, fields: ['credentials.api_key'] },
  });
});
