import { expect, it } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { promotion, promotionCid, promotionHeaders, sentBy } from '../kit/mail/sending.testing.ts';
import { spec } from './postmark.conformance.ts';

conformance(spec);

it('sends thread, opt-out and picture as Postmark takes them', async () => {
  const { json, headers: sentHeaders } = await sentBy(spec);
  expect(sentHeaders).toMatchObject({ 'x-postmark-server-token': 'conformance-server-token' });
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

const probed = async (body: object) => {
  const { context, requests } = recording(answered({ status: 200, body }));
  return { outcome: await spec.connector.probe!(spec.account, context), call: requests[0]! };
};

it('asks what the token opens, and whether its mail comes here', async () => {
  const InboundHookUrl = spec.account.hookUrl.replace('https://', 'https://postmark:token@');
  const { outcome, call } = await probed({ Name: 'Shop', InboundHookUrl });
  expect(outcome).toEqual({ ok: true, detail: 'Shop' });
  expect(call).toMatchObject({
    method: 'GET',
    url: 'http://platform.test/server',
    headers: { accept: 'application/json', 'x-postmark-server-token': 'conformance-server-token' },
  });
  const detail = `Shop, but its inbound webhook is not ${spec.account.hookUrl}`;
  expect(await probed({ Name: 'Shop' })).toMatchObject({ outcome: { ok: true, detail } });
});
