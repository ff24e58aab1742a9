import { expect, test } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { spec } from './twilio-sms.conformance.ts';

conformance(spec);

const fieldsOf = (body: unknown): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(String(body)));

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  const [request] = requests;
  expect(request).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(fieldsOf(request!.body)).toEqual({
    To: '+33639980001',
    From: '+15005550006',
    Body: 'Your table for two is ready.',
    StatusCallback: spec.account.hookUrl,
  });
});

test('a picture is named by its address, and a validity is at most ten hours', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, spec.samples[1]!), validForSeconds: 86_400 };
  await spec.connector.sender!.send(request, spec.account, context);
  expect(fieldsOf(requests[0]!.body)).toMatchObject({
    Body: 'Your table',
    MediaUrl: 'https://gateway.test/media/med_1',
    ValidityPeriod: '36000',
  });
});

test('media lie behind a redirect, which gets no credentials', async () => {
  const { context, requests } = recording(({ url }) =>
    url.startsWith('http://platform.test/')
      ? {
          type: 'answer',
          status: 307,
          headers: { location: 'https://media.test/x.jpg' },
          body: Buffer.alloc(0),
        }
      : {
          type: 'answer',
          status: 200,
          headers: { 'content-type': 'image/jpeg' },
          body: Buffer.from('bytes'),
        },
  );
  const fetched = await spec.connector.media!.fetch('http://platform.test/Media/ME1', spec.account, {
    ...context,
    maxBytes: 1000,
  });
  expect(fetched).toMatchObject({ ok: true, mediaType: 'image/jpeg' });
  expect(requests.map(({ headers }) => Object.keys(headers ?? {}))).toEqual([['authorization'], []]);
});

test('an account needs a sender or a service that has some', () => {
  const { config } = spec.connector.manifest;
  const base = { account_sid: `AC${'00'.repeat(16)}` };
  expect(config.safeParse(base).success).toBe(false);
  expect(config.safeParse({ ...base, sender: 'ACME' }).success).toBe(true);
  expect(config.safeParse({ ...base, messaging_service_sid: `MG${'00'.repeat(16)}` }).success).toBe(true);
});
