import { describe, expect, test } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { Part } from '../contract/index.ts';
import { anyMedia, everyPart } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import { render } from './render.ts';
import { spec } from './whatsapp-infobip.conformance.ts';

conformance(spec);

const madeAtMeta = {
  catalog_id: '700800900',
  catalog_title: 'Bikes',
  flows: { fitting: { flow_id: '42', button: 'Book', fields: ['day'] } },
};
const rich = { ...spec, account: { ...spec.account, config: { ...spec.account.config, ...madeAtMeta } } };

const callsOf = async (sample: Content) =>
  (await send(rich, answered(spec.answers!.ok), { sample })).requests.map(({ url, json }) => [
    url.replace('http://platform.test/whatsapp/1/message/', ''),
    json,
  ]);
const contentOf = async (sample: Content) =>
  (await callsOf(sample)).map(([path, json]) => [path, (json as { content: unknown }).content]);

describe('what a part becomes', () => {
  test('a text: from whom, to whom, about what, and where reports go', async () => {
    expect(await callsOf({ kind: 'text', text: 'Bonjour' })).toEqual([
      [
        'text',
        {
          from: '33639980100',
          to: '33639980001',
          content: { text: 'Bonjour', previewUrl: false },
          notifyUrl: `${spec.account.hookUrl}?token=example-hook-token`,
        },
      ],
    ]);
  });

  test('files, places and people', async () => {
    const url = 'https://gateway.test/media/med_1';
    expect(
      await contentOf({
        kind: 'media',
        media: { type: 'file', id: 'med_1', name: 'a.pdf' },
        caption: 'Here',
      }),
    ).toEqual([['document', { mediaUrl: url, caption: 'Here', filename: 'a.pdf' }]]);
    expect(
      await contentOf({ kind: 'media', media: { type: 'audio', id: 'med_1' }, caption: 'Listen' }),
    ).toEqual([
      ['audio', { mediaUrl: url }],
      ['text', { text: 'Listen', previewUrl: false }],
    ]);
    expect(await contentOf({ kind: 'location', latitude: 1, longitude: 2, name: 'Depot' })).toEqual([
      ['location', { latitude: 1, longitude: 2, name: 'Depot' }],
    ]);
    expect(
      await contentOf({
        kind: 'contact',
        contacts: [{ name: 'Alan', phones: ['+33639980002'], organization: 'Example Ltd' }],
      }),
    ).toEqual([
      [
        'contact',
        {
          contacts: [
            {
              name: { formattedName: 'Alan', firstName: 'Alan' },
              phones: [{ phone: '+33639980002', type: 'CELL' }],
              org: { company: 'Example Ltd' },
            },
          ],
        },
      ],
    ]);
  });

  test('buttons, lists and links', async () => {
    const options = ['Today', 'Tomorrow'].map((title) => ({ id: title, title }));
    expect(await contentOf({ kind: 'choice', text: 'When?', header: 'Delivery', options })).toMatchObject([
      [
        'interactive/buttons',
        {
          header: { type: 'TEXT', text: 'Delivery' },
          body: { text: 'When?' },
          action: { buttons: [{ type: 'REPLY', title: 'Today', id: expect.stringMatching(/\.0$/) }, {}] },
        },
      ],
    ]);
    expect(await contentOf({ kind: 'choice', text: 'When?', style: 'list', options })).toMatchObject([
      ['interactive/list', { action: { title: 'Options', sections: [{ rows: [{ title: 'Today' }, {}] }] } }],
    ]);
    const actions = [{ type: 'url' as const, title: 'See', url: 'https://shop.example.com/' }];
    expect(await contentOf({ kind: 'card', card: { title: 'Bike', actions } })).toEqual([
      [
        'interactive/url-button',
        { body: { text: 'Bike' }, action: { displayText: 'See', url: 'https://shop.example.com/' } },
      ],
    ]);
    const image = { type: 'image' as const, id: 'med_1' };
    expect(
      (await contentOf({ kind: 'card', card: { title: 'Bike', image, actions } })).map(([path]) => path),
    ).toEqual(['image', 'interactive/url-button']);
  });

  test('products of the catalogue, and a form that there is a flow for', async () => {
    const item = (id: string) => ({ id, title: id });
    expect(await contentOf({ kind: 'product', items: [item('b-7')], text: 'New' })).toEqual([
      [
        'interactive/product',
        { body: { text: 'New' }, action: { catalogId: '700800900', productRetailerId: 'b-7' } },
      ],
    ]);
    expect(await contentOf({ kind: 'product', items: [item('b-7'), item('b-8')] })).toEqual([
      [
        'interactive/multi-product',
        {
          header: { type: 'TEXT', text: 'Bikes' },
          body: { text: 'b-7, b-8' },
          action: {
            catalogId: '700800900',
            sections: [{ title: 'Bikes', productRetailerIds: ['b-7', 'b-8'] }],
          },
        },
      ],
    ]);
    const form: Content = {
      kind: 'form',
      name: 'fitting',
      title: 'Fitting',
      fields: [{ id: 'day', label: 'Day', type: 'date' }],
    };
    expect(await contentOf(form)).toEqual([
      [
        'interactive/flow',
        {
          body: { text: 'Fitting' },
          action: {
            mode: 'PUBLISHED',
            flowMessageVersion: 3,
            flowToken: 'msg_01KAP00000000000000000TEST.form',
            flowId: '42',
            callToActionButton: 'Book',
          },
        },
      ],
    ]);
    const native = (content: Content) =>
      connector.capabilitiesFor!(content, rich.account.config).outbound[content.kind];
    expect([native(form), native({ ...form, name: 'other' })]).toEqual(['native', 'adapted']);
  });

  test('a template, in a bulk of one', async () => {
    const [call] = await callsOf(spec.samples.find(({ kind }) => kind === 'template')!);
    expect(call).toMatchObject([
      'template',
      {
        messages: [
          {
            content: {
              templateName: 'order_ready',
              templateData: {
                body: { placeholders: ['Ada', '7'] },
                header: { type: 'IMAGE', mediaUrl: 'https://gateway.test/media/med_5' },
                buttons: [{ type: 'QUICK_REPLY', parameter: 'COMING' }],
              },
              language: 'fr_FR',
            },
          },
        ],
      },
    ]);
  });
});

test('a native payload cannot go anywhere else, nor change who gets it', async () => {
  const native = (payload: Record<string, unknown>): Content => ({
    kind: 'native',
    connector: 'whatsapp-infobip',
    payload,
    text: 'x',
  });
  const [call] = await callsOf(native({ path: 'text', content: { text: 'x' }, to: '1', from: '2' }));
  expect(call).toMatchObject(['text', { to: '33639980001', from: '33639980100', content: { text: 'x' } }]);
  for (const path of ['../senders', 'text?x', 'https://example.net/', 7, undefined])
    expect(
      (await send(spec, answered(spec.answers!.ok), { sample: native({ path, content: {} }) })).outcome,
    ).toMatchObject({
      failure: { code: 'content_refused' },
    });
});

test('a message of theirs is marked as read under its id', async () => {
  const { requests, outcome } = await send(spec, answered({ status: 200, body: '' }), {
    sample: { kind: 'read', message_id: 'msg_1' },
  });
  expect(outcome).toEqual({ type: 'sent', providerIds: [] });
  expect(requests.map(({ method, url }) => [method, url])).toEqual([
    [
      'POST',
      `http://platform.test/whatsapp/1/senders/33639980100/message/${spec.answers!.providerIds[0]}/read`,
    ],
  ]);
});

test('the key goes with media to the account’s own host only', async () => {
  const { context, requests } = recording(answered({ status: 200, body: 'x' }));
  for (const url of ['http://platform.test/whatsapp/1/senders/1/media/2', 'https://example.net/media/2'])
    await connector.media!.fetch(url, spec.account, { ...context, maxBytes: 9 });
  expect(requests.map(({ headers }) => headers?.['authorization'])).toEqual([
    'App example-api-key',
    undefined,
  ]);
});

test('the set-up check asks how the sender stands', async () => {
  const probed = async (status: number, body: unknown) => {
    const { context, requests } = recording(answered({ status, body }));
    return [await connector.probe!(spec.account, context), requests[0]!.url] as const;
  };
  const own = { sender: '33639980100', status: 'CONNECTED', qualityRating: 'HIGH' };
  expect(await probed(200, { results: [own] })).toEqual([
    { ok: true, detail: 'CONNECTED, HIGH' },
    'http://platform.test/whatsapp/1/senders/quality?senders=33639980100',
  ]);
  expect((await probed(200, { results: [] }))[0]).toMatchObject({ ok: false, fields: ['config.sender'] });
  expect((await probed(401, {}))[0]).toMatchObject({ ok: false, fields: ['credentials.api_key'] });
  expect((await probed(500, {}))[0]).toMatchObject({ ok: false });
});

test('whatever a merchant says, adapted, becomes calls that have all they need', async () => {
  const check = (part: Part) => {
    const rendered = render({ part, media: anyMedia, messageId: 'msg_1' }, {});
    expect([rendered.ok, part]).toEqual([true, part]);
    for (const { path, content: body } of rendered.ok ? rendered.messages : []) {
      expect(path).toMatch(/^[a-z]+(\/[a-z-]+)?$/);
      expect(JSON.stringify(body)).not.toMatch(/"(link|product_retailer_id|formatted_name)":/);
    }
  };
  await everyPart(connector, check, { except: ['native', 'read'] });
});

test('what a flow hands over is the answer to a form of ours, or goes on as it came', () => {
  const said = (response: unknown) => {
    const request = spec.request!({
      name: 'a flow',
      document: 'WhatsAppInboundInteractiveFlowReplyMessage',
      request: {
        json: {
          results: [
            {
              from: '33639980001',
              messageId: 'ABEGZ_1',
              message: { type: 'INTERACTIVE_FLOW_REPLY', text: 'Sent', response },
            },
          ],
        },
      },
      items: [],
    });
    const parsed = connector.hook!.parse(request, spec.account);
    return 'items' in parsed ? parsed.items[0] : undefined;
  };
  const token = 'msg_01KAP0000000000000000000TE.form';
  expect(said({ flow_token: token, name: 'Ada', guests: 3 })).toMatchObject({
    content: { kind: 'text', text: 'name: Ada\nguests: 3' },
    payload: token,
    values: { name: 'Ada', guests: 3 },
  });
  const theirs = { flow_token: 'theirs', seats: { count: 2 } };
  expect(said(theirs)).toMatchObject({
    content: { kind: 'native', payload: { type: 'INTERACTIVE_FLOW_REPLY', response: theirs }, text: 'Sent' },
  });
  expect(said({ flow_token: 'x'.repeat(70_000) })).toMatchObject({
    content: { payload: { type: 'INTERACTIVE_FLOW_REPLY' } },
  });
});
