import type { Message } from '../../protocol/messages.ts';
import type { TestMerchant } from '../gateway/gateway.ts';

/** What a merchant sees as the thread, oldest first. */
export async function threadOf(merchant: TestMerchant, conversationId: string): Promise<Message[]> {
  const all: Message[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await merchant.call(
      'GET',
      `/v1/conversations/${conversationId}/messages?limit=100${cursor && `&cursor=${cursor}`}`,
    );
    all.push(...(body['data'] as unknown as Message[]));
    cursor = body['next'] as unknown as string | null;
  }
  return all.toReversed();
}

export const textsOf = (messages: Message[]): string[] => messages.map(({ content }) => content.text ?? '');

/** The next message that a merchant gets from a channel and that fits. */
export async function received(
  merchant: TestMerchant,
  channel: string,
  fits: (message: Message) => boolean,
): Promise<Message> {
  const event = await merchant.receiver.event(
    'message.received',
    ({ data }) => data.channel === channel && fits(data),
  );
  return event.data;
}
