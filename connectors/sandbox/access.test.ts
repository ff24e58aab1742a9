import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connector, HookRequest, Log } from '../contract/index.ts';
import { phoneKey, phoneUrl } from './access.ts';
import { connector } from './index.ts';
import { account } from './sandbox.conformance.ts';
import { page, sendTo, started } from './testing.ts';
import type { Accept } from './testing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
      expect((await handle(request('/phone', { key: wrong })))?.status).toBe(404);
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
      ).toBe(404);
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
    expect((await handle(request('/phone', { key: phoneKey(other) })))?.status).toBe(404);
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
