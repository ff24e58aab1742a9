import { expect, it } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { promotionCid, promotionHeaders, sentBy } from '../kit/mail/sending.testing.ts';
import { spec } from './mailgun.conformance.ts';

conformance(spec);

it('sends thread, opt-out and picture as Mailgun takes them', async () => {
  const { body, url } = await sentBy(spec);
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
