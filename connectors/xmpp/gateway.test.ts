import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../../test/gateway/gateway.ts';
import type { TestMerchant } from '../../test/gateway/gateway.ts';
import { until } from '../../test/gateway/ports.ts';
import { logIn } from './client.testing.ts';
import type { Client } from './client.testing.ts';
import { componentSecret, domains, startProsody } from './prosody.testing.ts';
import type { Prosody } from './prosody.testing.ts';
import { attr, child, ns, own, write } from './stanza.ts';
import type { Element } from './xml-stream.ts';

/** A whole gateway, a real Prosody, and a person's app. */
let prosody: Prosody;
let gateway: TestGateway;
let acme: TestMerchant;
let app: Client | undefined;

const alice = `xmpp:alice@${domains.people}`;
const address = `hello@${domains.shop}`;

beforeAll(async () => {
  prosody = await startProsody(['alice']);
  gateway = await TestGateway.start({ PASSERELLE_XMPP_ALLOWED_NETWORKS: '127.0.0.0/8' });
  acme = await gateway.merchant('Acme');
});
afterAll(async () => {
  await app?.close();
  await gateway?.stop();
  await acme?.receiver.close();
  await prosody?.stop();
});

const connection = async (accountId: string): Promise<{ state?: string; reason?: string }> =>
  ((await acme.call('GET', `/v1/accounts/${accountId}`)).body as { connection?: object }).connection ?? {};
const bodies = (seen: readonly Element[]): string[] => seen.flatMap((each) => own(each, 'body')?.text ?? []);

test(
  'an account is refused with a reason, mended, used, and comes back after the server was away',
  { timeout: 60_000 },
  async () => {
    const config = { host: '127.0.0.1', port: prosody.componentPort, domain: domains.shop, address };
    const { id } = await acme.account('xmpp', config, { secret: 'wrong-secret' });
    await until('the refusal', async () => (await connection(id)).reason === 'secret_refused');
    await acme.call('PATCH', `/v1/accounts/${id}?validate=false`, {
      credentials: { secret: componentSecret },
    });
    await until('the connection', async () => (await connection(id)).state === 'connected');

    app = await logIn(prosody.clientPort, 'alice');
    const first = await acme.send(alice, { kind: 'text', text: 'Bonjour' });
    const shown = await app.until((each) => bodies([each])[0] === 'Bonjour');
    await acme.state(first, 'sent');
    const receipt = write('received', { xmlns: ns.receipts, id: attr(shown, 'id') });
    app.send(write('message', { to: address, id: 'r' }, receipt));
    await acme.state(first, 'delivered');
    const say = (at: number, words: string): void =>
      app!.send(
        write(
          'message',
          { to: address, type: 'chat', id: `5f0d6c1e-7a1b-4c52-9d1e-00000000000${at}` },
          write('body', {}, words),
        ),
      );
    say(1, 'Bonjour à vous');
    await acme.receiver.event('message.received', ({ data }) => data.content.text === 'Bonjour à vous');

    await prosody.end('SIGKILL');
    await until('the end', async () => (await connection(id)).state !== 'connected');
    const waiting = [
      await acme.send(alice, { kind: 'text', text: 'Un' }),
      await acme.send(alice, { kind: 'text', text: 'Deux' }),
    ];
    await prosody.start();
    app = await logIn(prosody.clientPort, 'alice');
    for (const messageId of waiting) await acme.state(messageId, 'sent');
    await app.until((each) => bodies([each])[0] === 'Deux');
    expect(bodies(app.seen)).toEqual(['Un', 'Deux']);
    say(1, 'Bonjour à vous');
    say(2, 'Vous voilà');
    await acme.receiver.event('message.received', ({ data }) => data.content.text === 'Vous voilà');
    const texts = acme.receiver.events.flatMap((event) =>
      event.type === 'message.received' ? [event.data.content.text] : [],
    );
    expect(texts).toEqual(['Bonjour à vous', 'Vous voilà']);
    expect(child(shown, 'request', ns.receipts)).toBeDefined();
    expect(gateway.logs).not.toContain(componentSecret);
  },
);
