import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { failures } from '../../protocol/failures.ts';
import { magicRecipients } from './magic.ts';
import { phoneHtml } from './page.html.ts';
import { account, spec } from './sandbox.conformance.ts';
import { sendTo, started } from './testing.ts';

conformance(spec);

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
    const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
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
