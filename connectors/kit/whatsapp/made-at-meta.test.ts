import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyContent, context } from '../../../protocol/adapt/arbitraries.ts';
import { adapt } from '../../../protocol/adapt/index.ts';
import type { Content, ContentOf } from '../../../protocol/content.ts';
import { cloudCapabilities } from './capabilities.ts';
import type { MadeAtMeta } from './config.ts';
import { capabilitiesWith } from './made-at-meta.ts';
import { render } from './render.ts';
import { cloudRefusals } from './testing.ts';

const messageId = context.messageId;
const made = {
  catalog_id: '700800900',
  catalog_title: 'Bikes',
  flows: { fitting: { flow_id: '42', button: 'Book', fields: ['day', 'height'] } },
};

function sent(content: Content, own: MadeAtMeta = made, links = true) {
  const { parts, question } = adapt(
    content,
    capabilitiesWith(cloudCapabilities, content, own, links),
    context,
  );
  const bodies = parts.flatMap((part) => {
    const rendered = render(
      { part, messageId },
      { fileOf: ({ id }) => ({ link: `https://m/${id}` }), made: own },
    );
    expect(rendered.ok).toBe(true);
    return rendered.ok ? rendered.bodies : [];
  });
  return { question, bodies, kinds: parts.map((part) => part.content.kind) };
}
const item = (id: string, more: object = {}) => ({ id, title: `Bike ${id}`, ...more });
const product = (items: ContentOf<'product'>['items'], text?: string): Content => ({
  kind: 'product',
  items,
  ...(text === undefined ? {} : { text }),
});

describe('products of the catalogue', () => {
  it('go as one product, or as a list of several, under the ids of the catalogue', () => {
    expect(sent(product([item('b-7')], 'Just in')).bodies).toEqual([
      {
        type: 'interactive',
        interactive: {
          type: 'product',
          body: { text: 'Just in' },
          action: { catalog_id: '700800900', product_retailer_id: 'b-7' },
        },
      },
    ]);
    expect(sent(product([item('b-7')])).bodies[0]).not.toHaveProperty('interactive.body');
    expect(sent(product([item('b-7'), item('b-8')])).bodies).toEqual([
      {
        type: 'interactive',
        interactive: {
          type: 'product_list',
          header: { type: 'text', text: 'Bikes' },
          body: { text: 'Bike b-7, Bike b-8' },
          action: {
            catalog_id: '700800900',
            sections: [
              {
                title: 'Bikes',
                product_items: [{ product_retailer_id: 'b-7' }, { product_retailer_id: 'b-8' }],
              },
            ],
          },
        },
      },
    ]);
  });

  it('go as text where there is no catalogue, or where it could not say all', () => {
    expect(sent(product([item('b-7')]), {}).kinds).toEqual(['text']);
    expect(sent(product([item('b-7', { quantity: 2 })])).kinds).toEqual(['text']);
    expect(sent(product([item('b-7'), item('b-7')])).kinds).toEqual(['text']);
    expect(sent(product([item('b-7')], 'x'.repeat(1025))).kinds).toEqual(['text']);
  });
});

const form = (name: string | undefined, ids = ['day', 'height']): Content => ({
  kind: 'form',
  ...(name === undefined ? {} : { name }),
  title: 'Fitting',
  fields: ids.map((id) => ({ id, label: id, type: 'text' })),
});

describe('a form that the account has a flow for', () => {
  it('goes as the flow, whose token is what its answer is known by', () => {
    const { bodies, question } = sent(form('fitting'));
    expect(bodies).toEqual([
      {
        type: 'interactive',
        interactive: {
          type: 'flow',
          body: { text: 'Fitting' },
          action: {
            name: 'flow',
            parameters: {
              flow_message_version: '3',
              flow_token: `${messageId}.form`,
              flow_id: '42',
              flow_cta: 'Book',
            },
          },
        },
      },
    ]);
    expect(question?.type).toBe('form');
    expect(sent({ ...form('fitting'), text: 'When may we see you?' }).bodies[0]).toMatchObject({
      interactive: { header: { text: 'Fitting' }, body: { text: 'When may we see you?' } },
    });
    const draft = { ...made, flows: { fitting: { ...made.flows.fitting, draft: true } } };
    expect(sent(form('fitting'), draft).bodies[0]).toHaveProperty(
      'interactive.action.parameters.mode',
      'draft',
    );
  });

  it('is asked question by question where no flow asks for all of it', () => {
    for (const other of [
      form(undefined),
      form('other'),
      form('toString'),
      form('fitting', ['day', 'colour']),
    ])
      expect(sent(other).kinds).toEqual(['text']);
  });
});

const reply = (id: string) => ({ type: 'reply' as const, id, title: `Take ${id}` });
const card = (title: string, actions: ContentOf<'card'>['card']['actions'], more: object = {}) => ({
  title,
  image: { type: 'image' as const, id: title },
  actions,
  ...more,
});
const link = (title: string) => ({ type: 'url' as const, title, url: 'https://shop.example.com/' });
const carousel = (...cards: ContentOf<'carousel'>['cards']): Content => ({
  kind: 'carousel',
  text: 'Which one?',
  cards,
});

describe('cards side by side', () => {
  it('go as a media carousel, their payloads numbered through', () => {
    const { bodies } = sent(
      carousel(card('A', [reply('a'), reply('b')]), card('B', [reply('c'), reply('d')])),
    );
    expect(bodies).toMatchObject([
      {
        interactive: {
          type: 'carousel',
          body: { text: 'Which one?' },
          action: {
            cards: [
              {
                card_index: 0,
                header: { type: 'image', image: { link: 'https://m/A' } },
                body: { text: 'A' },
                action: { buttons: [{}, { quick_reply: { id: `${messageId}.1`, title: 'Take b' } }] },
              },
              { card_index: 1, action: { buttons: [{ quick_reply: { id: `${messageId}.2` } }, {}] } },
            ],
          },
        },
      },
    ]);
    expect(sent(carousel(card('A', [link('See')]), card('B', [link('See')]))).bodies).toMatchObject([
      {
        interactive: {
          action: {
            cards: [
              {
                action: {
                  name: 'cta_url',
                  parameters: { display_text: 'See', url: 'https://shop.example.com/' },
                },
              },
              {},
            ],
          },
        },
      },
    ]);
  });

  it('go one by one where a carousel would not hold them all', () => {
    const [a, b] = [card('A', [reply('a')]), card('B', [reply('b')])];
    const others: Content[] = [
      carousel(a),
      carousel(a, card('B', [link('See')])),
      carousel(a, card('B', [reply('b'), reply('c')])),
      carousel(a, { ...b, image: undefined }),
      carousel(a, { ...b, subtitle: 'x'.repeat(160) }),
      carousel(a, { ...b, subtitle: '1\n2\n3' }),
      carousel(card('A', [link('See'), link('Buy')]), card('B', [link('See'), link('Buy')])),
      { kind: 'carousel', cards: [a, b] },
    ];
    for (const other of others) expect(sent(other).kinds).not.toContain('carousel');
    expect(sent(carousel(a, b), made, false).kinds).not.toContain('carousel');
    expect(sent(carousel(a, b)).kinds).toEqual(['carousel']);
  });
});

it('whatever a merchant says stays within what the Cloud API takes', () => {
  fc.assert(
    fc.property(anyContent, (content) => {
      const own =
        content.kind === 'form'
          ? {
              flows: {
                [content.name ?? 'f']: {
                  flow_id: '1',
                  button: 'Go',
                  fields: content.fields.map(({ id }) => id),
                },
              },
            }
          : made;
      const named = content.kind === 'form' ? { ...content, name: content.name ?? 'f' } : content;
      if (
        content.kind !== 'native' &&
        content.kind !== 'reaction' &&
        content.kind !== 'typing' &&
        content.kind !== 'read'
      )
        expect(sent(named, own).bodies.flatMap((body) => cloudRefusals(body))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
