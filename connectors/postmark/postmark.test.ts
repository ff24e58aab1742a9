import { expect, it } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { promotion, promotionCid, promotionHeaders, sentBy } from '../kit/mail/sending.testing.ts';
import { spec } from './postmark.conformance.ts';

conformance(spec);

it('sends thread, opt-out and picture as Postmark takes them', async () => {
  const { json } = await sentBy(spec);
  const headers = Object.entries({ ...promotionHeaders, 'X-PM-KeepID': 'true' });
  expect(json).toMatchObject({
    From: '"Shop" <support@shop.test>',
    To: 'ada@example.com',
    Subject: 'Re: Cups',
    Headers: headers.map(([Name, Value]) => ({ Name, Value })),
    Attachments: [
      { Name: 'cup.png', Content: 'iVBORw==', ContentType: 'image/png', ContentID: `cid:${promotionCid}` },
    ],
    HtmlBody: expect.stringContaining(`src="cid:${promotionCid}"`),
    TrackOpens: false,
  });
});

it('says at once what Postmark would refuse without saying why', async () => {
  await expect(sentBy(spec, { ...promotion, address: 'mailto:a..b@example.com' })).rejects.toThrow('0 calls');
  await expect(sentBy(spec, { ...promotion, address: 'mailto:é@example.com' })).rejects.toThrow('0 calls');
});
