import { expect, test } from 'vitest';
import { answered } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { Content } from '../../protocol/content.ts';
import type { Part } from '../contract/index.ts';
import { anyMedia, everyPart } from '../kit/adapted.testing.ts';
import { readForm } from '../kit/form.ts';
import { connector } from './index.ts';
import { render } from './render.ts';
import { spec } from './whatsapp-twilio.conformance.ts';

conformance(spec);

const formsOf = async (content: Content) => {
  const { requests } = await send(spec, answered(spec.answers!.ok), { sample: content });
  return requests.map(({ body }) => {
    const form = readForm(body as string);
    return form.ok ? { ...form.value } : undefined;
  });
};
const around = {
  To: 'whatsapp:+33639980001',
  From: 'whatsapp:+15005550006',
  StatusCallback: spec.account.hookUrl,
};

test('each kind goes in the fields that Twilio has for it', async () => {
  expect(await formsOf({ kind: 'text', text: 'Ça marche & plus' })).toEqual([
    { ...around, Body: 'Ça marche & plus' },
  ]);
  expect(
    await formsOf({ kind: 'media', media: { type: 'audio', id: 'med_1' }, caption: 'Listen' }),
  ).toMatchObject([{ MediaUrl: 'https://gateway.test/media/med_1' }, { Body: 'Listen' }]);
  expect(await formsOf({ kind: 'location', latitude: 1e-9, longitude: -2.5, name: 'A|B' })).toEqual([
    { ...around, Body: 'A|B', PersistentAction: 'geo:0,-2.5|A/B' },
  ]);
  expect(await formsOf(spec.samples.find(({ kind }) => kind === 'template')!)).toEqual([
    { ...around, ContentSid: `HX${'ab'.repeat(16)}`, ContentVariables: '{"1":"Ada","2":"7"}' },
  ]);
});

test('a native payload cannot change who gets it, nor who sends', async () => {
  const payload = { to: 'whatsapp:+15550199', From: 'x', messagingServiceSid: 'x', ContentSid: 'HX1' };
  expect(await formsOf({ kind: 'native', connector: 'whatsapp-twilio', payload, text: 'x' })).toEqual([
    { ...around, ContentSid: 'HX1' },
  ]);
});

test('whatever a merchant says, adapted, stays within what a message holds', async () => {
  const check = (part: Part) => {
    const rendered = render({ part, media: anyMedia });
    expect([rendered.ok, part]).toEqual([true, part]);
    for (const { Body = '', MediaUrl } of rendered.ok ? rendered.bodies : []) {
      expect(typeof Body).toBe('string');
      expect(Body.length).toBeLessThanOrEqual(MediaUrl === undefined ? 1600 : 1024);
    }
  };
  await everyPart(connector, check, { except: ['native', 'template'] });
});
