import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printable } from '../../gateway/cli/terminal.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { openHooks, openPages } from './hooks.ts';
import type { Hooked } from './hooks.ts';
import { residentMebibytes } from './ledger.ts';
import { openLine, openThread } from './lines.ts';
import { raw } from './raw.ts';
import { naughtyStrings } from './sets/strings.ts';

// Whatever a consumer or a merchant may write comes out at the other side as it went in.

let gateway: TestGateway;
let merchant: TestMerchant;
let hooks: Hooked[];
let pages: Awaited<ReturnType<typeof openPages>>;
let memoryBefore: number;
const texts = naughtyStrings.map(([, text]) => text);

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('naughty', 'test');
  hooks = await openHooks(merchant);
  pages = await openPages(merchant);
  memoryBefore = await residentMebibytes(gateway.pid);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

/** Texts that the merchant's endpoint was told of, by channel, in the order of their arrival. */
const heard = (channel: string): string[] =>
  merchant.receiver.events.flatMap((event) =>
    event.type === 'message.received' && event.data.channel === channel && event.data.content.kind === 'text'
      ? [event.data.content.text]
      : [],
  );

describe('from a consumer to the merchant’s endpoint', () => {
  test('by the hooks', { timeout: 120_000 }, async () => {
    for (const hook of hooks) {
      for (const text of texts) {
        const body = JSON.stringify(hook.message(text));
        const answer = await raw(hook.url, { body, headers: hook.signed(body) });
        expect(answer.status, `${hook.connector}: ${JSON.stringify(text.slice(0, 80))}`).toBe(200);
      }
      await until(`all of ${hook.connector}`, () => heard(hook.connector).length >= texts.length, 60_000);
      expect(heard(hook.connector)).toEqual(texts);
    }
  });

  test('by web chat', { timeout: 120_000 }, async () => {
    const atOnce = 15;
    for (let first = 0; first < texts.length; first += atOnce) {
      const line = await openThread(pages.webchat, gateway.url);
      const part = texts.slice(first, first + atOnce);
      for (const [i, text] of part.entries()) {
        const frame = { type: 'message', client_id: `naughty-${first + i}`, content: { kind: 'text', text } };
        line.socket.send(JSON.stringify(frame));
        await until('its acknowledgement', () =>
          line.came.some((one) => one.includes(`naughty-${first + i}"`)),
        );
      }
      line.socket.close();
    }
    await until('all of web chat', () => heard('webchat').length >= texts.length, 60_000);
    expect(heard('webchat').toSorted()).toEqual(texts.toSorted());
  });

  test('by the phone', { timeout: 120_000 }, async () => {
    const line = await openLine(
      `${pages.sandbox}/socket?key=${pages.phoneKey}`.replace('http', 'ws'),
      gateway.url,
    );
    for (const [i, text] of texts.entries()) {
      line.socket.send(
        JSON.stringify({ type: 'write', as: 'ada', id: `naughty-${i}`, content: { kind: 'text', text } }),
      );
      await until('it to arrive', () => heard('sandbox').length > i || line.code() !== 0, 30_000);
    }
    line.socket.close();
    expect(heard('sandbox')).toEqual(texts);
  });
});

describe('from the merchant', () => {
  const contentOf = async (id: unknown): Promise<unknown> =>
    (await merchant.call('GET', `/v1/messages/${String(id)}`)).body['content'];

  test('as a text: kept, previewed and sent as it is', { timeout: 120_000 }, async () => {
    for (const [about, text] of naughtyStrings) {
      const content = { kind: 'text', text };
      const sent = await merchant.call('POST', '/v1/messages', { to: 'sandbox:bob', content });
      expect(sent.status, `${about}: ${JSON.stringify(sent.body)}`).toBe(202);
      expect(await contentOf(sent.body['id']), about).toMatchObject(content);
    }
    const preview = await merchant.call('POST', '/v1/messages/preview', {
      content: { kind: 'text', text: texts.join('\n').slice(0, 30_000).toWellFormed() },
    });
    expect(preview.status).toBe(200);
  });

  test(
    'as anything else that is written: kept as it is, or refused with a pointer',
    { timeout: 120_000 },
    async () => {
      const places: [string, (text: string) => { content: object; metadata?: object }][] = [
        ['metadata', (text) => ({ content: { kind: 'text', text: 'hi' }, metadata: { note: text } })],
        [
          'option',
          (text) => ({
            content: {
              kind: 'choice',
              text: 'q',
              options: [
                { id: 'a', title: text },
                { id: 'b', title: 'B' },
              ],
            },
          }),
        ],
        [
          'contact',
          (text) => ({ content: { kind: 'contact', contacts: [{ name: text, phones: ['+33639980001'] }] } }),
        ],
        ['card', (text) => ({ content: { kind: 'card', card: { title: text } } })],
        [
          'file',
          (text) => ({ content: { kind: 'media', media: { type: 'file', id: mediaId, name: text } } }),
        ],
      ];
      const taken = new Set<string>();
      const uploaded = await fetch(`${gateway.url}/v1/media`, {
        method: 'POST',
        headers: { authorization: `Bearer ${merchant.key}`, 'content-type': 'text/plain' },
        body: 'a file',
      });
      const { id: mediaId } = (await uploaded.json()) as { id: string };
      for (const [place, at] of places) {
        const say = async ([about, text]: [string, string]) => {
          const body = { to: 'sandbox:bob', ...at(text) };
          const answer = await merchant.call('POST', '/v1/messages', body);
          expect([202, 422], `${place}, ${about}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
          if (answer.status === 422) {
            expect(answer.body['code'], about).toMatch(/^[a-z_]+$/);
            return;
          }
          taken.add(place);
          const kept = (await merchant.call('GET', `/v1/messages/${String(answer.body['id'])}`)).body;
          expect(kept['content'], `${place}, ${about}`).toMatchObject(body.content);
          if (body.metadata) expect(kept['metadata']).toEqual(body.metadata);
        };
        const atOnce = 16;
        for (let first = 0; first < naughtyStrings.length; first += atOnce)
          await Promise.all(naughtyStrings.slice(first, first + atOnce).map(say));
      }
      expect([...taken].toSorted()).toEqual(places.map(([place]) => place).toSorted());
    },
  );

  test('from the command line', { timeout: 120_000 }, async () => {
    const run = promisify(execFile);
    const program = fileURLToPath(new URL('../../gateway/cli/passerelle.js', import.meta.url));
    const env = { ...process.env, PASSERELLE_URL: gateway.url, PASSERELLE_KEY: merchant.key, NO_COLOR: '1' };
    const hostile = naughtyStrings.filter(([about]) =>
      /terminals|a shell command|a shell option|backslashes|a header/.test(about),
    );
    for (const [about, text] of hostile) {
      const { stdout } = await run(
        process.execPath,
        [program, 'send', '--to=sandbox:carol', `--text=${text}`],
        { env },
      );
      const id = /msg_[0-9A-Z]+/.exec(stdout)?.[0];
      expect(await contentOf(id), `${about}: ${stdout}`).toMatchObject({ kind: 'text', text });
      const traced = await run(process.execPath, [program, 'trace', String(id)], { env });
      expect(traced.stdout.replaceAll('\n', ''), about).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }
    for (const [about, text] of naughtyStrings)
      expect(printable(text), about).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });
});

test('afterwards the process is the same one, its memory bounded, and nothing broke in it', async () => {
  const id = await merchant.send('sandbox:dan', { kind: 'text', text: 'still here' });
  await merchant.state(id, 'sent', 'delivered', 'read');
  expect(await residentMebibytes(gateway.pid)).toBeLessThan(memoryBefore + 400);
  expect(gateway.logs).not.toMatch(/http\.threw|"level":(50|60)/);
});
