import { expect, test } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { connector } from './index.ts';
import { spec } from './kakaotalk-infobip.conformance.ts';

conformance(spec);

const { ok } = spec.answers!;
const ofKind = (kind: Content['kind']) => spec.samples.find((sample) => sample.kind === kind)!;
async function send(sample: Content, of: object = {}) {
  const { context, requests } = recording(answered(ok));
  const outcome = await connector.sender!.send(
    { ...sendRequest(spec, sample), ...of },
    spec.account,
    context,
  );
  return { outcome, requests, contents: requests.map(({ json }) => (json as Sent).messages[0].content) };
}
interface Sent {
  messages: [{ content: object }];
}
const webhooks = {
  delivery: { url: `${spec.account.hookUrl}?token=example-hook-token`, intermediateReport: true },
};

test('an answer goes to who wrote, by the consultation of the channel', async () => {
  const { requests } = await send(ofKind('text'), { address: 'kakaotalk:aB3dEf6hIj9k' });
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/kakao-sangdam/1/messages',
    headers: { authorization: 'App example-api-key' },
  });
  const content = { type: 'TEXT', text: 'Your flowers are on their way' };
  expect(requests[0]!.json).toEqual({
    messages: [{ sender: '@flowershop', destinations: [{ to: 'aB3dEf6hIj9k' }], content, webhooks }],
  });
});

test('a template goes to a number as Alim Talk, with its own sender and time', async () => {
  const { requests } = await send(ofKind('template'), { validForSeconds: 999_999 });
  expect(requests[0]!.url).toBe('http://platform.test/kakao-alim/1/messages');
  expect(requests[0]!.json).toEqual({
    messages: [
      {
        sender: '@flowershop-notices',
        destinations: [{ to: '821012345678' }],
        content: {
          type: 'TEMPLATE',
          templateCode: 'order_shipped_01',
          text: '주문하신 꽃이 출발했습니다.',
          title: '출발',
        },
        options: { validityPeriod: { amount: 172_800, timeUnit: 'SECONDS' } },
        webhooks,
      },
    ],
  });
});

test('a template with buttons goes as the native content that names them', async () => {
  const payload = {
    type: 'TEMPLATE',
    templateCode: 'c1',
    text: 'x',
    buttons: [{ type: 'ADD_CHANNEL', name: 'Add' }],
  };
  const native: Content = { kind: 'native', connector: 'kakaotalk-infobip', payload, text: 'x' };
  const { requests, contents } = await send(native);
  expect(requests[0]!.url).toBe('http://platform.test/kakao-alim/1/messages');
  expect(contents).toEqual([payload]);
});

test.each<[string, Content, object, string]>([
  ['a template to an id of Kakao', ofKind('template'), { address: 'kakaotalk:a' }, 'address_invalid'],
  [
    'a template with buttons',
    { ...ofKind('template'), buttons: [{ index: 0, type: 'url', value: 'x' }] } as Content,
    {},
    'content_unsupported',
  ],
  ['a code too long', { ...ofKind('template'), name: 'x'.repeat(31) } as Content, {}, 'template_refused'],
  ['a picture that is gone', ofKind('media'), { media: new Map() }, 'media_unavailable'],
])('%s is refused before Infobip is asked', async (_, sample, of, code) => {
  const { outcome, requests } = await send(sample, of);
  expect(outcome).toMatchObject({ type: 'rejected', failure: { code } });
  expect(requests).toEqual([]);
});

test('a question has buttons that say our payload', async () => {
  const payload = (index: number) => `msg_01KAP00000000000000000TEST.${index}`;
  expect((await send(ofKind('choice'))).contents).toEqual([
    {
      type: 'BUTTON_LIST',
      text: 'When?',
      buttons: [
        { type: 'REPLY', name: 'Today', extra: payload(0) },
        { type: 'REPLY', name: 'Tomorrow', extra: payload(1) },
      ],
    },
  ]);
});

test('a card is its picture, then its words above its buttons', async () => {
  const url = 'https://shop.example.com/roses';
  expect((await send(ofKind('card'))).contents).toEqual([
    { type: 'IMAGE', url: 'https://gateway.test/media/med_2' },
    {
      type: 'BUTTON_LIST',
      text: 'Roses\n39,000 KRW',
      buttons: [
        { type: 'REPLY', name: 'Buy', extra: 'msg_01KAP00000000000000000TEST.0' },
        { type: 'OPEN_URL', name: 'See', urlMobile: url, urlPc: url },
      ],
    },
  ]);
});

test('a card that stops after its picture is uncertain', async () => {
  let count = 0;
  const { context } = recording(() => answered(count++ === 0 ? ok : spec.answers!.unauthorized));
  const outcome = await connector.sender!.send(sendRequest(spec, ofKind('card')), spec.account, context);
  expect(outcome).toEqual({ type: 'uncertain', reason: 'partly_sent' });
});

test('the check at set-up asks for the logs of the channel', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { results: [] } }));
  expect(await connector.probe!(spec.account, context)).toEqual({ ok: true, detail: '@flowershop' });
  expect(requests[0]!.url).toBe('http://platform.test/kakao-sangdam/1/logs?limit=1&sender=%40flowershop');
  const refused = recording(answered(spec.answers!.unauthorized));
  expect(await connector.probe!(spec.account, refused.context)).toMatchObject({
    ok: false,
    fields: ['credentials.api_key'],
  });
});
