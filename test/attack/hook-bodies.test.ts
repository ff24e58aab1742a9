import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { openHooks, openPages } from './hooks.ts';
import type { Hooked } from './hooks.ts';
import { residentMebibytes } from './ledger.ts';
import { expectProblem, raw } from './raw.ts';
import { mebibyte, unreadable } from './unreadable.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let hooks: Hooked[];
let pages: Awaited<ReturnType<typeof openPages>>;
let memoryBefore: number;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('attacked', 'test');
  hooks = await openHooks(merchant);
  pages = await openPages(merchant);
  memoryBefore = await residentMebibytes(gateway.pid);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

/** The text of the newest message of a consumer's that begins so: what was answered with 2xx is in the ledger. */
async function received(beginning: string): Promise<string | undefined> {
  const { body } = await merchant.call('GET', '/v1/messages?limit=100');
  const messages = body['data'] as unknown as { direction: string; content: { text?: string } }[];
  return messages.find(
    (message) => message.direction === 'inbound' && message.content.text?.startsWith(beginning),
  )?.content.text;
}

/** The same, with fields that no document names in every object. */
function more(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(more);
  if (typeof value !== 'object' || value === null) return value;
  return {
    ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, more(inner)])),
    new_field_of_tomorrow: { a: [1] },
    another: null,
  };
}

describe('every hook', () => {
  test.each(unreadable)('signed and %s is a 4xx problem', async (_, body) => {
    for (const hook of hooks) {
      const sent = body();
      const answer = await raw(hook.url, { body: sent, headers: hook.signed(sent) });
      expectProblem(answer, 400, 413, 422);
    }
  });

  test.each(['null', '[]', '7', '{"entry":7}', '{"object":7}', '{"update_id":"x"}'])(
    'signed %s is taken or refused, and never breaks it',
    async (body) => {
      for (const hook of hooks) {
        const answer = await raw(hook.url, { body, headers: hook.signed(body) });
        expect(answer.status, hook.connector).toBeLessThan(500);
        if (answer.status >= 400) expectProblem(answer, 400, 422);
      }
    },
  );

  test('unknown fields of the platform are ignored, wherever they are', async () => {
    for (const hook of hooks) {
      const text = `hello by ${hook.connector}`;
      const body = JSON.stringify(more(hook.message(text)));
      expect((await raw(hook.url, { body, headers: hook.signed(body) })).status).toBe(200);
      expect(await received(text)).toBe(text);
    }
  });

  test('a lone surrogate in a platform’s text is delivered as something that has a UTF-8 form', async () => {
    for (const hook of hooks) {
      const text = `half ${hook.connector} \ud83d`;
      const body = JSON.stringify(hook.message(text));
      const answer = await raw(hook.url, { body, headers: hook.signed(body) });
      expect(answer.status, hook.connector).toBeLessThan(500);
      if (answer.status >= 300) continue;
      expect((await received(`half ${hook.connector}`))?.isWellFormed(), hook.connector).toBe(true);
    }
  });

  test('web chat and phone refuse bodies of every kind', async () => {
    for (const [, body] of unreadable) {
      for (const path of ['/session', '/poll', '/upload']) {
        const answer = await raw(pages.webchat + path, {
          body: body(),
          headers: { origin: gateway.url, 'content-type': 'text/plain' },
        });
        expect(answer.status, path).toBeGreaterThanOrEqual(400);
        expectProblem(answer, 400, 401, 403, 413, 415, 422);
      }
    }
    const attach = `${pages.sandbox}/attach?key=${pages.phoneKey}`;
    expect((await raw(attach, { body: 'x' })).status).toBe(422);
    expect(
      (
        await raw(`${attach}&as=ada&id=12345678`, {
          body: Buffer.alloc(17 * mebibyte),
          headers: { 'content-type': 'image/png' },
        })
      ).status,
    ).toBe(413);
    expect((await raw(`${pages.sandbox}/attach?as=ada&id=12345678`, { body: 'x' })).status).toBe(404);
  });
});

describe('an account that isn’t there', () => {
  test.each([
    ['of nobody', (hook: Hooked) => `/hooks/${hook.connector}/acc_01HZZZZZZZZZZZZZZZZZZZZZZZ`],
    [
      'of another connector',
      (hook: Hooked) => `/hooks/${hook.connector === 'telegram' ? 'whatsapp' : 'telegram'}/${hook.accountId}`,
    ],
    ['of a connector that isn’t there', (hook: Hooked) => `/hooks/nothing/${hook.accountId}`],
    ['with a name of the language', () => '/hooks/__proto__/constructor'],
    ['with a broken escape', () => '/hooks/telegram/%E0%A4%A'],
    ['with a NUL', () => '/hooks/telegram/%00'],
  ])('%s: 404', async (_, path) => {
    for (const hook of hooks) {
      const body = JSON.stringify(hook.message('nobody gets this'));
      expectProblem(await raw(gateway.url + path(hook), { body, headers: hook.signed(body) }), 404);
    }
  });
});

test('afterwards the process is the same one, its memory bounded, and it still takes messages in', async () => {
  for (const hook of hooks) {
    const body = JSON.stringify(hook.message('still here'));
    expect((await raw(hook.url, { body, headers: hook.signed(body) })).status).toBe(200);
  }
  expect(await received('still here')).toBe('still here');
  expect(await residentMebibytes(gateway.pid)).toBeLessThan(memoryBefore + 400);
  expect(gateway.logs).not.toMatch(/http\.threw|"level":(50|60)/);
});
