import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { addressFor } from './command.ts';
import { Protocol, Stranger, pigeonManifest } from './stranger.ts';

/** What strangers say that they said to their platforms: in the log of their own accounts, and nowhere else. */

let gateway: TestGateway;
let merchant: TestMerchant;
let pigeon: Stranger;
let magpie: Stranger;
let sentId: string;
const accounts: Record<string, string> = {};

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_REMOTE_CONNECTORS: 'pigeon,magpie' });
  merchant = await gateway.merchant('Nest');
  const protocol = await Protocol.of(gateway.url);
  const join = async (name: string) => {
    const stranger = await Stranger.connect(protocol, name, await addressFor(gateway, name));
    stranger.answers('connectorSend', () => ({ type: 'sent', provider_ids: [`${name}-1`] }));
    stranger.answers('connectorProbe', () => ({ ok: true }));
    const addresses = [{ scheme: name, form: 'lower' }];
    const registered = await stranger.register(pigeonManifest({ name, channel: name, addresses }));
    if (!registered['accepted']) throw new Error(JSON.stringify(registered));
    accounts[name] = (await merchant.account(name, { loft: 'north' }, { ring: `${name}ring` })).id;
    return stranger;
  };
  pigeon = await join('pigeon');
  magpie = await join('magpie');
  sentId = await merchant.send('pigeon:ada', { kind: 'text', text: 'coo' });
  await merchant.state(sentId, 'sent');
}, 60_000);

afterAll(async () => {
  await pigeon?.vanish();
  await magpie?.vanish();
  await merchant?.receiver.close();
  await gateway?.stop();
});

const exchange = (change: object) => ({
  purpose: 'send',
  message_id: sentId,
  at: new Date().toISOString(),
  duration_ms: 1,
  method: 'POST',
  url: 'https://platform.example/letters',
  status: 201,
  ...change,
});
const tells = ({ connection, protocol, name }: Stranger, ...exchanges: object[]) =>
  connection.publish(
    protocol.subject('connectorExchanges', name),
    JSON.stringify(protocol.check('connectorExchanges', 'request', { exchanges })),
  );
const logOf = async (name: string) =>
  JSON.stringify((await merchant.call('GET', `/v1/accounts/${accounts[name]}/exchanges?limit=100`)).body);
const trace = async () => JSON.stringify((await merchant.call('GET', `/v1/messages/${sentId}/trace`)).body);

test('attack: into another connector’s log and the traces of its messages a connector writes nothing', async () => {
  const url = 'https://forged.example/letters';
  tells(
    magpie,
    exchange({ account_id: accounts['pigeon'], url }),
    exchange({ account_id: accounts['magpie'], url }),
  );
  // the control: what is of its own account comes, without the message
  const own = await until('its own', async () => {
    const told = await logOf('magpie');
    return told.includes('forged.example') && told;
  });
  expect(own).not.toContain(sentId);
  expect(await logOf('pigeon')).not.toContain('forged');
  expect(await trace()).not.toContain('forged');
});

test('a message’s own connector writes into its trace, and what it was careless with is hidden', async () => {
  const body = '{"text":"coo","ring":"pigeonring"}';
  const sent = { headers: { authorization: 'pigeonring' }, body };
  const url = 'https://platform.example/pigeonring/letters';
  tells(pigeon, exchange({ account_id: accounts['pigeon'], url, sent }));
  const shown = await until('it', async () => {
    const all = await trace();
    return all.includes('"exchange"') && all;
  });
  expect(shown).toContain('"call":"POST platform.example/‹10›/letters","status":201');
  const log = await logOf('pigeon');
  expect(log).toContain(String.raw`{\"text\":\"‹3›\",\"ring\":\"‹10›\"}`);
  expect(`${log}${shown}`).not.toMatch(/pigeonring|coo/);
});
