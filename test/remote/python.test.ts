import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { Ran, addressFor } from './command.ts';
import { secret, startPostOffice } from './post-office.ts';

/** The example in another language's standard library. Where that language is not at hand, the title says so. */
const program = fileURLToPath(new URL('examples/pigeon-python/pigeon.py', import.meta.url));

const python = (() => {
  try {
    return execFileSync('python3', [
      '-c',
      'import sys; print(sys.executable if sys.version_info >= (3, 8) else "")',
    ])
      .toString()
      .trim();
  } catch {
    return '';
  }
})();

const title =
  python === ''
    ? 'NOT TRIED, for there is no python3 of 3.8 or newer here: the example in Python'
    : 'a connector in Python’s standard library serves its channel';
// eslint-disable-next-line vitest/valid-title -- a skip has to say why
test.skipIf(python === '')(title, { timeout: 60_000 }, () => round(python));

async function round(interpreter: string): Promise<void> {
  const office = await startPostOffice();
  const gateway = await TestGateway.start({ PASSERELLE_REMOTE_CONNECTORS: 'pigeon' });
  const merchant = await gateway.merchant('Loft');
  const instance = () =>
    addressFor(gateway, 'pigeon').then((NATS_URL) => new Ran([program], { NATS_URL }, interpreter));
  const first = await instance();
  try {
    await first.says('serving');
    const { hookUrl } = await merchant.account('pigeon', { post_office: office.url }, { secret });
    const id = await merchant.send('pigeon:ada', { kind: 'text', text: 'naïve ☂' });
    await merchant.state(id, 'sent');
    expect(office.letters).toMatchObject([{ to: 'ada', text: 'naïve ☂' }]);
    office.people.set('ada', 'Ada').set('nobody', undefined);
    await office.tells(hookUrl, { event: 'letter', id: 'l1', from: 'ada', text: 'coo' });
    const { data } = await merchant.receiver.event('message.received');
    await until('the name', async () => {
      const { body } = await merchant.call('GET', `/v1/consumers/${data.consumer_id}`);
      return body['name'] === 'Ada';
    });
    // the second account of the same post office is tried, for the first one cannot reach them
    await merchant.account('pigeon', { post_office: office.url }, { secret });
    const refused = await merchant.call('POST', '/v1/messages', {
      to: 'pigeon:nobody',
      content: { kind: 'text', text: 'anybody?' },
    });
    expect(
      JSON.stringify((await merchant.call('GET', `/v1/messages/${String(refused.body['id'])}/trace`)).body),
    ).toContain('"refused":"unreachable"');
    await office.tells(hookUrl, { event: 'arrived', id: 'letter-1' });
    await merchant.state(id, 'delivered');
    const forged = await fetch(hookUrl, { method: 'POST', headers: { 'x-signature': 'no' }, body: '{}' });
    expect(forged.status).toBe(401);
    expect(await first.end('SIGTERM')).toBe(0);
  } finally {
    await first.end('SIGKILL');
    await merchant.receiver.close();
    await gateway.stop();
    await office.close();
  }
}
