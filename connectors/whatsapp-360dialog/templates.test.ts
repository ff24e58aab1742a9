import { expect, test } from 'vitest';
import { messageTemplateSchema } from '../../protocol/templates.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { Script } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './whatsapp-360dialog.conformance.ts';

const ask = async (script: Script) => {
  const record = recording(script);
  return { outcome: await connector.templates!(spec.account, record.context), ...record };
};
const template = (name: string) => ({
  id: `t-${name}`,
  namespace: 'example_namespace',
  name,
  language: 'de',
  status: 'approved',
  category: 'UTILITY',
  rejected_reason: null,
  components: [{ type: 'BODY', text: 'Hallo {{1}}' }],
});
const page = (names: string[], total?: number) =>
  answered({ status: 200, body: { waba_templates: names.map(template), count: names.length, total } });
const many = Array.from({ length: 100 }, (_, index) => `one_${index}`);

test.each([
  ['by their total', 101],
  ['also where no total is told', undefined],
])('all pages, %s, under the key of the number', async (_, total) => {
  const { outcome, requests } = await ask(({ url }) =>
    page(url.endsWith('offset=0') ? many : ['last'], total),
  );
  expect(outcome.type === 'listed' && outcome.templates).toHaveLength(101);
  const [first] = outcome.type === 'listed' ? outcome.templates : [];
  expect(first).toMatchObject({ id: 't-one_0', language: 'de', state: 'approved', purpose: 'utility' });
  expect(messageTemplateSchema.parse(first)).toEqual(first);
  expect(requests.map(({ url, headers }) => [url, headers])).toEqual(
    [0, 100].map((offset) => [
      `http://platform.test/v1/configs/templates?limit=100&offset=${offset}`,
      { 'd360-api-key': 'conformance-api-key' },
    ]),
  );
});

test('an offset that is not heeded ends the list', async () => {
  const { outcome, requests } = await ask(page(many, 500));
  expect(outcome.type === 'listed' && outcome.templates).toHaveLength(100);
  expect(requests).toHaveLength(2);
});

test.each<[string, Script, object]>([
  ['a key that is none', answered({ status: 401, body: { meta: {} } }), { code: 'account_unauthorized' }],
  ['no right', answered({ status: 403, body: {} }), { code: 'platform_refused' }],
  ['trouble there', answered({ status: 503, body: '' }), { code: 'platform_unavailable' }],
  ['no answer', { type: 'unknown', reason: 'reset' }, { code: 'platform_unavailable' }],
  ['garbage', answered({ status: 200, body: '[1' }), { platform_code: 'unreadable_answer' }],
  ['another shape', answered({ status: 200, body: {} }), { platform_code: 'unreadable_answer' }],
])('%s is no list', async (_, script, failure) => {
  expect((await ask(script)).outcome).toMatchObject({ type: 'failed', failure });
});

test('429 says when to come again', async () => {
  const { outcome } = await ask(answered({ status: 429, headers: { 'retry-after': '9' }, body: '' }));
  expect(outcome).toMatchObject({ failure: { code: 'rate_limited' }, retryAfterMs: 9000 });
});
