import { expect, test } from 'vitest';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import type { Account, HookRequest, SendOutcome } from '../contract/index.ts';
import { connector } from './index.ts';
import { accountWith } from './testing.ts';

/** Shapes of aggregators that exist in the field, with values of our own: each only a configuration. */

const request = (account: Account, more: Partial<HookRequest> & { search?: string }): HookRequest => {
  const url = `${account.hookUrl}${more.search ? `?${more.search}` : ''}`;
  return {
    method: 'POST',
    path: '',
    url,
    query: new URL(url).searchParams,
    headers: {},
    body: Buffer.alloc(0),
    ...more,
  };
};

async function sent(
  account: Account,
  text: string,
  answer: { status: number; body: unknown; headers?: Record<string, string> },
) {
  const record = recording(answered(answer));
  const outcome: SendOutcome = await connector.sender!.send(
    {
      messageId: 'msg_1',
      idempotencyKey: 'msg_1.0',
      address: 'tel:+33639980001',
      part: { content: { kind: 'text', text } },
      media: new Map(),
      thread: [],
    },
    account,
    record.context,
  );
  return { outcome, call: record.requests[0]! };
}

const itemsOf = (account: Account, call: HookRequest) => {
  expect(connector.hook!.verify(call, account, suiteNowMs)).toEqual({ ok: true });
  const parsed = connector.hook!.parse(call, account);
  return parsed.ok ? parsed.items : parsed;
};

test('everything in the query, a line of text for an answer, receipts by number', async () => {
  const account = accountWith({
    verify: { type: 'query', name: 'key', value: '{secret.password}' },
    send: {
      method: 'GET',
      path: '/cgi-bin/sendsms',
      query: {
        username: '{secret.username}', password: '{secret.password}', to: '{to.digits}', from: '{from}', text: '{text}', coding: '{encoding}',
        'dlr-mask': '31', 'dlr-url': '{hook}?key={secret.password}&dlr=%d&id={id}',
      }, // prettier-ignore
      encoding: { gsm7: 0, ucs2: 2 },
      answer: { format: 'text', ids: ['0'], ok: { path: 'line', starts: '0:' }, codes: ['line'] },
    },
    receive: {
      format: 'query',
      events: [
        {
          type: 'receipt',
          when: [{ path: 'dlr' }],
          ids: ['id'],
          state: 'dlr',
          states: { '1': 'delivered', '2': 'undelivered', '8': 'sent' },
        },
        {
          type: 'message',
          when: [{ path: 'text' }, { path: 'from' }],
          id: [],
          from: 'from',
          text: 'text',
          at: { path: 'time', format: 'iso' },
        },
      ],
      international: true,
    },
    codes: { '3: Malformed': 'content_refused' },
  });
  const ok = await sent(account, 'Привет & ура', { status: 202, body: '0: Accepted for delivery\n' });
  expect(ok.outcome).toEqual({ type: 'sent', providerIds: ['Accepted for delivery'] });
  const url = new URL(ok.call.url);
  expect(url.pathname).toBe('/cgi-bin/sendsms');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    to: '33639980001',
    text: 'Привет & ура',
    coding: '2',
    'dlr-url': `${account.hookUrl}?key=example-password&dlr=%d&id=msg_1.0`,
  });
  expect((await sent(account, 'x', { status: 202, body: '3: Malformed' })).outcome).toMatchObject({
    failure: { code: 'content_refused' },
  });
  expect((await sent(account, 'x', { status: 202, body: '' })).outcome.type).toBe('uncertain');
  expect(
    itemsOf(account, request(account, { method: 'GET', search: 'key=example-password&dlr=8&id=msg_1.0' })),
  ).toEqual([{ type: 'receipt', providerIds: ['msg_1.0'], state: 'sent' }]);
  const search = 'key=example-password&from=33639980001&text=%C3%A7a+va&time=2026-11-22+11:59:58';
  expect(itemsOf(account, request(account, { method: 'GET', search }))).toMatchObject([
    {
      providerId: expect.stringMatching(/^sha256\.[0-9a-f]{40}$/),
      content: { text: 'ça va' },
      atMs: 1_795_348_798_000,
    },
  ]);
});

test('XML both ways', async () => {
  const account = accountWith({
    verify: { type: 'basic', user: '{secret.username}', password: '{secret.password}' },
    send: {
      path: '/xml',
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      auth: { type: 'header', name: 'X-Api-Key', value: '{secret.token}' },
      body: {
        type: 'xml',
        text: '<sms ref="{id}"><to>{to}</to><from>{from}</from><text>{text}</text></sms>',
      },
      answer: {
        format: 'xml',
        ids: ['response.message.@id', 'response.message.id'],
        ok: { path: 'response.code', in: [0] },
        codes: ['response.code'],
      },
    },
    receive: {
      format: 'xml',
      each: 'report.*',
      events: [
        {
          type: 'receipt',
          when: [{ path: 'status' }],
          ids: ['status.@id'],
          state: 'status.@state',
          states: { DELIVERED: 'delivered' },
        },
        {
          type: 'message',
          when: [{ path: 'mo' }],
          id: ['mo.@id'],
          from: 'mo.from',
          text: 'mo.text',
          at: { path: 'mo.at', format: 'rfc2822' },
        },
      ],
    },
    codes: { '7': 'balance_exhausted' },
  });
  const { call, outcome } = await sent(account, 'a < b & "c" \u0001', {
    status: 200,
    body: '<response><code>0</code><message id="77">ok</message></response>',
  });
  expect(outcome).toEqual({ type: 'sent', providerIds: ['77'] });
  expect(call).toMatchObject({
    headers: { 'content-type': 'text/xml; charset=utf-8', 'X-Api-Key': 'example-token' },
    body: '<sms ref="msg_1.0"><to>+33639980001</to><from>+33639980100</from><text>a &lt; b &amp; &quot;c&quot; \ufffd</text></sms>',
  });
  const refused = await sent(account, 'x', { status: 200, body: '<response><code>7</code></response>' });
  expect(refused.outcome).toMatchObject({
    type: 'rejected',
    failure: { code: 'balance_exhausted', platform_code: '7' },
  });
  const headers = {
    authorization: `Basic ${Buffer.from('example-user:example-password').toString('base64')}`,
  };
  const body = (text: string) => request(account, { headers, body: Buffer.from(text) });
  expect(itemsOf(account, body('<report><status id="77" state="DELIVERED"/></report>'))).toEqual([
    { type: 'receipt', providerIds: ['77'], state: 'delivered' },
  ]);
  expect(
    itemsOf(
      account,
      body(
        '<report><mo id="8"><from>+33639980001</from><text>&#233;t&#233; &lt;3</text><at>Sun, 22 Nov 2026 12:59:58 +0100</at></mo></report>',
      ),
    ),
  ).toMatchObject([{ providerId: '8', content: { text: 'été <3' }, atMs: 1_795_348_798_000 }]);
});

test('a form both ways in ISO 8859-1, several ids, and a part that went out', async () => {
  const account = accountWith({
    verify: { type: 'bearer', token: '{secret.token}' },
    send: {
      path: '/send/{to.digits}',
      body: {
        type: 'form',
        fields: {
          body: '{text}',
          hex: '{text.hex}',
          n: '{segments}',
          user: '{config.sender}',
          missing: '{secret.api_key}',
        },
      },
      answer: {
        format: 'json',
        ids: ['/messages/*/message-id'],
        ok: { path: '/messages/*/status', in: ['0'] },
        codes: ['/messages/0/status'],
      },
    },
    receive: {
      format: 'form',
      charset: 'latin1',
      events: [
        {
          type: 'message',
          when: [{ path: 'sms' }, { path: 'spam', absent: true }],
          id: ['id'],
          from: 'msisdn',
          text: 'sms',
          at: { path: 'ms', format: 'milliseconds' },
        },
      ],
    },
  });
  const part = (status: string, id: string) => ({ status, 'message-id': id });
  const two = await sent(account, 'é', { status: 200, body: { messages: [part('0', 'a'), part('0', 'b')] } });
  expect(two.outcome).toEqual({ type: 'sent', providerIds: ['a', 'b'] });
  expect(two.call.url).toBe('http://platform.test/send/33639980001');
  expect(two.call.body).toBe('body=%C3%A9&hex=00E9&n=1&user=%2B33639980100');
  const torn = await sent(account, 'é', { status: 200, body: { messages: [part('0', 'a'), part('5', '')] } });
  expect(torn.outcome).toEqual({ type: 'uncertain', reason: 'partly_sent' });
  const headers = { authorization: 'Bearer example-token' };
  const call = (text: string) => request(account, { headers, body: Buffer.from(text, 'latin1') });
  expect(itemsOf(account, call('msisdn=0639980001&sms=%E9t%e9&id=5&ms=1795348798000'))).toMatchObject([
    {
      providerId: '5',
      sender: { address: 'tel:+33639980001' },
      content: { text: 'été' },
      atMs: 1_795_348_798_000,
    },
  ]);
  expect(itemsOf(account, call('msisdn=0639980001&sms=x&spam=1'))).toMatchObject([{ type: 'ignored' }]);
});

test('the check at set-up asks what it was told to ask, with the credentials, or says that it was told nothing', async () => {
  const good = recording(answered({ status: 200, body: { name: 'ACME' } }));
  expect(await connector.probe!(accountWith({}), good.context)).toEqual({ ok: true, detail: 'ACME' });
  expect(good.requests).toMatchObject([
    {
      method: 'GET',
      url: 'http://platform.test/v2/account',
      headers: { authorization: 'Bearer example-token' },
    },
  ]);
  const bad = recording(answered({ status: 401, body: {} }));
  expect(await connector.probe!(accountWith({}), bad.context)).toEqual({ ok: false, detail: 'status 401' });
  const none = recording(answered({ status: 401, body: {} }));
  expect(await connector.probe!(accountWith({ probe: undefined }), none.context)).toMatchObject({ ok: true });
  expect(none.requests).toEqual([]);
  expect(await connector.probe!(accountWith({}, {}), none.context)).toMatchObject({ ok: false });
});
