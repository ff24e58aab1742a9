import { describe, expect, test } from 'vitest';
import { messageTemplateSchema } from '../../protocol/templates.ts';
import { answered, recording, secretsOf } from '../../test/conformance/scripted.ts';
import type { Script } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './whatsapp.conformance.ts';

const account = {
  ...spec.account,
  config: { ...(spec.account.config as object), waba_id: '700800900700800' },
};
const ask = async (script: Script, of = account) => {
  const record = recording(script);
  const outcome = await connector.templates!(of, record.context);
  expect(secretsOf(spec.account.credentials).some((one) => JSON.stringify(outcome).includes(one))).toBe(
    false,
  );
  return { outcome, ...record };
};
const template = (name: string, more: object = {}) => ({
  id: `77${name.length}`,
  name,
  language: 'fr',
  status: 'APPROVED',
  category: 'MARKETING',
  components: [{ type: 'BODY', text: 'Bonjour {{1}}' }],
  ...more,
});
const page = (data: object[], after?: string) =>
  answered({
    status: 200,
    body: {
      data,
      paging: {
        cursors: { before: 'start', after: after ?? 'end' },
        ...(after ? { next: 'https://elsewhere.example.com/?access_token=x' } : {}),
      },
    },
  });

test('all pages, by the cursor, under the token', async () => {
  const { outcome, requests } = await ask(({ url }) =>
    url.includes('after=')
      ? page([template('second', { status: 'REJECTED', rejected_reason: 'SCAM' })])
      : page([template('first'), template('first', { language: 'en_GB' })], 'place 2'),
  );
  expect(outcome).toMatchObject({
    type: 'listed',
    templates: [
      { name: 'first', language: 'fr', purpose: 'marketing', body: { placeholders: ['1'] } },
      { name: 'first', language: 'en-GB' },
      { name: 'second', state: 'rejected', reason: 'SCAM' },
    ],
  });
  if (outcome.type === 'listed')
    for (const one of outcome.templates) expect(messageTemplateSchema.parse(one)).toEqual(one);
  const path = 'http://platform.test/v25.0/700800900700800/message_templates';
  const fields = 'fields=id%2Cname%2Clanguage%2Cstatus%2Ccategory%2Crejected_reason%2Ccomponents';
  expect(requests.map(({ method, url }) => [method, url])).toEqual([
    ['GET', `${path}?${fields}&limit=100`],
    ['GET', `${path}?${fields}&limit=100&after=place+2`],
  ]);
  const { access_token: token } = spec.account.credentials as { access_token: string };
  for (const { headers } of requests) expect(headers).toEqual({ authorization: `Bearer ${token}` });
});

test('none at all, and a platform that begins again, come to an end', async () => {
  expect((await ask(page([]))).outcome).toEqual({ type: 'listed', templates: [] });
  const { outcome, requests } = await ask(page([template('same')], 'again'));
  expect(outcome).toMatchObject({ type: 'listed', templates: [{ name: 'same' }] });
  expect(requests).toHaveLength(2);
});

test('no more than the contract allows', async () => {
  let pages = 0;
  const { outcome } = await ask(() => {
    pages += 1;
    return page(
      Array.from({ length: 100 }, (_, index) => template(`t_${pages}_${index}`)),
      `page${pages}`,
    );
  });
  expect(outcome).toMatchObject({ type: 'listed', more: true });
  expect(outcome.type === 'listed' && outcome.templates.length).toBe(2000);
  expect(pages).toBe(20);
});

test('without the id of the business account nobody is asked', async () => {
  const { outcome, requests } = await ask(page([]), spec.account as typeof account);
  expect([outcome, requests]).toEqual([{ type: 'unset', fields: ['config.waba_id'] }, []]);
});

describe('what fails', () => {
  const graphError = (status: number, code: number) =>
    answered({ status, body: { error: { code, message: 'no' } } });
  test.each<[string, Script, object]>([
    ['a token that is none', graphError(401, 190), { code: 'account_unauthorized', platform_code: '190' }],
    ['a right that lacks', graphError(403, 200), { code: 'account_unauthorized', platform_code: '200' }],
    ['an id of nobody', graphError(400, 100), { code: 'platform_refused', platform_code: '100' }],
    ['a limit of the business account', graphError(400, 80008), { code: 'rate_limited', permanent: false }],
    ['trouble there', answered({ status: 500, body: 'oops' }), { code: 'platform_unavailable' }],
    ['no connection', { type: 'unsent', reason: 'connect' }, { code: 'platform_unavailable' }],
    ['no answer', { type: 'unknown', reason: 'timeout' }, { code: 'platform_unavailable' }],
    ['no JSON', answered({ status: 200, body: '<html>' }), { platform_code: 'unreadable_answer' }],
    ['another shape', answered({ status: 200, body: { data: {} } }), { platform_code: 'unreadable_answer' }],
    ['templates of no shape', page([{ id: 1 }, {}]), { platform_code: 'unreadable_answer' }],
  ])('%s', async (_, script, failure) => {
    expect((await ask(script)).outcome).toMatchObject({ type: 'failed', failure });
  });
  test('429 says when to come again', async () => {
    const { outcome } = await ask(answered({ status: 429, headers: { 'retry-after': '7' }, body: '' }));
    expect(outcome).toMatchObject({
      type: 'failed',
      failure: { code: 'rate_limited', permanent: false },
      retryAfterMs: 7000,
    });
  });
  test('a second page that fails: half a list is none', async () => {
    const { outcome } = await ask(({ url }) =>
      url.includes('after=') ? answered({ status: 500, body: '' }) : page([template('first')], 'two'),
    );
    expect(outcome).toMatchObject({ type: 'failed' });
  });
  test('one that cannot be read among others is left out', async () => {
    const { outcome } = await ask(page([{ name: 7 }, template('first')]));
    expect(outcome).toMatchObject({ templates: [{ name: 'first' }] });
  });
});
