import type { TestMerchant } from '../../gateway/gateway.ts';
import { startTelegramEmulator } from '../../providers/telegram.ts';
import type { Person, TelegramEmulator } from '../../providers/telegram.ts';
import { plainText } from './consumer.ts';
import type { Consumer, Line } from './consumer.ts';

const secret = 'a-webhook-secret-of-our-own';
let bots = 900_800;

export interface TelegramLine extends Line {
  telegram: TelegramEmulator;
  hookUrl: string;
  hookHeaders: Record<string, string>;
  person(n: number): Person;
  /** The latest picture that the n-th person got, as the platform hands it out. */
  photo(n: number): Promise<Buffer | undefined>;
}

/** A bot at a Bot API of its own. */
export async function openTelegram(merchant: TestMerchant): Promise<TelegramLine> {
  const token = `${++bots}:emulator-token-of-our-own`;
  const telegram = await startTelegramEmulator({ token });
  const { id, hookUrl } = await merchant.account(
    'telegram',
    { base_url: telegram.url },
    { token, webhook_secret: secret },
  );
  await fetch(`${telegram.url}/bot${token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      url: hookUrl,
      secret_token: secret,
      allowed_updates: ['message', 'edited_message', 'callback_query', 'message_reaction', 'my_chat_member'],
    }),
  });
  const person = (n: number) => telegram.user(7_000_000 + n);
  return {
    connector: 'telegram',
    channel: 'telegram',
    accountId: id,
    // Telegram gives bots no receipts
    ends: 'sent',
    via: 'payload',
    received: plainText,
    telegram,
    hookUrl,
    hookHeaders: { 'x-telegram-bot-api-secret-token': secret },
    person,
    photo: async (n) => {
      const sizes = person(n)
        .received()
        .findLast((message) => message['photo'])?.['photo'] as { file_id: string }[] | undefined;
      if (!sizes) return undefined;
      const file = (await (
        await fetch(`${telegram.url}/bot${token}/getFile?file_id=${sizes.at(-1)!.file_id}`)
      ).json()) as { result: { file_path: string } };
      return Buffer.from(
        await (await fetch(`${telegram.url}/file/bot${token}/${file.result.file_path}`)).arrayBuffer(),
      );
    },
    consumer: (n): Promise<Consumer> => {
      const one = person(n);
      return Promise.resolve({
        address: `telegram:${one.id}`,
        writes: async (text) => void (await one.writes(text)),
        texts: () =>
          Promise.resolve(
            one.received().map((message) => String(message['text'] ?? message['caption'] ?? '')),
          ),
        answers: async ({ title }) => void (await one.presses(title)),
      });
    },
    close: () => telegram.close(),
  };
}
