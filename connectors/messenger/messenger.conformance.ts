import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { appSecrets, metaHook, refusedByApp } from '../kit/meta/hook.testing.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const event = (of: object) => ({
  object: 'page',
  entry: [
    {
      id: '900800700600',
      time: 1790000000000,
      messaging: [
        {
          sender: { id: '7100000000000001' },
          recipient: { id: '900800700600' },
          timestamp: 1790000000000,
          ...of,
        },
      ],
    },
  ],
});

const account = {
  id: 'acc_01KAP00000000000000000MESS',
  merchantId: 'mer_01KAP00000000000000000MESS',
  test: true,
  config: {
    base_url: 'http://platform.test',
    api_version: 'v25.0',
    page_id: '900800700600',
    media: 'upload',
  },
  credentials: {
    page_access_token: 'conformance-page-token',
    ...appSecrets,
  },
  hookUrl: 'https://gateway.test/hooks/messenger/acc_01KAP00000000000000000MESS',
};

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('./fixtures/', import.meta.url),
  ...metaHook(account),
  ignored: {
    'another product': { object: 'instagram', entry: [] },
    'an empty batch': { object: 'page', entry: [] },
    'an own echo': event({ message: { mid: 'm_1', is_echo: true, text: 'x' } }),
    'an unknown event': event({ pass_thread_control: { new_owner_app_id: '1' } }),
    'a change of the page': {
      object: 'page',
      entry: [{ id: '900800700600', changes: [{ field: 'feed', value: {} }] }],
    },
    'someone without an id': {
      object: 'page',
      entry: [
        {
          id: '900800700600',
          messaging: [{ recipient: { id: '900800700600' }, optin: { ref: 'x', user_ref: 'u' } }],
        },
      ],
    },
  },
  answers: {
    // `attachment_id` is what an upload answers
    ok: {
      status: 200,
      body: { recipient_id: '7100000000000001', message_id: 'm_OK1', attachment_id: '7000000001' },
    },
    providerIds: ['m_OK1'],
    unauthorized: refusedByApp(401, 190, 463),
    throttled: { ...refusedByApp(400, 613), headers: { 'retry-after': '3' }, retryAfterMs: 3000 },
    rejected: [
      { ...refusedByApp(400, 10, 2018278), code: 'window_closed', name: 'the window is closed' },
      { ...refusedByApp(400, 551, 1545041), code: 'unreachable', name: 'the person is not available' },
      { ...refusedByApp(400, 10, 2018108), code: 'unreachable', name: 'the person takes no messages' },
      { ...refusedByApp(400, 100, 2018001), code: 'address_invalid', name: 'no such person' },
      { ...refusedByApp(403, 200, 99), code: 'account_unauthorized', name: 'no permission' },
      { ...refusedByApp(403, 10), code: 'account_unauthorized', name: 'a permission taken back' },
      { ...refusedByApp(400, 100), code: 'content_refused', name: 'a wrong parameter' },
      { ...refusedByApp(400, 100, 2018047), code: 'media_unavailable', name: 'an upload that failed' },
      { ...refusedByApp(400, 368), code: 'spam_suspected', name: 'taken for abuse' },
      { ...refusedByApp(400, 1200), code: 'platform_unavailable', name: 'a passing failure' },
      {
        ...refusedByApp(500, 9999),
        code: 'platform_unavailable',
        name: 'an unknown code of a failing platform',
      },
      { ...refusedByApp(400, 9999), code: 'platform_refused', name: 'an unknown code' },
    ],
  },
  addresses: {
    same: ['messenger:7100000000000001'],
    refused: [
      'messenger:ada',
      'messenger:+33639980001',
      'tel:+33639980001',
      'messenger:7100 0001',
      `messenger:${'7'.repeat(33)}`,
    ],
    sample: 'messenger:7100000000000001',
  },
  samples: [
    sample.text,
    { kind: 'media', media: sample.picture.media },
    sample.file,
    sample.buttons,
    { ...sample.buttons, style: 'buttons' },
    sample.picturedCard,
    {
      kind: 'carousel',
      text: 'Ours',
      cards: [
        { title: 'A', subtitle: 'a', actions: [{ type: 'reply', id: 'a', title: 'Take A' }] },
        {
          title: 'B',
          subtitle: 'b',
          actions: [
            { type: 'reply', id: 'b', title: 'Take B' },
            { type: 'call', title: 'Call', phone: '+33639980003' },
          ],
        },
      ],
    },
    sample.reaction,
    sample.typing,
    sample.read,
    {
      kind: 'native',
      connector: 'messenger',
      payload: { message: { attachment: { type: 'template', payload: { template_type: 'receipt' } } } },
      text: 'Receipt',
    },
  ],
};
