import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { appSecrets, metaHook, refusedByApp } from '../kit/meta/hook.testing.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const own = '17841400000000001';
const who = '7200000000000001';
const entry = (of: object) => ({ object: 'instagram', entry: [{ id: own, time: 1790000000000, ...of }] });
const event = (of: object) =>
  entry({ messaging: [{ sender: { id: who }, recipient: { id: own }, timestamp: 1790000000000, ...of }] });

const account = {
  id: 'acc_01KAP00000000000000000GRAM',
  merchantId: 'mer_01KAP00000000000000000GRAM',
  test: true,
  config: { base_url: 'http://platform.test', api_version: 'v25.0', account_id: own, media: 'link' },
  credentials: {
    access_token: 'conformance-access-token',
    ...appSecrets,
  },
  hookUrl: 'https://gateway.test/hooks/instagram/acc_01KAP00000000000000000GRAM',
};

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('./fixtures/', import.meta.url),
  ...metaHook(account),
  ignored: {
    'another product': { object: 'page', entry: [] },
    'another account': { object: 'instagram', entry: [{ id: '17841400000000009', messaging: [] }] },
    'an empty batch': { object: 'instagram', entry: [] },
    'an own echo': event({ sender: { id: own }, message: { mid: 'm_1', is_echo: true, text: 'x' } }),
    'an own echo that does not say so': event({ sender: { id: own }, message: { mid: 'm_1', text: 'x' } }),
    'an unknown event': event({ something_of_next_year: { id: '1' } }),
    'a comment': entry({ changes: [{ field: 'comments', value: { id: '1', text: 'x' } }] }),
    'what another app takes care of': entry({
      standby: [{ sender: { id: who }, message: { mid: 'm_1', text: 'x' } }],
    }),
    'an unreadable event': event({ message: { mid: 7 } }),
  },
  answers: {
    ok: { status: 200, body: { recipient_id: who, message_id: 'm_OK1' } },
    providerIds: ['m_OK1'],
    unauthorized: refusedByApp(401, 190, 463),
    throttled: { ...refusedByApp(400, 613), headers: { 'retry-after': '3' }, retryAfterMs: 3000 },
    rejected: [
      { ...refusedByApp(400, 10, 2534022), code: 'window_closed', name: 'the window is closed' },
      {
        ...refusedByApp(400, 10, 2018278),
        code: 'window_closed',
        name: 'the window is closed, as Messenger says it',
      },
      { ...refusedByApp(400, 551, 1545041), code: 'unreachable', name: 'the person is not available' },
      { ...refusedByApp(400, 100, 2534014), code: 'address_invalid', name: 'no such person' },
      { ...refusedByApp(403, 200, 99), code: 'account_unauthorized', name: 'no permission' },
      { ...refusedByApp(400, 100), code: 'content_refused', name: 'a wrong parameter' },
      {
        ...refusedByApp(400, 100, 2018007),
        code: 'media_unavailable',
        name: 'a file that could not be fetched',
      },
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
    same: [`instagram:${who}`],
    refused: ['instagram:ada', 'instagram:+33639980001', 'tel:+33639980001', `instagram:${'7'.repeat(33)}`],
    sample: `instagram:${who}`,
  },
  samples: [
    sample.text,
    sample.picture,
    sample.file,
    sample.buttons,
    {
      kind: 'choice',
      text: 'Which day?',
      options: ['Mon', 'Tue', 'Wed', 'Thu'].map((title) => ({ id: title, title })),
    },
    sample.picturedCard,
    sample.carousel,
    sample.reaction,
    sample.typing,
    sample.read,
    {
      kind: 'native',
      connector: 'instagram',
      payload: { message: { attachment: { type: 'MEDIA_SHARE', payload: { id: '18000000000000001' } } } },
      text: 'Our post',
    },
  ],
};
