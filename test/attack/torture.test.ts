import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { openHooks, openPages } from './hooks.ts';
import type { Hooked } from './hooks.ts';
import { residentMebibytes } from './ledger.ts';
import { openLine, openThread } from './lines.ts';
import { cheapFor } from './measure.ts';
import { expectProblem, raw } from './raw.ts';
import { invalidJson, openJson, validJson } from './sets/json.ts';
import type { JsonShape } from './sets/json.ts';
import { tortureMails } from './sets/mails.ts';
import { hostilePdus } from './sets/pdus.ts';
import { naughtyStrings } from './sets/strings.ts';
import { handOver } from './smtp.ts';

// Input that breaks parsers, through every door of a running gateway: no crash, no second of CPU for one input, bounded memory.

const desk = 'desk@attacked.example';
const allJson = [...validJson, ...invalidJson, ...openJson];

let gateway: TestGateway;
let merchant: TestMerchant;
let hooks: Hooked[];
let pages: Awaited<ReturnType<typeof openPages>>;
let memoryBefore: number;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('tortured', 'test');
  hooks = await openHooks(merchant);
  pages = await openPages(merchant);
  await merchant.account(
    'email',
    { address: desk, relay: { host: '127.0.0.1', port: 9, security: 'none' } },
    {},
  );
  memoryBefore = await residentMebibytes(gateway.pid);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

const cheap = <T>(name: string, work: () => T) => cheapFor(gateway.pid, name, work);
const post = (path: string, body: Uint8Array | string) =>
  raw(`${gateway.url}${path}`, {
    body,
    headers: { authorization: `Bearer ${merchant.key}`, 'content-type': 'application/json' },
  });

describe('JSON of every shape', () => {
  test.each(['/v1/messages', '/v1/messages/preview', '/v1/accounts', '/v1/webhook-endpoints'])(
    'as the body of %s is a problem that says so',
    { timeout: 120_000 },
    async (path) => {
      const refusing = async (shapes: JsonShape[], ...statuses: number[]) => {
        for (const { name, bytes } of shapes)
          expectProblem(await cheap(`${path}, ${name}`, () => post(path, bytes)), ...statuses);
      };
      await refusing(invalidJson, 400);
      // JSON, but none of ours; or deeper than ours ever is
      await refusing(validJson, 400, 422);
      await refusing(openJson, 400, 422);
    },
  );

  test('as a part of a message comes back as it is, or is refused', { timeout: 120_000 }, async () => {
    let kept = 0;
    for (const { name, bytes } of [...validJson, ...openJson]) {
      const value = Buffer.from(bytes).toString('utf8');
      const body = `{"to":"telegram:700100","content":{"kind":"native","connector":"telegram","payload":{"value":${value}},"text":"t"}}`;
      const answer = await cheap(name, () => post('/v1/messages', body));
      if (answer.status !== 202) {
        expectProblem(answer, 400, 413, 422);
        continue;
      }
      kept++;
      const { id } = JSON.parse(answer.text) as { id: string };
      const { content } = (await merchant.call('GET', `/v1/messages/${id}`)).body;
      // what is no number of JSON's own, and the sign of zero, are lost in every reader of numbers
      expect(JSON.stringify(content), name).toContain(JSON.stringify(JSON.parse(value)));
    }
    expect(kept).toBeGreaterThan(validJson.length / 2);
  });

  test('as the body of a hook is taken or a problem', { timeout: 120_000 }, async () => {
    for (const hook of hooks) {
      for (const { name, bytes } of allJson) {
        const answer = await cheap(`${hook.connector}, ${name}`, () =>
          raw(hook.url, { body: bytes, headers: hook.signed(bytes) }),
        );
        if (answer.status !== 200) expectProblem(answer, 400, 413, 422);
        if (invalidJson.some((shape) => shape.bytes === bytes)) expect(answer.status, name).not.toBe(200);
      }
    }
  });

  test('as a frame is refused, and the line closed at most', { timeout: 120_000 }, async () => {
    const doors = {
      webchat: () => openThread(pages.webchat, gateway.url),
      phone: () =>
        openLine(`${pages.sandbox}/socket?key=${pages.phoneKey}`.replace('http', 'ws'), gateway.url),
    };
    for (const [door, open] of Object.entries(doors)) {
      let line = await open();
      for (const { name, bytes } of allJson) {
        if (line.code() !== 0) line = await open();
        const { length } = line.came;
        await cheap(`${door}, ${name}`, async () => {
          line.socket.send(bytes, { binary: false });
          await until(
            `an answer to ${name}`,
            () => line.code() !== 0 || line.came.slice(length).some((one) => /refused|error/.test(one)),
          );
        });
        expect(line.came.join('')).not.toMatch(/node_modules|\.ts:\d|Error:/);
      }
      line.socket.close();
    }
  });
});

describe('mails', () => {
  test('that break readers are taken or refused with a code', { timeout: 300_000 }, async () => {
    for (const [name, mail] of tortureMails) {
      const answer = await cheap(`mail, ${name}`, () =>
        handOver(gateway.smtpPort, mail(), { from: 'ada@example.com', to: desk }),
      );
      expect(answer, name).toMatch(/^(250|4\d\d|5\d\d) /);
    }
  });

  test('with any text arrive with it', { timeout: 300_000 }, async () => {
    const texts = naughtyStrings.map(([, text]) => text);
    const heard = () =>
      merchant.receiver.events.flatMap((event) =>
        event.type === 'message.received' &&
        event.data.channel === 'email' &&
        event.data.content.kind === 'text' &&
        event.data.address === 'mailto:naughty@example.com'
          ? [event.data.content.text]
          : [],
      );
    const say = async (text: string, i: number) => {
      const lines = Buffer.from(text)
        .toString('base64')
        .replaceAll(/.{1,76}/g, '$&\r\n');
      const mail = [
        'From: naughty@example.com',
        `To: ${desk}`,
        `Message-ID: <naughty-${i}@example.com>`,
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: base64',
        '',
        lines,
      ].join('\r\n');
      const answer = await handOver(gateway.smtpPort, Buffer.from(mail), {
        from: 'naughty@example.com',
        to: desk,
      });
      expect(answer, text.slice(0, 80)).toMatch(/^250 /);
    };
    const atOnce = 8;
    for (let first = 0; first < texts.length; first += atOnce)
      await Promise.all(texts.slice(first, first + atOnce).map((text, i) => say(text, first + i)));
    await until('all of them', () => heard().length >= texts.length, 60_000);
    expect(heard().toSorted()).toEqual(texts.map(asRead).toSorted());
  });
});

/** A mail's text is lines without what steers a terminal, and without the spaces around it. */
const asRead = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex -- these are they
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .trim();

describe('an SMSC', () => {
  test(
    'that sends PDUs of every kind is answered or left, and bound to again',
    { timeout: 120_000 },
    async () => {
      const bound: Socket[] = [];
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.on('data', (chunk: Buffer) => {
          if (chunk.length < 16 || chunk.readUInt32BE(4) !== 0x0000_0009) return;
          const answer = Buffer.alloc(17);
          answer.writeUInt32BE(17, 0);
          answer.writeUInt32BE(0x8000_0009, 4);
          answer.writeUInt32BE(chunk.readUInt32BE(12), 12);
          socket.write(answer);
          bound.push(socket);
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const account = await merchant.account(
        'smpp',
        { host: '127.0.0.1', port, sender: '+33639980100', country: 'FR' },
        { system_id: 'tortured', password: 'secret' },
      );
      try {
        for (const [name, bytes] of hostilePdus) {
          // a line that was left is opened again, after a pause that grows
          const line = await until(
            'a bound line',
            () => bound.findLast((socket) => !socket.destroyed),
            60_000,
          );
          await cheap(`SMPP, ${name}`, async () => {
            line.write(bytes);
            await new Promise((resolve) => setTimeout(resolve, 150));
          });
          expect((await raw(`${gateway.url}/healthz`, { method: 'GET' })).status, name).toBe(200);
          line.destroy();
          // taken off and on again: it is bound to at once
          await merchant.call('PATCH', `/v1/accounts/${account.id}`, { name: `smpp ${name}`.slice(0, 40) });
        }
        expect(bound.length).toBeGreaterThan(hostilePdus.length / 2);
        await merchant.receiver.event(
          'message.received',
          ({ data }) => data.channel === 'sms' && data.content.text === 'hi',
        );
      } finally {
        await merchant.call('DELETE', `/v1/accounts/${account.id}`);
        for (const socket of bound) socket.destroy();
        server.close();
      }
    },
  );
});

test('afterwards the process is the same one, its memory bounded, and it still works', async () => {
  const id = await merchant.send('sandbox:dan', { kind: 'text', text: 'still here' });
  await merchant.state(id, 'sent', 'delivered', 'read');
  expect(await residentMebibytes(gateway.pid)).toBeLessThan(memoryBefore + 500);
  expect(gateway.logs).not.toMatch(/http\.threw|uncaught|"level":60/);
});
