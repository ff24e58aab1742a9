import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryHost } from '../../test/memory-host.ts';
import type { SendRequest } from '../contract/index.ts';
import { phoneKey } from './access.ts';
import { connector } from './index.ts';
import { account } from './sandbox.conformance.ts';
import { page, sendTo, started } from './testing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
  const own = { ...account, id: 'acc_01KAP0000000000000000000TH' };

  async function ledger() {
    const host = memoryHost({ accounts: [own as never], settings: undefined });
    const running = await connector.server!.start(host as never);
    return {
      async send(name: string, content: SendRequest['part']['content']) {
        const { messageId } = host.write(own, `sandbox:${name}`, content);
        const request = { ...sendTo(name, content), messageId, idempotencyKey: `${messageId}.0` };
        const outcome = await running.send!(request, own, host);
        host.setState(messageId, outcome.type === 'sent' ? (outcome.state ?? 'sent') : 'failed');
      },
      async opened(name: string) {
        const { client, told } = page({ key: phoneKey(own) });
        const line = running.connect!(client, own);
        line.message(`{"type":"open","as":"${name}"}`);
        await vi.advanceTimersByTimeAsync(10);
        line.closed();
        return told;
      },
    };
  }

  it('holds what arrived before the page opened, once each', async () => {
    const { send, opened } = await ledger();
    await send('bob', { kind: 'text', text: 'one' });
    await send('failed', { kind: 'text', text: 'never' });
    expect(await opened('bob')).toMatchObject([
      {
        type: 'thread',
        as: 'bob',
        entries: [{ content: { text: 'one' }, provider_id: expect.any(String) as string }],
      },
    ]);
    expect(await opened('failed')).toMatchObject([{ type: 'thread', entries: [] }]);
  });

  it('shows a message as it went out: adapted, and in as many parts', async () => {
    const { send, opened } = await ledger();
    await send('carol', { kind: 'template', name: 'ready', language: 'en', text: 'It is ready.' });
    await send('carol', { kind: 'text', text: 'word '.repeat(1000) });
    const [thread] = await opened('carol');
    const entries = thread?.['entries'] as { content: { kind: string }; provider_id: string }[];
    expect(entries.map(({ content: { kind } }) => kind)).toEqual(['text', 'text', 'text']);
    expect(new Set(entries.map(({ provider_id: id }) => id)).size).toBe(3);
  });
});
