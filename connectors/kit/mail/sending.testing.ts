import { recording } from '../../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../../test/conformance/spec.ts';
import type { OutgoingRequest, SendRequest } from '../../contract/index.ts';

const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

/** A promotional card with a picture, as an answer in a thread. */
export const promotion: SendRequest = {
  messageId: 'msg_01KAP000000000000000000001',
  idempotencyKey: 'msg_01KAP000000000000000000001.0',
  address: 'mailto:ada@example.com',
  part: {
    content: {
      kind: 'card',
      card: {
        title: 'The cup of the month',
        image: { type: 'image', id: 'med_1', alt: 'A blue cup' },
        actions: [{ type: 'url', title: 'See it', url: 'https://shop.test/cup' }],
      },
    },
  },
  media: new Map([
    [
      'med_1',
      {
        url: 'https://gateway.test/media/med_1',
        mediaType: 'image/png',
        bytes: picture.length,
        name: 'cup.png',
        read: () => Promise.resolve(picture),
      },
    ],
  ]),
  thread: ['<first@shop.test>', 'an-id-that-is-none', '<second@mail.example.com>#1'],
  replyTo: '<second@mail.example.com>',
  subject: 'Cups',
  unsubscribeUrl: 'https://gateway.test/u/abc',
};

/** What it should carry, whoever takes it. */
export const promotionHeaders = {
  'Message-ID': '<msg_01KAP000000000000000000001.0@shop.test>',
  'In-Reply-To': '<second@mail.example.com>',
  References: '<first@shop.test> <second@mail.example.com>',
  'List-Unsubscribe': '<https://gateway.test/u/abc>, <mailto:support@shop.test?subject=unsubscribe>',
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
};
export const promotionCid = '0.msg_01KAP000000000000000000001.0@shop.test';

/** The only call that a send makes. */
export async function sentBy(
  { connector, account }: ConformanceSpec,
  request: SendRequest = promotion,
): Promise<OutgoingRequest> {
  const { context, requests } = recording({
    type: 'answer',
    status: 500,
    headers: {},
    body: new Uint8Array(),
  });
  await connector.sender!.send(request, account, context);
  if (requests.length !== 1) throw new Error(`${requests.length} calls`);
  return requests[0]!;
}
