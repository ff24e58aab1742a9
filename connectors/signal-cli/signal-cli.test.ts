import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { Content } from '../../protocol/content.ts';
import { everyPart } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import { maxTextBytes } from './manifest.ts';
import { spec } from './signal-cli.conformance.ts';

conformance(spec);

const noa = '11111111-2222-4333-8444-555555555555';
const text: Content = { kind: 'text', text: 'Oui' };

async function sent(content: Content, more: { replyTo?: string; address?: string } = {}, status = 201) {
  const { context, requests } = recording((request) =>
    request.url.includes('v1/search')
      ? answered({ status: 200, body: [{ number: '+33639980001', registered: false }] })
      : answered({ status, body: { timestamp: '1795348900000' } }),
  );
  const outcome = await connector.sender!.send(
    { ...sendRequest(spec, content), ...more },
    spec.account,
    context,
  );
  return { outcome, requests };
}

test('a text goes by the REST interface, behind the proxy’s own authorization', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v2/send',
    headers: { authorization: 'Basic ZXhhbXBsZTpleGFtcGxl' },
    json: { number: '+33639980099', recipients: [noa], message: 'Votre vélo est prêt.', text_mode: 'normal' },
  });
});

test('an answer quotes its author, an edit replaces what we wrote, and only that', async () => {
  const quote = await sent(text, { replyTo: `${noa}:1795348800000:1` });
  expect(quote.requests[0]!.json).toMatchObject({ quote_timestamp: 1795348800000, quote_author: noa });
  const own = await sent(text, { replyTo: 'own:1795348800001' });
  expect(own.requests[0]!.json).toMatchObject({ quote_author: '+33639980099' });
  const edit: Content = { kind: 'edit', message_id: 'm', text: 'Non' };
  expect((await sent(edit, { replyTo: 'own:5' })).requests[0]!.json).toMatchObject({
    edit_timestamp: 5,
    message: 'Non',
  });
  expect((await sent(edit, { replyTo: `${noa}:5` })).outcome).toMatchObject({
    failure: { code: 'content_refused' },
  });
});

test('a file travels with its type and name, which cannot break out', async () => {
  const sample: Content = { kind: 'media', media: { type: 'file', id: 'med_1', name: 'a;b,c".pdf' } };
  const { requests } = await send(spec, answered(spec.answers!.ok), { sample });
  const [attachment] = (requests[0]!.json as { base64_attachments: string[] }).base64_attachments;
  expect(attachment).toMatch(/^data:application\/pdf;filename=a_b_c_\.pdf;base64,[A-Za-z0-9+/]+=*$/);
});

test('a reaction is taken back, typing stops', async () => {
  const reaction = await sent({ kind: 'reaction', message_id: 'm', emoji: '' }, { replyTo: `${noa}:7` });
  expect(reaction.requests[0]).toMatchObject({
    method: 'DELETE',
    json: { target_author: noa, timestamp: 7 },
  });
  const typing = await sent({ kind: 'typing', on: false });
  expect(typing.requests[0]).toMatchObject({ method: 'DELETE', json: { recipient: noa } });
});

test('a number that is not on Signal is unreachable; of an account id nothing is asked', async () => {
  const number = await sent(text, { address: 'signal:+33639980001' }, 400);
  expect(number.outcome).toMatchObject({ failure: { code: 'unreachable' } });
  const id = await sent(text, {}, 400);
  expect([id.outcome, id.requests.length]).toMatchObject([{ failure: { code: 'platform_refused' } }, 1]);
});

test('whether a number is on Signal is asked; an account id is not looked up', async () => {
  const reach = async (address: string, answer: { status: number; body: unknown }) => {
    const { context, requests } = recording(answered(answer));
    return [await connector.reach!(address, spec.account, context), requests.length] as const;
  };
  const found = (registered: boolean) => ({ status: 200, body: [{ number: '+33639980001', registered }] });
  const number = 'signal:+33639980001';
  expect(await reach(number, found(true))).toEqual([{ type: 'yes' }, 1]);
  expect(await reach(number, found(false))).toMatchObject([
    { type: 'no', failure: { code: 'unreachable' } },
    1,
  ]);
  expect(await reach(number, { status: 400, body: {} })).toEqual([{ type: 'unknown' }, 1]);
  expect(await reach(number, { status: 200, body: [] })).toEqual([{ type: 'unknown' }, 1]);
  expect(await reach(`signal:${noa}`, found(false))).toEqual([{ type: 'unknown' }, 0]);
});

test('what is taken back is deleted for everyone', async () => {
  const revoke = (providerIds: string[], status = 201) =>
    connector.revoke!(
      { messageId: 'm', address: spec.addresses.sample, providerIds },
      spec.account,
      recording(answered({ status, body: { timestamp: '1' } })).context,
    );
  expect(await revoke(['own:1', 'own:2'])).toBe('revoked');
  expect(await revoke(['own:1'], 400)).toBe('too_late');
  expect(await revoke([`${noa}:1`])).toBe('unsupported');
});

test('numbers are one spelling, and an address besides the account id', () => {
  expect(connector.address.normalise('signal:+33 6 39 98 00 01', spec.account.config)).toBe(
    'signal:+33639980001',
  );
});

test('whatever a merchant says, adapted, fits into a message of Signal’s', () =>
  everyPart(connector, async (part) => {
    if (part.content.kind !== 'text' && part.content.kind !== 'media') return;
    const { context, requests } = recording(answered(spec.answers!.ok));
    const request = { ...sendRequest(spec, part.content), part };
    expect((await connector.sender!.send(request, spec.account, context)).type).toBe('sent');
    const { message } = requests[0]!.json as { message: string };
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(maxTextBytes);
  }));
