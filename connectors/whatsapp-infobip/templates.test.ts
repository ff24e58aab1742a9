import { expect, test } from 'vitest';
import { messageTemplateSchema } from '../../protocol/templates.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { Script } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './whatsapp-infobip.conformance.ts';

const ask = async (script: Script) => {
  const record = recording(script);
  return { outcome: await connector.templates!(spec.account, record.context), ...record };
};
const template = (name: string, structure: object, more: object = {}) => ({
  id: '880',
  businessAccountId: 990,
  name,
  language: 'en_GB',
  status: 'APPROVED',
  category: 'UTILITY',
  structure,
  quality: 'HIGH',
  ...more,
});
const listed = (...templates: object[]) => answered({ status: 200, body: { templates } });

test('all at once, their parts in our words', async () => {
  const { outcome, requests } = await ask(
    listed(
      template('bike_ready', {
        header: { format: 'DOCUMENT', example: 'https://shop.example.com/a.pdf' },
        body: { text: 'Come by {{1}}, {{2}}', examples: ['noon', 'Ada'] },
        footer: { text: 'Example Bikes' },
        buttons: [
          { type: 'URL', text: 'Map', url: 'https://shop.example.com/{{1}}', example: 'x' },
          { type: 'MULTI_PRODUCT', text: 'More' },
        ],
        type: 'MEDIA',
      }),
      template(
        'login',
        { body: { addSecurityRecommendation: true }, type: 'TEXT' },
        { category: 'AUTHENTICATION', status: 'FIRST_PAUSED' },
      ),
      template('strange', { body: { text: 'a' }, type: 'UNSUPPORTED' }),
      template('plain', { body: { text: 'a' }, type: 'TEXT' }),
      { name: 'without structure' },
    ),
  );
  expect(outcome).toMatchObject({
    type: 'listed',
    templates: [
      {
        id: '880',
        name: 'bike_ready',
        language: 'en-GB',
        purpose: 'utility',
        state: 'approved',
        header: { type: 'file' },
        body: { text: 'Come by {{1}}, {{2}}', placeholders: ['1', '2'] },
        footer: 'Example Bikes',
        buttons: [
          { index: 0, type: 'url', value: 'required' },
          { index: 1, type: 'other' },
        ],
        fillable: false,
      },
      { name: 'login', purpose: 'authentication', state: 'paused', fillable: false },
      { name: 'strange', fillable: false },
      { name: 'plain', fillable: true },
    ],
  });
  if (outcome.type === 'listed') {
    expect(outcome.templates).toHaveLength(4);
    for (const one of outcome.templates) expect(messageTemplateSchema.parse(one)).toEqual(one);
  }
  expect(requests).toMatchObject([
    {
      method: 'GET',
      url: 'http://platform.test/whatsapp/2/senders/33639980100/templates',
      headers: { authorization: `App ${(spec.account.credentials as { api_key: string }).api_key}` },
    },
  ]);
});

test('none at all', async () => {
  expect((await ask(listed())).outcome).toEqual({ type: 'listed', templates: [] });
});

const refused = (status: number, messageId: string, headers = {}) =>
  answered({ status, headers, body: { requestError: { serviceException: { messageId } } } });
test.each<[string, Script, object]>([
  ['a key that is none', refused(401, 'UNAUTHORIZED'), { code: 'account_unauthorized' }],
  ['a sender of nobody', refused(404, 'NOT_FOUND'), { code: 'platform_refused' }],
  ['trouble there', refused(500, 'GENERAL_ERROR'), { code: 'platform_unavailable' }],
  ['no connection', { type: 'unsent', reason: 'dns' }, { code: 'platform_unavailable' }],
  ['no answer', { type: 'unknown', reason: 'timeout' }, { code: 'platform_unavailable' }],
  ['garbage', answered({ status: 200, body: 'templates' }), { platform_code: 'unreadable_answer' }],
  ['another shape', answered({ status: 200, body: {} }), { platform_code: 'unreadable_answer' }],
  ['templates of no shape', listed({}, { name: 1 }), { platform_code: 'unreadable_answer' }],
])('%s is no list', async (_, script, failure) => {
  expect((await ask(script)).outcome).toMatchObject({ type: 'failed', failure });
});

test('429 says when to come again', async () => {
  const { outcome } = await ask(refused(429, 'TOO_MANY_REQUESTS', { 'retry-after': '3' }));
  expect(outcome).toMatchObject({ failure: { code: 'rate_limited' }, retryAfterMs: 3000 });
});
