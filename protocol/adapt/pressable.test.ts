import { describe, expect, it } from 'vitest';
import type { Content } from '../content.ts';
import { measure } from '../text/units.ts';
import { adapt } from './adapt.ts';
import { readAnswer } from './answers.ts';
import { context } from './arbitraries.ts';
import { choice, payload, plain, rich, sms, texts, utf16, withKinds } from './channels.ts';

describe('choice', () => {
  it('becomes buttons, with a payload for each', () => {
    expect(adapt(choice(['Yes', 'No']), rich, context)).toEqual({
      parts: [
        { content: { ...choice(['Yes', 'No']), style: 'buttons' }, payloads: [payload(0), payload(1)] },
      ],
      losses: [],
      question: {
        type: 'choice',
        min: 1,
        max: 1,
        messageId: context.messageId,
        options: [
          { id: 'o0', title: 'Yes', number: undefined },
          { id: 'o1', title: 'No', number: undefined },
        ],
        expiresInSeconds: 86_400,
      },
    });
  });

  it('becomes a list where buttons are too few, too short or bare', () => {
    const list = { kind: 'choice', style: 'list' };
    expect(texts(choice(['1st', '2nd', '3rd', '4th']), rich)).toMatchObject([list]);
    expect(texts(choice(['Twenty-one letters ok', 'No']), rich)).toMatchObject([list]);
    expect(
      texts({ ...choice([]), options: [{ id: 'a', title: 'A', description: 'More' }] } as Content, rich),
    ).toMatchObject([list]);
  });

  it('becomes numbered text where nothing else holds it', () => {
    const many = Array.from({ length: 11 }, (_, i) => `Option ${'abcdefghijk'[i]}`);
    const { parts, losses, question } = adapt(
      choice(many, { header: 'Head', footer: 'Foot', expires_in: 60 }),
      rich,
      context,
    );
    expect(parts).toHaveLength(1);
    expect(parts[0]!.content.text).toBe(
      `Head\n\nWhich one?\n\n${many.map((title, i) => `${i + 1}. ${title}`).join('\n')}\n\nFoot`,
    );
    expect(losses).toEqual([]);
    expect(question).toMatchObject({
      expiresInSeconds: 60,
      options: many.map((title, i) => ({ title, number: i + 1 })),
    });
  });

  it('shortens labels only if they stay apart', () => {
    const { parts, losses } = adapt(
      choice(['Book a table for tonight at eight', 'Ask for the menu of the day']),
      { ...rich, list: undefined },
      context,
    );
    expect(parts[0]!.content).toMatchObject({
      style: 'buttons',
      options: [{ title: 'Book a table for…' }, { title: 'Ask for the menu of…' }],
    });
    expect(losses).toMatchObject([{ part: 0, what: 'options', how: 'shortened' }]);
    expect(
      texts(choice(['Book a table for tonight at eight', 'Book a table for tonight at nine']), {
        ...rich,
        list: undefined,
      }),
    ).toEqual(['Which one?\n\n1. Book a table for tonight at eight\n2. Book a table for tonight at nine']);
  });

  it('shows a title too long for its row in the description', () => {
    const title = 'Book a table for tonight at eight';
    expect(adapt(choice([title, 'Menu']), rich, context)).toMatchObject({
      parts: [
        {
          content: {
            style: 'list',
            options: [{ title: 'Book a table for…', description: title }, { title: 'Menu' }],
          },
        },
      ],
      losses: [],
    });
  });

  it('says beforehand what its body has no room for', () => {
    const text = `${'First sentence. '.repeat(8)}\n\nWhich one?`;
    const { parts } = adapt(choice(['Yes', 'No'], { text, header: 'Head' }), rich, context);
    expect(parts.map((part) => part.content.kind)).toEqual(['text', 'choice']);
    expect(parts[0]!.content.text).toMatch(/^Head\n\nFirst sentence\./);
    expect(parts[1]!.content.text).toMatch(/Which one\?$/);
    expect(measure(parts[1]!.content.text!, 'utf16')).toBeLessThanOrEqual(80);
  });

  it('keeps header and footer where the look has room for them', () => {
    expect(texts(choice(['a', 'b'], { style: 'list', header: 'Head', footer: 'Foot' }), rich)).toMatchObject([
      { header: 'Head', text: 'Which one?\n\nFoot' },
    ]);
  });

  it('gives up descriptions, then long titles, before it gives up an option', () => {
    const options = Array.from({ length: 9 }, (_, i) => ({
      id: `o${i}`,
      title: `${i}th ${'long title '.repeat(8)}`,
      description: 'd'.repeat(100),
    }));
    const { parts, losses } = adapt(
      { kind: 'choice', text: 'Q?', options },
      { ...plain, text: utf16(160) },
      { ...context, maxParts: 4 },
    );
    expect(parts.length).toBeLessThanOrEqual(4);
    expect(losses.map((loss) => loss.what)).toEqual(['descriptions', 'options']);
    const all = parts.map((part) => part.content.text).join('\n');
    for (let i = 1; i <= 9; i++) expect(all).toContain(`${i}. `);
  });
});

describe('cards', () => {
  const image = { type: 'image', id: 'med_1', media_type: 'image/png', bytes: 10 } as const;
  const card = {
    title: 'Shoes',
    subtitle: 'Red',
    image,
    actions: [
      { type: 'reply', id: 'buy', title: 'Buy' },
      { type: 'url', title: 'See', url: 'https://example.com/s' },
    ],
  } as const;
  const carousel = (count: number): Content => ({
    kind: 'carousel',
    text: 'Look:',
    cards: Array.from({ length: count }, () => structuredClone(card)) as never,
  });

  it('go as they are', () => {
    expect(adapt({ kind: 'card', card: structuredClone(card) as never }, rich, context)).toMatchObject({
      parts: [{ content: { kind: 'card', card }, payloads: [payload(0)] }],
      losses: [],
    });
  });

  it('become a picture and a question', () => {
    const { parts } = adapt(
      { kind: 'card', card: structuredClone(card) as never },
      withKinds({ card: 'adapted' }),
      context,
    );
    expect(parts).toEqual([
      { content: { kind: 'media', media: image } },
      {
        content: {
          kind: 'choice',
          text: 'Shoes\nRed\nSee: https://example.com/s',
          options: [{ id: 'buy', title: 'Buy' }],
          style: 'buttons',
        },
        payloads: [payload(0)],
      },
    ]);
  });

  it('become a picture with a caption where nothing is asked', () => {
    const { actions: _, ...quiet } = card;
    expect(texts({ kind: 'card', card: structuredClone(quiet) }, withKinds({ card: 'adapted' }))).toEqual([
      { kind: 'media', media: image, caption: 'Shoes\nRed' },
    ]);
  });

  it('say beside them what they cannot hold', () => {
    const calls: Content = {
      kind: 'card',
      card: { title: 'T', actions: [{ type: 'call', title: 'Call', phone: '+15550100' }] },
    };
    expect(texts(calls, rich)).toEqual([{ kind: 'card', card: { title: 'T' } }, 'Call: +15550100']);
  });

  it('go side by side in groups, and number their replies through', () => {
    const { parts } = adapt(carousel(5), rich, context);
    expect(parts.map((part) => [part.content.kind, part.payloads])).toEqual([
      ['text', undefined],
      ['carousel', [payload(0), payload(1)]],
      ['carousel', [payload(2), payload(3), payload(4)]],
    ]);
  });

  it('become text, and every reply has a number of its own', () => {
    const { parts, question } = adapt(carousel(2), sms, context);
    expect(parts.map((part) => part.content.text)).toEqual([
      'Look:',
      'Shoes\nRed\nSee: https://example.com/s\nImage\nhttps://gateway.example/media/med_1?signed\n\n1. Buy',
      'Shoes\nRed\nSee: https://example.com/s\nImage\nhttps://gateway.example/media/med_1?signed\n\n2. Buy',
    ]);
    expect(readAnswer({ kind: 'text', text: '2' }, question!)).toMatchObject({ places: [1], via: 'number' });
    expect(readAnswer({ kind: 'text', text: 'buy' }, question!)).toBeUndefined();
  });

  it('do not say the text twice that the gateway filled in', () => {
    const filled = { kind: 'carousel', text: 'A\n\nB', cards: [{ title: 'A' }, { title: 'B' }] } as Content;
    expect(texts(filled)).toEqual(['A', 'B']);
  });
});
