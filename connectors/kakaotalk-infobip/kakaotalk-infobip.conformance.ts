import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { Content } from '../../protocol/content.ts';
import { connector } from './index.ts';

const id = '2250be2d4219-3af1-78856-aabe-1362af1edfd2';
const answer = (name: string, groupId: number) => ({
  status: 200,
  body: {
    bulkId: '2034072219640523072',
    messages: [
      {
        messageId: id,
        status: { groupId, groupName: 'x', id: 1, name, description: 'x' },
        destination: '821012345678',
      },
    ],
  },
});
const refused = (errorCode: string, status: number) => ({
  status,
  body: { errorCode, description: 'refused', action: 'x', violations: [], resources: [] },
});
const inbound = (message: object, sender = 'aB3dEf6hIj9k') => ({
  results: [{ sender, to: '@flowershop', integrationType: 'x', messageId: id, message, price: {} }],
});

const common = smsSpec(connector, {
  folder: import.meta.url,
  config: { sender: '@flowershop', alim_sender: '@flowershop-notices', country: 'KR' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('Infobip'),
  toldInBodies: ['hook_token'],
  ignored: {
    'an unknown event': { results: [{ messageId: id, event: 'WEATHER' }] },
    'an unknown state': { results: [{ messageId: id, status: { groupName: 'PONDERED', name: 'LONG' } }] },
    'a message of an unknown kind': inbound({ type: 'HOLOGRAM', url: 'https://media.example.com/1' }),
    'a picture without its address': inbound({ type: 'IMAGE', url: 'nowhere', urlsDetails: [] }),
    'a message of nobody': inbound({ type: 'TEXT', text: 'x' }, ''),
    'nothing at all': { results: [] },
  },
  answers: {
    ok: answer('PENDING_ACCEPTED', 1),
    providerIds: [id],
    unauthorized: refused('E401', 401),
    throttled: refused('E429', 429),
    rejected: [
      ['a number that is none', answer('REJECTED_DESTINATION', 5), 'address_invalid'],
      ['no credit', answer('REJECTED_NOT_ENOUGH_CREDITS', 5), 'balance_exhausted'],
      ['a consumer on the do-not-disturb list', answer('REJECTED_DND', 5), 'opted_out'],
      ['a refusal that nobody knows', answer('REJECTED_NEXT_YEAR', 5), 'platform_refused'],
      ['a key without the scope', refused('E403', 403), 'account_unauthorized'],
      ['a malformed request', refused('E400', 400), 'content_refused'],
    ],
  },
});

const samples: Content[] = [
  { kind: 'text', text: 'Your flowers are on their way' },
  { kind: 'media', media: { type: 'image', id: 'med_1' } },
  {
    kind: 'choice',
    text: 'When?',
    options: [
      { id: 'a', title: 'Today' },
      { id: 'b', title: 'Tomorrow' },
    ],
  },
  {
    kind: 'card',
    card: {
      title: 'Roses',
      subtitle: '39,000 KRW',
      image: { type: 'image', id: 'med_2' },
      actions: [
        { type: 'reply', id: 'buy', title: 'Buy' },
        { type: 'url', title: 'See', url: 'https://shop.example.com/roses' },
      ],
    },
  },
  {
    kind: 'template',
    name: 'order_shipped_01',
    language: 'ko',
    text: '주문하신 꽃이 출발했습니다.',
    header: ['출발'],
  },
  {
    kind: 'native',
    connector: 'kakaotalk-infobip',
    payload: { type: 'TERMINATE_SESSION' },
    text: 'Good-bye',
  },
];

export const spec: ConformanceSpec = {
  ...common,
  addresses: {
    same: ['tel:+821012345678', 'tel:+82 10-1234-5678', 'tel:010-1234-5678'],
    refused: [
      'kakaotalk:',
      'kakaotalk:a b',
      'tel:15881234567890123',
      'tel:1588',
      'tel:alpha:ACME',
      'mailto:a@example.com',
    ],
    sample: 'tel:+821012345678',
  },
  samples,
  skips: {
    ...common.skips,
    'ignores its own echo': 'Infobip calls for messages of consumers and for delivery reports only',
  },
};
