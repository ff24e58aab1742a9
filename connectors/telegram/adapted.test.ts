import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { TelegramEmulator } from '../../test/providers/telegram.ts';
import type { Context, OutboundMedia } from '../contract/index.ts';
import { anyContent, context as adaptContext } from '../../protocol/adapt/arbitraries.ts';
import { adapt } from '../../protocol/adapt/index.ts';
import { createHttpClient } from '../kit/http.ts';
import type { TelegramAccount } from './bot.ts';
import { connector } from './index.ts';
import { spec } from './telegram.conformance.ts';

const token = '900800:adapted-token-of-our-own';
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);
const quiet = () => undefined;
const context: Context = {
  http: createHttpClient({ allowed: ['127.0.0.0/8'] }),
  log: { info: quiet, warn: quiet, error: quiet },
  now: () => 0,
  random: (size) => new Uint8Array(size),
  signal: new AbortController().signal,
};
const held: OutboundMedia = {
  url: 'https://gateway.test/x',
  mediaType: 'image/jpeg',
  bytes: jpeg.length,
  read: () => Promise.resolve(jpeg),
};
const media = new Map(['med_1', 'med_2', 'med_3'].map((id) => [id, held]));

let telegram: TelegramEmulator;
beforeAll(async () => {
  telegram = await startTelegramEmulator({ token });
  telegram.callbacks = 'none';
  await telegram.user(42).starts();
});
afterAll(() => telegram.close());

/** Platforms refuse what is blank; the gateway refuses it before. */
function hasBlank(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && value.trim() === '';
  return typeof value === 'object' && value !== null && Object.values(value).some(hasBlank);
}

it('whatever a merchant sends, adapted to the capabilities, Telegram takes', async () => {
  const account: TelegramAccount = {
    ...(spec.account as TelegramAccount),
    config: { base_url: telegram.url, receive: 'webhook', media_by_url: false },
    credentials: { token, webhook_secret: 'a-hook-secret-of-our-own' },
  };
  const { capabilities } = connector.manifest;
  // These are about an earlier message, or the merchant's own method: other tests have them.
  const content = anyContent.filter(
    (one) => !['edit', 'removal', 'reaction', 'native'].includes(one.kind) && !hasBlank(one),
  );
  await fc.assert(
    fc.asyncProperty(content, async (one) => {
      for (const part of adapt(one, capabilities, { ...adaptContext, connector: 'telegram' }).parts) {
        const request = {
          messageId: 'msg',
          idempotencyKey: 'msg.0',
          address: 'telegram:42',
          part,
          media,
          thread: [],
        };
        const outcome = await connector.sender!.send(request, account, context);
        expect([outcome, part]).toEqual([{ type: 'sent', providerIds: expect.any(Array) as unknown }, part]);
      }
    }),
    { numRuns: 300 },
  );
});
