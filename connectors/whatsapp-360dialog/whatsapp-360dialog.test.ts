import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { HookRequest } from '../contract/index.ts';
import { everyPart } from '../kit/adapted.testing.ts';
import { cloudRefusals } from '../kit/whatsapp/testing.ts';
import { render } from '../kit/whatsapp/render.ts';
import { connector } from './index.ts';
import { spec } from './whatsapp-360dialog.conformance.ts';

conformance(spec);

const key = { 'd360-api-key': 'conformance-api-key' };

test('a text goes as the Cloud API has it, under the key of the number', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests).toMatchObject([
    {
      method: 'POST',
      url: 'http://platform.test/messages',
      headers: key,
      json: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        recipient: 'FR.840200000000001',
        type: 'text',
      },
    },
  ]);
  expect(requests[0]!.headers).not.toHaveProperty('authorization');
});

test('media is fetched from 360dialog, whatever host its address names', async () => {
  const { context, requests } = recording((request) =>
    request.url.endsWith('/123')
      ? answered({
          status: 200,
          body: {
            url: 'https://lookaside.example.net/whatsapp_business/attachments/?mid=7&ext=8&hash=a',
            mime_type: 'image/jpeg',
          },
        })
      : answered({ status: 200, body: 'x' }),
  );
  const fetch = (reference: string) =>
    connector.media!.fetch(reference, spec.account, { ...context, maxBytes: 9 });
  expect(await fetch('123')).toMatchObject({ ok: true, mediaType: 'image/jpeg' });
  expect(await fetch('../messages')).toMatchObject({ ok: false, permanent: true });
  expect(requests.map(({ url, headers }) => [url, headers])).toEqual([
    ['http://platform.test/123', key],
    ['http://platform.test/whatsapp_business/attachments/?mid=7&ext=8&hash=a', key],
  ]);
});

test('where call-backs are not signed, they bring the token that was set', () => {
  const config = { ...(spec.account.config as object), verification: 'header' };
  const hookRequest = (authorization?: string): HookRequest => ({
    method: 'POST',
    path: '',
    url: spec.account.hookUrl,
    query: new URLSearchParams(),
    headers: { authorization },
    body: new Uint8Array(),
  });
  const verify = (authorization?: string) =>
    connector.hook!.verify(hookRequest(authorization), { ...spec.account, config }, 0).ok;
  expect(verify('Bearer conformance-platform-secret')).toBe(true);
  expect([verify('Bearer another'), verify()]).toEqual([false, false]);
});

test('the webhook of one number needs no id of it, that of a WABA does', () => {
  const parse = (config: object) =>
    connector.hook!.parse(
      {
        ...spec.request!({
          name: 'another number',
          document: 'made by the test',
          request: {
            json: {
              object: 'whatsapp_business_account',
              entry: [
                {
                  changes: [
                    {
                      field: 'messages',
                      value: {
                        metadata: { phone_number_id: '999' },
                        messages: [
                          { id: 'wamid.1', from: '33639980001', type: 'text', text: { body: 'Bonjour' } },
                        ],
                      },
                    },
                  ],
                },
              ],
            },
          },
          items: [],
        }),
      },
      { ...spec.account, config },
    );
  const { phone_number_id: _, ...without } = spec.account.config as Record<string, unknown>;
  expect(parse(spec.account.config as object)).toMatchObject({ items: [{ type: 'ignored' }] });
  expect(parse(without)).toMatchObject({
    items: [{ type: 'message', sender: { address: 'whatsapp:+33639980001' } }],
  });
});

test('whatever a merchant says, adapted, stays within what the Cloud API takes', () =>
  everyPart(connector, (part) => {
    const message = { part, replyTo: 'wamid.1', messageId: 'msg_1' };
    const rendered = render(message, { fileOf: () => ({ id: '1' }) });
    const broken = rendered.ok && rendered.bodies.flatMap((body) => cloudRefusals(body));
    expect([rendered.ok, broken, part]).toEqual([true, [], part]);
  }));
