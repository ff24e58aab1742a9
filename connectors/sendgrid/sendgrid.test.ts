import { expect, it } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { promotionCid, promotionHeaders, sentBy } from '../kit/mail/sending.testing.ts';
import { spec } from './sendgrid.conformance.ts';

conformance(spec);

it('sends thread, opt-out and picture as SendGrid takes them', async () => {
  const { json } = await sentBy(spec);
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
