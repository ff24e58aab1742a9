import { expect, it } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { promotionCid, promotionHeaders, sentBy } from '../kit/mail/sending.testing.ts';
import { spec } from './mailgun.conformance.ts';

conformance(spec);

it('sends thread, opt-out and picture as Mailgun takes them', async () => {
  const { body, url, headers } = await sentBy(spec);
  expect(headers).toEqual({ authorization });
  if (!(body instanceof FormData)) throw new Error('no form');
  expect(url).toBe('http://platform.test/v3/mg.shop.test/messages');
  expect(body.get('from')).toBe('"Shop" <support@shop.test>');
  expect(body.get('subject')).toBe('Re: Cups');
  for (const [name, value] of Object.entries(promotionHeaders)) expect(body.get(`h:${name}`)).toBe(value);
  // the file's name is what the letter finds it by
  const inline = body.get('inline');
  expect(inline instanceof File && [inline.name, inline.type, inline.size]).toEqual([
    promotionCid,
    'image/png',
    4,
  ]);
  expect(body.get('html')).toContain(`src="cid:${promotionCid}"`);
  expect(body.get('o:tracking')).toBe('no');
});

const authorization = `Basic ${Buffer.from('api:conformance-api-key').toString('base64')}`;

const probed = async (body: object) => {
  const { context, requests } = recording(answered({ status: 200, body }));
  return { outcome: await spec.connector.probe!(spec.account, context), call: requests[0]! };
};

it('asks for the domain', async () => {
  const { outcome, call } = await probed({ domain: { name: 'mg.shop.test', state: 'active' } });
  expect(outcome).toEqual({ ok: true, detail: 'mg.shop.test' });
  expect(call).toMatchObject({
    method: 'GET',
    url: 'http://platform.test/v4/domains/mg.shop.test',
    headers: { authorization },
  });
  expect(await probed({ domain: { name: 'mg.shop.test' } })).toMatchObject({ outcome: { ok: true } });
  expect(await probed({ domain: { name: 'mg.shop.test', state: 'disabled' } })).toMatchObject({
    outcome: { ok: false, fields: ['config.domain'] },
  });
});
