import type { Content } from '../../protocol/content.ts';
import type { EventOf } from '../gateway/receiver.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import type { Town } from './town.ts';

export const identitySecret = 'identity-secret-for-tests-0123456789abcdef';

export type Received = EventOf<'message.received'>['data'];

/** One merchant with one web chat. */
export interface ChatSite {
  merchant: TestMerchant;
  accountId: string;
  demoUrl: string;
  /** The merchant's own page with the widget in it. */
  shopUrl(look?: Record<string, string>): string;
  /** The message that a visitor wrote with these words. */
  received(text: string): Promise<Received>;
  /** What visitors wrote, in the order in which the merchant was told. */
  written(): string[];
  close(): Promise<void>;
}

export async function openSite(
  { gateway, line, shop }: Town,
  config: Record<string, unknown> = {},
): Promise<ChatSite> {
  const merchant = await gateway.merchant('Clay & Tide');
  const { receiver } = merchant;
  const { id: accountId, hookUrl } = await merchant.account(
    'webchat',
    { name: 'Clay & Tide', origins: [shop.origin], ...config },
    { secret: 'visitor-secret-for-tests-0123456789abcdef', identity_secret: identitySecret },
  );
  if (!hookUrl.startsWith(line.url)) throw new Error(`${hookUrl} is not under the public address`);
  return {
    merchant,
    accountId,
    demoUrl: `${hookUrl}/demo`,
    shopUrl: (look) => shop.page(accountId, look),
    received: async (text) =>
      (await receiver.event('message.received', ({ data }) => textOf(data.content) === text)).data,
    written: () =>
      receiver.events.flatMap((event) =>
        event.type === 'message.received' ? (textOf(event.data.content) ?? []) : [],
      ),
    close: () => receiver.close(),
  };
}

const textOf = (content: Content): string | undefined => (content.kind === 'text' ? content.text : undefined);

/** Shows a signal to the visitor; says whether the channel could. */
export async function signal(
  merchant: TestMerchant,
  conversationId: string,
  name: 'typing' | 'typing_stopped' | 'read',
): Promise<boolean> {
  const { status, body } = await merchant.call('POST', `/v1/conversations/${conversationId}/signals`, {
    signal: name,
  });
  return status === 202 && body['shown'] === (true as never);
}

/** Uploads a file of the merchant's and gives the media id for content. */
export async function uploaded(
  merchant: TestMerchant,
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): Promise<string> {
  const answer = await fetch(`${merchant.gateway.url}/v1/media?name=${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${merchant.key}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  if (answer.status !== 201) throw new Error(`not uploaded: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}
