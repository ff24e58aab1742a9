import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMetaEmulator } from '../meta.ts';
import type { MetaEmulator } from '../meta.ts';
import { objectOf } from './graph.ts';

let meta: MetaEmulator;
beforeAll(async () => {
  meta = await startMetaEmulator();
  await meta.whatsapp.user('+33639980001', { userId: 'FR.1' }).writes('Hello');
  await meta.messenger.user('71').writes('Hello');
});
afterAll(() => meta.close());

async function post(path: string, token: string, body: unknown): Promise<[number, unknown, unknown]> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${meta.url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { error } = objectOf(await answer.json());
  return [answer.status, objectOf(error)['code'], objectOf(error)['error_subcode']];
}

const x = (length: number) => 'x'.repeat(length);
const button = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
const asking = (action: object, type = 'button', body = 'q') => ({
  type: 'interactive',
  interactive: { type, body: { text: body }, action },
});
const rows = (count: number) => [
  { rows: Array.from({ length: count }, (_, index) => ({ id: `${index}`, title: `${index}` })) },
];

describe('the emulated Cloud API refuses', () => {
  const to = { messaging_product: 'whatsapp', to: '+33639980001' };
  it.each<[string, object, number | undefined]>([
    ['nothing of a sound text', { ...to, type: 'text', text: { body: 'ok' } }, undefined],
    ['a missing product', { to: to.to, type: 'text', text: { body: 'x' } }, 131008],
    ['a missing receiver', { messaging_product: 'whatsapp', type: 'text', text: { body: 'x' } }, 131008],
    ['an unknown receiver', { ...to, to: '+33639980009', type: 'text', text: { body: 'x' } }, 131026],
    [
      'an unknown user id',
      { messaging_product: 'whatsapp', recipient: 'FR.2', type: 'text', text: { body: 'x' } },
      131026,
    ],
    ['a missing body', { ...to, type: 'text', text: {} }, 131008],
    ['a long text', { ...to, type: 'text', text: { body: x(4097) } }, 131009],
    ['an unknown type', { ...to, type: 'poll', poll: {} }, 131051],
    [
      'four buttons',
      { ...to, ...asking({ buttons: ['a', 'b', 'c', 'd'].map((id) => button(id, id)) }) },
      131009,
    ],
    ['a long button', { ...to, ...asking({ buttons: [button('a', x(21))] }) }, 131009],
    ['a long button id', { ...to, ...asking({ buttons: [button(x(257), 'a')] }) }, 131009],
    ['twin buttons', { ...to, ...asking({ buttons: [button('a', 'A'), button('a', 'B')] }) }, 131009],
    ['a long question', { ...to, ...asking({ buttons: [button('a', 'A')] }, 'button', x(1025)) }, 131009],
    ['eleven rows', { ...to, ...asking({ button: 'Open', sections: rows(11) }, 'list') }, 131009],
    ['a list without a button', { ...to, ...asking({ sections: rows(2) }, 'list') }, 131008],
    ['a place off the globe', { ...to, type: 'location', location: { latitude: 91, longitude: 0 } }, 131009],
    ['an unknown file', { ...to, type: 'image', image: { id: '1' } }, 131053],
    [
      'a long caption',
      { ...to, type: 'image', image: { link: 'https://shop.example.com/a.png', caption: x(1025) } },
      131009,
    ],
    ['a contact without a name', { ...to, type: 'contacts', contacts: [{ name: {} }] }, 131008],
    [
      'an unknown template',
      { ...to, type: 'template', template: { name: 'no', language: { code: 'fr' } } },
      132001,
    ],
  ])('%s', async (_name, body, code) => {
    expect((await post('v25.0/100200300400/messages', 'EAAwhatsapp', body))[1]).toBe(code);
  });

  it('a wrong token, a wrong number and a wrong path', async () => {
    expect(await post('v25.0/100200300400/messages', 'other', {})).toEqual([401, 190, undefined]);
    expect(await post('v25.0/1/messages', 'EAAwhatsapp', {})).toEqual([400, 100, 33]);
    expect((await post('nowhere', 'EAAwhatsapp', {}))[1]).toBe(2500);
  });
});

const template = (payload: object) => ({ message: { attachment: { type: 'template', payload } } });
const reply = (title: string, payload = 'p') => ({ content_type: 'text', title, payload });

describe('the emulated Send API refuses', () => {
  const to = { recipient: { id: '71' }, messaging_type: 'RESPONSE' };
  it.each<[string, object, number | undefined, number | undefined]>([
    ['nothing of a sound text', { ...to, message: { text: 'ok' } }, undefined, undefined],
    ['a missing receiver', { messaging_type: 'RESPONSE', message: { text: 'x' } }, 100, undefined],
    ['an unknown receiver', { ...to, recipient: { id: '72' }, message: { text: 'x' } }, 100, 2018001],
    ['a missing messaging type', { recipient: to.recipient, message: { text: 'x' } }, 100, undefined],
    ['a long text', { ...to, message: { text: x(2001) } }, 100, undefined],
    [
      'fourteen quick replies',
      { ...to, message: { text: 'q', quick_replies: Array.from({ length: 14 }, () => reply('a')) } },
      100,
      undefined,
    ],
    ['a long quick reply', { ...to, message: { text: 'q', quick_replies: [reply(x(21))] } }, 100, undefined],
    [
      'a long payload',
      { ...to, message: { text: 'q', quick_replies: [reply('a', x(1001))] } },
      100,
      undefined,
    ],
    [
      'a long button template',
      {
        ...to,
        ...template({
          template_type: 'button',
          text: x(641),
          buttons: [{ type: 'postback', title: 'a', payload: 'p' }],
        }),
      },
      100,
      undefined,
    ],
    [
      'eleven cards',
      {
        ...to,
        ...template({
          template_type: 'generic',
          elements: Array.from({ length: 11 }, () => ({ title: 'a', subtitle: 'b' })),
        }),
      },
      100,
      undefined,
    ],
    [
      'a card of a title alone',
      { ...to, ...template({ template_type: 'generic', elements: [{ title: 'a' }] }) },
      100,
      undefined,
    ],
    [
      'an unknown file',
      { ...to, message: { attachment: { type: 'image', payload: { attachment_id: '1' } } } },
      100,
      2018074,
    ],
    [
      'a message with a sender action',
      { ...to, sender_action: 'typing_on', message: { text: 'x' } },
      100,
      2018164,
    ],
    ['an unknown sender action', { ...to, sender_action: 'dance' }, 100, undefined],
  ])('%s', async (_name, body, code, subcode) => {
    expect((await post('v25.0/900800700600/messages', 'EAAmessenger', body)).slice(1)).toEqual([
      code,
      subcode,
    ]);
  });
});
