import { expect, test } from 'vitest';
import type { Session } from '../../connectors/contract/index.ts';
import { keptLog } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import { Sessions } from './sessions.ts';

/** A connection that is gone when the test says so. */
function held() {
  const ended = Promise.withResolvers<string>();
  const closing = Promise.withResolvers<void>();
  const session: Session = {
    send: () => Promise.resolve({ type: 'sent', providerIds: [] }),
    closed: ended.promise,
    close: () => closing.promise,
  };
  return { session, ended, closing };
}

test('an account has one connection at a time: a changed one waits until the old one is gone', async () => {
  const sessions = new Sessions(keptLog());
  const [first, second] = [held(), held()];
  const opened: string[] = [];
  const keep = (name: string, of: typeof first) =>
    sessions.keep({
      accountId: 'acc_1',
      connector: 'probe',
      open: () => (opened.push(name), Promise.resolve(of.session)),
    });
  keep('first', first);
  await until('the first', () => sessions.state('acc_1')?.state === 'connected');
  const gone = sessions.end('acc_1');
  keep('second', second);
  expect(sessions.state('acc_1')?.state).toBe('connecting');
  await new Promise((resolve) => setImmediate(resolve));
  expect(opened).toEqual(['first']);
  first.closing.resolve();
  first.ended.resolve('closed');
  await gone;
  await until('the second', () => sessions.of('acc_1') === second.session);
  expect(opened).toEqual(['first', 'second']);
  second.closing.resolve();
  second.ended.resolve('closed');
  await sessions.endAll();
});

test('one that ends is opened again, and says why it ended', async () => {
  const sessions = new Sessions(keptLog());
  const all = [held(), held()];
  let n = 0;
  sessions.keep({
    accountId: 'acc_1',
    connector: 'probe',
    open: () => Promise.resolve(all[n++]!.session),
  });
  await until('the first', () => sessions.of('acc_1') === all[0]!.session);
  all[0]!.ended.resolve('the platform answers 409');
  await until('its end', () => sessions.state('acc_1')?.state === 'down');
  expect(sessions.state('acc_1')?.reason).toBe('the platform answers 409');
  expect(sessions.of('acc_1')).toBeUndefined();
  await until('the second', () => sessions.of('acc_1') === all[1]!.session, 10_000);
  expect(sessions.state('acc_1')?.reason).toBeUndefined();
  for (const { ended, closing } of all) {
    ended.resolve('closed');
    closing.resolve();
  }
  await sessions.endAll();
});
