import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { CallResult, HookRequest, OutgoingRequest } from '../contract/index.ts';
import { everyPart } from '../kit/adapted.testing.ts';
import { readForm } from '../kit/form.ts';
import { connector } from './index.ts';
import { maxMessage } from './manifest.ts';
import { randomIdOf } from './outbound.ts';
import { paramsOf } from './render.ts';
import { spec } from './vk.conformance.ts';

conformance(spec);

const ok = (body: unknown): CallResult => answered({ status: 200, body });
const methodOf = ({ url }: OutgoingRequest): string => url.replace('http://platform.test/', '');
const formOf = ({ body }: OutgoingRequest): Record<string, unknown> => {
  const read = readForm(body as string);
  return read.ok ? { ...read.value } : {};
};
const uploadUrl = 'http://platform.test/upload';

/** VK with its uploads, as one. */
const vk = (request: OutgoingRequest): CallResult => {
  if (request.url === uploadUrl) return ok({ server: 3, photo: '[{"photo":"x"}]', hash: 'h', file: 'f|1' });
  if (request.url.includes('UploadServer')) return ok({ response: { upload_url: uploadUrl } });
  if (request.url.includes('saveMessagesPhoto'))
    return ok({ response: [{ id: 8, owner_id: -9, access_key: 'k' }] });
  if (request.url.includes('docs.save'))
    return ok({ response: { type: 'doc', doc: { id: 7, owner_id: -9 } } });
  return answered(spec.answers!.ok);
};

test.each(spec.samples.map((sample) => [sample.kind, sample] as const))(
  '%s goes out',
  async (_kind, sample) => {
    const { outcome, problems } = await send(spec, vk, { sample });
    expect([outcome.type, problems]).toEqual(['sent', []]);
  },
);

test('a text goes with a number that VK takes only once', async () => {
  const { requests } = await send(spec, vk);
  const key = 'msg_01KAP00000000000000000TEST.0';
  expect(formOf(requests[0]!)).toMatchObject({
    peer_ids: '700100',
    message: 'Votre vélo est prêt.',
    random_id: String(randomIdOf(key)),
    v: '5.199',
  });
  expect(randomIdOf(key)).toBe(randomIdOf(key));
  fc.assert(
    fc.property(fc.string(), (any) => {
      const id = randomIdOf(any);
      expect(id !== 0 && Number.isInteger(id) && Math.abs(id) <= 2 ** 31).toBe(true);
    }),
  );
});

test('a picture is uploaded in three steps, other files in theirs', async () => {
  const sample = spec.samples.find(({ kind }) => kind === 'media')!;
  const { requests } = await send(spec, vk, { sample });
  expect(requests.map(methodOf)).toEqual([
    'method/photos.getMessagesUploadServer',
    'upload',
    'method/photos.saveMessagesPhoto',
    'method/messages.send',
  ]);
  expect(formOf(requests[3]!)).toMatchObject({ attachment: 'photo-9_8_k', message: 'Le voici' });
  const file = await send(spec, vk, { sample: { kind: 'media', media: { type: 'file', id: 'med_1' } } });
  expect(formOf(file.requests.at(-1)!)).toMatchObject({ attachment: 'doc-9_7' });
});

test('bytes go to VK alone', async () => {
  const sample = spec.samples.find(({ kind }) => kind === 'media')!;
  for (const upload_url of [
    'https://evil.example.net/',
    'http://pu.vk.com/up',
    'https://vk.com.evil.example.net/',
  ]) {
    const { outcome, requests } = await send(spec, () => ok({ response: { upload_url } }), { sample });
    expect([outcome.type, requests.length]).toEqual(['rejected', 1]);
  }
});

test('an answer names what it answers, but only in this conversation', async () => {
  const forward = async (replyTo: string) => {
    const { context, requests } = recording(vk);
    await connector.sender!.send(
      { ...sendRequest(spec, { kind: 'text', text: 'Oui' }), replyTo },
      spec.account,
      context,
    );
    return formOf(requests[0]!)['forward'];
  };
  expect(JSON.parse(String(await forward('700100:4:1')))).toEqual({
    peer_id: 700100,
    conversation_message_ids: [4],
    is_reply: 1,
  });
  expect(await forward('700101:4')).toBeUndefined();
});

test('what is taken back is deleted for everybody', async () => {
  const { context, requests } = recording(vk);
  const request = { messageId: 'm', address: 'vk:700100', providerIds: ['700100:5', '700100:6'] };
  expect(await connector.revoke!(request, spec.account, context)).toBe('revoked');
  expect(formOf(requests[0]!)).toMatchObject({ cmids: '5,6', delete_for_all: '1' });
  expect(await connector.revoke!({ ...request, providerIds: ['700101:5'] }, spec.account, context)).toBe(
    'unsupported',
  );
});

test('the confirmation is told only to who knows the secret', () => {
  const ask = (over: object) => {
    const body = { type: 'confirmation', group_id: 900100200, secret: 'secret-of-our-own', ...over };
    const request = { body: Buffer.from(JSON.stringify(body)) } as unknown as HookRequest;
    return connector.hook!.handshake!(request, spec.account)?.body;
  };
  expect(ask({})).toBe('c0nf1rm');
  expect([ask({ secret: 'another-secret' }), ask({ secret: undefined }), ask({ group_id: 1 })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('whatever a merchant says, adapted, stays within what VK takes', () =>
  everyPart(connector, (part) => {
    const params = paramsOf(part);
    if (!params) return;
    expect((params['message'] ?? '').length).toBeLessThanOrEqual(maxMessage);
    const { buttons } = JSON.parse(params['keyboard'] ?? '{"buttons":[]}') as {
      buttons: { action: { label: string; payload: string } }[][];
    };
    expect(buttons.length).toBeLessThanOrEqual(6);
    expect(buttons.flat().length).toBeLessThanOrEqual(10);
    for (const { action } of buttons.flat())
      expect(action.label.length <= 40 && action.payload.length <= 255).toBe(true);
  }));
