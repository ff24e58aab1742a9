import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { startMemoryGateway } from '../../test/browser/memory-host.ts';
import type { MemoryGateway } from '../../test/browser/memory-host.ts';
import { failures } from '../../protocol/failures.ts';
import type {
  Connector,
  HookRequest,
  Host,
  LiveClient,
  Log,
  RunningServer,
  SendRequest,
} from '../contract/index.ts';
import { phoneKey, phoneUrl } from './access.ts';
import { connector } from './index.ts';
import { magicRecipients } from './magic.ts';
import { account, spec } from './sandbox.conformance.ts';

conformance(spec);

const sendTo = (
  name: string,
  content: SendRequest['part']['content'] = { kind: 'text', text: 'Hello' },
): SendRequest => ({
  messageId: 'msg_01KAP0000000000000000000TE',
  idempotencyKey: `msg_01KAP0000000000000000000TE.${name}`,
  address: `sandbox:${name}`,
  part: { content },
  media: new Map(),
  thread: [],
});

type Accept = Host<unknown, unknown, unknown>['accept'];

/** The connector's server on a host that only records. */
async function started(
  accept: Accept = (_account, items) => Promise.resolve(items.map(() => ({ duplicate: false }))),
) {
  const accepted = vi.fn<Accept>(accept);
  const log = { info: vi.fn<Log['info']>(), warn: vi.fn<Log['info']>(), error: vi.fn<Log['info']>() };
  const host = { accept: accepted, log, now: () => 1_795_348_800_000, thread: () => Promise.resolve([]) };
  const running = (await (connector as Required<Connector>).server.start(host as never)) as RunningServer<
    unknown,
    unknown
  >;
  const send = (request: SendRequest, of = account) => running.send!(request, of, host as never);
  return { running, send, accepted, log };
}

function page(query: Record<string, string>) {
  const told: { type: string; [field: string]: unknown }[] = [];
  const close = vi.fn<LiveClient['close']>();
  const client: LiveClient = {
    headers: {},
    query: new URLSearchParams(query),
    send: (text) => void told.push(JSON.parse(text)),
    close,
  };
  return { client, told, close };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('magic recipients', () => {
  it.each([
    ['alice', { type: 'sent', state: 'delivered' }],
    ['delivered', { type: 'sent', state: 'delivered' }],
    ['delayed', { type: 'sent', state: 'sent' }],
    ['undelivered', { type: 'sent', state: 'sent' }],
    ['failed', { type: 'rejected', failure: { code: 'platform_refused', permanent: true } }],
    ['failed+7', { type: 'rejected', failure: { code: 'platform_refused' } }],
    ['opted-out', { type: 'rejected', failure: { code: 'opted_out' } }],
    ['blocked', { type: 'rejected', failure: { code: 'blocked' } }],
    ['window-closed', { type: 'rejected', failure: { code: 'window_closed' } }],
    ['unreachable', { type: 'rejected', failure: { code: 'unreachable' } }],
    ['invalid', { type: 'rejected', failure: { code: 'address_invalid' } }],
    ['unauthorized', { type: 'rejected', failure: { code: 'account_unauthorized' } }],
    ['uncertain', { type: 'uncertain' }],
    ['constructor', { type: 'sent', state: 'delivered' }],
  ])('%s ends as %o', async (name, outcome) => {
    const { send } = await started();
    expect(await send(sendTo(name))).toMatchObject(outcome);
  });

  it('throttled and unavailable go through at the second attempt of the same part', async () => {
    const { send } = await started();
    expect(await send(sendTo('throttled'))).toMatchObject({ type: 'throttled', retryAfterMs: 2000 });
    expect(await send(sendTo('throttled'))).toMatchObject({ type: 'sent', state: 'delivered' });
    expect(await send(sendTo('unavailable'))).toMatchObject({
      type: 'rejected',
      failure: { permanent: false },
    });
    expect(await send(sendTo('unavailable'))).toMatchObject({ type: 'sent', state: 'delivered' });
  });

  it.each([
    ['read', 1000, { state: 'read' }],
    ['delayed', 5000, { state: 'delivered' }],
    ['undelivered', 2000, { state: 'failed', failure: { code: 'undelivered' } }],
  ])('%s gets its receipt after %i ms', async (name, afterMs, receipt) => {
    const { send, accepted } = await started();
    await send(sendTo(name));
    await vi.advanceTimersByTimeAsync(afterMs - 1);
    expect(accepted).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(accepted.mock.calls[0]![1]).toMatchObject([
      { type: 'receipt', providerIds: [`msg_01KAP0000000000000000000TE.${name}`], ...receipt },
    ]);
  });

  it('a stop brings the receipts that are still to come', async () => {
    const { running, send, accepted } = await started();
    await send(sendTo('delayed'));
    await running.stop();
    expect(accepted).toHaveBeenCalledOnce();
  });

  it('every one names a failure of the list and stands in the README and on the page', async () => {
    const { readFile } = await import('node:fs/promises');
    const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
    const { phoneHtml } = await import('./page.html.ts');
    const codes = Object.values(magicRecipients).flatMap(({ outcome }) =>
      typeof outcome === 'object' && 'rejected' in outcome ? [outcome.rejected] : [],
    );
    expect(codes.filter((code) => !(code in failures))).toEqual([]);
    for (const name of Object.keys(magicRecipients)) {
      expect(readme).toContain(`\`${name}\``);
      expect(phoneHtml(account)).toContain(`data-copy="sandbox:${name}"`);
    }
  });
});

describe('access', () => {
  const request = (path: string, query: Record<string, string>, more: Partial<HookRequest> = {}): HookRequest => ({
    method: 'GET', path, url: `${account.hookUrl}${path}`, query: new URLSearchParams(query), headers: {}, body: new Uint8Array(), ...more,
  }); // prettier-ignore
  const pages = (connector as Required<Connector>).pages;
  const host = {
    accept: vi.fn<Accept>(() => Promise.resolve([{ duplicate: false }])),
    log: { info: vi.fn<Log['info']>() },
    now: () => 0,
  };
  const handle = (asked: HookRequest, of = account) => pages.handle!(asked, of, host as never);
  const key = phoneKey(account);

  it('opens the page with the key, and says what may run there', async () => {
    const answer = await handle(request('/phone', { key }));
    expect(answer?.status).toBe(200);
    expect(answer?.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("script-src 'self';") as string,
      'referrer-policy': 'no-referrer',
    });
    expect(answer?.body).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|style=/);
    expect(answer?.body).not.toContain(account.credentials.secret);
  });

  it.each(['', 'wrong', 'a-secret-of-the-sandbox', key.slice(0, -1), `${key}=`, key.toUpperCase()])(
    'refuses the key %o everywhere',
    async (wrong) => {
      expect((await handle(request('/phone', { key: wrong })))?.status).toBe(403);
      expect(
        (
          await handle(
            request(
              '/attach',
              { key: wrong, as: 'alice', id: '12345678' },
              { method: 'POST', body: Buffer.from('x') },
            ),
          )
        )?.status,
      ).toBe(403);
      expect(host.accept).not.toHaveBeenCalled();
      const { running, accepted } = await started();
      const { client, close, told } = page({ key: wrong });
      running.connect!(client, account).message(
        '{"type":"write","as":"alice","id":"12345678","content":{"kind":"text","text":"hi"}}',
      );
      await vi.runAllTimersAsync();
      expect(close).toHaveBeenCalledWith(4401, expect.any(String));
      expect(told).toEqual([]);
      expect(accepted).not.toHaveBeenCalled();
    },
  );

  it("refuses another account's key", async () => {
    const other = { ...account, id: 'acc_01KAP0000000000000000000ZZ' };
    expect((await handle(request('/phone', { key: phoneKey(other) })))?.status).toBe(403);
  });

  it('knows no page, takes nothing and sends nothing for an account that is not a test account', async () => {
    const live = { ...account, test: false };
    expect(await handle(request('/phone', { key: phoneKey(live) }), live)).toBeUndefined();
    const { running, send } = await started();
    const { client, close } = page({ key: phoneKey(live) });
    running.connect!(client, live);
    expect(close).toHaveBeenCalled();
    expect(await send(sendTo('alice'), live)).toMatchObject({ type: 'rejected' });
    expect(await connector.probe!(live, {} as never)).toMatchObject({ ok: false });
  });

  it('escapes the name of the merchant', async () => {
    const answer = await handle(request('/phone', { key }), {
      ...account,
      config: { name: '"><script>alert(1)</script>' },
    });
    expect(answer?.body).not.toContain('<script>alert');
  });

  it('takes files within bounds only', async () => {
    const post = (query: Record<string, string>, body = Buffer.from('x')) =>
      handle(request('/attach', { key, ...query }, { method: 'POST', body }));
    expect((await post({ as: 'no one', id: '12345678' }))?.status).toBe(422);
    expect((await post({ as: 'alice', id: '../../1' }))?.status).toBe(422);
    expect((await post({ as: 'alice', id: '12345678' }, Buffer.alloc(0)))?.status).toBe(422);
    expect((await post({ as: 'alice', id: '12345678' }, Buffer.alloc((10 << 20) + 1)))?.status).toBe(413);
    expect((await post({ as: 'alice', id: '12345678' }))?.status).toBe(202);
  });

  it('tells the link in the probe', async () => {
    expect(await connector.probe!(account, {} as never)).toEqual({
      ok: true,
      detail: `The phone: ${phoneUrl(account)}`,
    });
  });
});

describe('a page on the line', () => {
  const write = (id: string, text: string) =>
    JSON.stringify({ type: 'write', as: 'alice', id, content: { kind: 'text', text } });

  it('is told that it was taken only after the ledger has it, in the order of writing', async () => {
    const commits: (() => void)[] = [];
    const { running, accepted } = await started(
      () => new Promise((resolve) => commits.push(() => resolve([{ duplicate: false, messageId: 'msg_1' }]))),
    );
    const { client, told } = page({ key: phoneKey(account) });
    const line = running.connect!(client, account);
    line.message(write('00000001', 'one'));
    line.message(write('00000002', 'two'));
    await vi.advanceTimersByTimeAsync(10);
    expect(accepted).toHaveBeenCalledOnce();
    expect(told).toEqual([]);
    commits.shift()!();
    await vi.advanceTimersByTimeAsync(10);
    expect(told[0]).toEqual({ type: 'accepted', id: '00000001', message_id: 'msg_1' });
    expect(accepted).toHaveBeenCalledTimes(2);
    line.closed();
  });

  it('is told when the ledger did not take it, and the log does not say what it was', async () => {
    const { running, log } = await started(() => Promise.reject(new Error('disk full: secret words')));
    const { client, told } = page({ key: phoneKey(account) });
    running.connect!(client, account).message(write('00000001', 'secret words'));
    await vi.advanceTimersByTimeAsync(10);
    expect(told).toMatchObject([{ type: 'refused', id: '00000001' }]);
    expect(JSON.stringify(log.warn.mock.calls)).not.toContain('secret words');
  });

  it.each([
    '',
    'null',
    '[]',
    '{"type":"write"}',
    '{"type":"open","as":"<b>"}',
    '['.repeat(60_000),
    '{"type":"seen","as":"alice","ids":[1]}',
  ])('answers the bad frame %.30s and lives on', async (text) => {
    const { running } = await started();
    const { client, told } = page({ key: phoneKey(account) });
    const line = running.connect!(client, account);
    line.message(text);
    line.message('{"type":"open","as":"alice"}');
    await vi.advanceTimersByTimeAsync(10);
    expect(told.map(({ type }) => type)).toEqual(['refused', 'thread']);
    line.closed();
  });

  it('is cut off when it writes faster than the ledger takes', async () => {
    const { running } = await started(() => new Promise(() => undefined));
    const { client, close } = page({ key: phoneKey(account) });
    const line = running.connect!(client, account);
    for (let i = 0; i <= 100; i++) line.message(write(`0000000${i}`, 'more'));
    expect(close).toHaveBeenCalledWith(1013, expect.any(String));
    line.closed();
  });

  it('sees the messages of its own account only', async () => {
    const { running, send } = await started();
    const mine = page({ key: phoneKey(account) });
    const other = { ...account, id: 'acc_01KAP0000000000000000000ZZ' };
    const theirs = page({ key: phoneKey(other) });
    const lines = [running.connect!(mine.client, account), running.connect!(theirs.client, other)];
    await send(sendTo('alice'));
    expect(mine.told).toMatchObject([
      {
        type: 'message',
        as: 'alice',
        entry: { direction: 'outbound', content: { kind: 'text', text: 'Hello' } },
      },
    ]);
    expect(theirs.told).toEqual([]);
    for (const line of lines) line.closed();
  });
});

describe('a thread', () => {
  it('holds what was sent before and after the page opened, once each', async () => {
    vi.useRealTimers();
    const gateway: MemoryGateway = await startMemoryGateway(connector, {
      ...account,
      id: 'acc_01KAP0000000000000000000TH',
    });
    try {
      await gateway.send('sandbox:bob', { kind: 'text', text: 'one' });
      await gateway.send('sandbox:failed', { kind: 'text', text: 'never' });
      const socket = new WebSocket(
        `${gateway.account.hookUrl.replace('http', 'ws')}/socket?key=${phoneKey(gateway.account as never)}`,
      );
      const next = () =>
        new Promise<Record<string, unknown>>((resolve) =>
          socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true }),
        );
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      socket.send('{"type":"open","as":"bob"}');
      expect(await next()).toMatchObject({
        type: 'thread',
        as: 'bob',
        entries: [{ content: { text: 'one' }, provider_id: expect.any(String) as string }],
      });
      socket.send('{"type":"open","as":"failed"}');
      expect(await next()).toMatchObject({ type: 'thread', entries: [] });
      socket.close();
    } finally {
      await gateway.close();
    }
  });
});
