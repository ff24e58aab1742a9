import { describe, expect, it } from 'vitest';
import { kinds } from '../capabilities.ts';
import { contentKinds } from '../content.ts';
import type { Content } from '../content.ts';
import { adapt } from './adapt.ts';
import { readAnswer } from './answers.ts';
import { context } from './arbitraries.ts';
import { choice, plain, rich, sms, texts, withKinds } from './channels.ts';

describe('support', () => {
  it('decides what becomes of a kind', () => {
    expect(adapt({ kind: 'typing' }, sms, context)).toMatchObject({
      parts: [],
      losses: [{ what: 'typing', how: 'dropped' }],
    });
    expect(adapt(choice(['a']), withKinds({ choice: 'refused' }), context)).toEqual({
      parts: [],
      losses: [],
      refused: 'content_unsupported',
    });
    expect(adapt(choice(['a']), withKinds({ choice: 'adapted', text: 'dropped' }), context).refused).toBe(
      'content_unsupported',
    );
  });

  it.each(contentKinds)('passes %s as it is where it is native and has no limits', (kind) => {
    const samples: Partial<Record<Content['kind'], Content>> = {
      location: { kind: 'location', latitude: 1, longitude: 2 },
      survey: { kind: 'survey', text: 'How?', scale: { min: 1, max: 2 } },
      form: { kind: 'form', title: 'F', fields: [{ id: 'a', label: 'A', type: 'text' }] },
      reaction: { kind: 'reaction', message_id: 'm', emoji: '' },
    };
    const content = samples[kind] ?? ({ kind: 'text', text: 'a' } as Content);
    const all = { ...sms, outbound: kinds({}, 'native') };
    expect(adapt(content, all, context)).toMatchObject({ parts: [{ content }], losses: [] });
  });

  it("sends a platform's own payload to that platform only", () => {
    const native: Content = { kind: 'native', connector: 'here', payload: { a: 1 }, text: 'Instead' };
    expect(texts(native, rich)).toEqual([native]);
    expect(texts({ ...native, connector: 'elsewhere' }, rich)).toEqual(['Instead']);
  });
});

describe('text', () => {
  const long =
    'One sentence of it. Another sentence here. And a third one to end. Then more of it, and more.';

  it('is numbered in pieces where nothing keeps them in order', () => {
    expect(texts({ kind: 'text', text: long }, plain)).toEqual([
      '(1/2) One sentence of it. Another sentence here.',
      '(2/2) And a third one to end. Then more of it, and more.',
    ]);
    expect(texts({ kind: 'text', text: long }, { ...plain, replies: true })).toEqual([
      'One sentence of it. Another sentence here.',
      'And a third one to end. Then more of it, and more.',
    ]);
  });

  it('is one part up to the limit of a channel that joins', () => {
    expect(texts({ kind: 'text', text: 'a '.repeat(760) })).toHaveLength(1);
    expect(texts({ kind: 'text', text: 'word '.repeat(400) })).toHaveLength(2);
  });

  it('is shortened beyond the most parts, and says so', () => {
    const { parts, losses } = adapt({ kind: 'text', text: 'word '.repeat(100) }, plain, {
      ...context,
      maxParts: 3,
    });
    expect(parts).toHaveLength(3);
    expect(parts[2]!.content.text).toMatch(/^\(3\/3\) .*…$/);
    expect(losses).toEqual([{ part: 2, what: 'text', how: 'shortened', why: expect.any(String) as string }]);
  });

  it('keeps markdown where there is, and reads it where there is not', () => {
    const content: Content = {
      kind: 'text',
      text: '**Hi** [here](https://example.com)',
      format: 'markdown',
      subject: 'Hello',
    };
    expect(adapt(content, rich, context)).toEqual({ parts: [{ content: { ...content } }], losses: [] });
    expect(adapt(content, sms, context)).toMatchObject({
      parts: [{ content: { kind: 'text', text: 'Hi here (https://example.com)' } }],
      losses: [{ what: 'subject', how: 'dropped' }],
    });
  });

  it('replaces what has no UTF-8 form', () => {
    expect(adapt({ kind: 'text', text: 'a\ud800b' }, sms, context)).toMatchObject({
      parts: [{ content: { text: 'a\ufffdb' } }],
      losses: [{ how: 'rewritten' }],
    });
  });
});

describe('media', () => {
  const image: Content = {
    kind: 'media',
    media: { type: 'image', id: 'med_1', alt: 'A cat' },
    caption: 'Our cat',
  };

  it('keeps a caption that fits, and says a longer one by itself', () => {
    expect(texts(image, rich)).toEqual([image]);
    const long = 'c'.repeat(41);
    expect(texts({ ...image, caption: long }, rich)).toEqual([{ kind: 'media', media: image.media }, long]);
    const voice: Content = {
      kind: 'media',
      media: { type: 'audio', id: 'med_1', media_type: 'audio/ogg; codecs=opus' },
      caption: 'Listen',
    };
    expect(texts(voice, rich)).toEqual([{ kind: 'media', media: voice.media }, 'Listen']);
  });

  it.each([
    ['of a type it lacks', { type: 'video', id: 'med_1' }, 'Video'],
    ['of a media type it lacks', { type: 'audio', id: 'med_1', media_type: 'audio/wav' }, 'Audio'],
    ['too large as said', { type: 'image', id: 'med_1', bytes: 1001 }, 'Image'],
    ['too large as known', { type: 'image', id: 'med_3', bytes: 1 }, 'Image'],
  ] as const)('becomes a link where it is %s', (_, media, word) => {
    const { parts, losses } = adapt(
      { kind: 'media', media: { ...media, alt: 'A cat' }, caption: 'Our cat' },
      rich,
      context,
    );
    expect(parts[0]!.content.text).toBe(
      `Our cat\n${word}: A cat\nhttps://gateway.example/media/${media.id}?signed`,
    );
    expect(losses).toMatchObject([{ part: 0, what: media.type, how: 'rewritten' }]);
  });

  it('has the address it came with where the gateway holds no copy', () => {
    expect(
      texts({ kind: 'media', media: { type: 'file', url: 'https://example.com/f.pdf', name: 'f.pdf' } }),
    ).toEqual(['File: f.pdf\nhttps://example.com/f.pdf']);
  });
});

describe('other kinds, as text', () => {
  it.each<[Content, string]>([
    [{ kind: 'location', latitude: 1.5, longitude: 2, name: 'Here' }, 'Here\ngeo:1.5,2'],
    [{ kind: 'contact', contacts: [{ name: 'Ada', phones: ['+15550100'] }] }, 'Ada\n+15550100'],
    [
      {
        kind: 'appointment',
        title: 'Visit',
        start: '2026-11-27T10:00:00+01:00',
        end: '2026-11-27T11:00:00+01:00',
      },
      'Visit\n2026-11-27 10:00 - 11:00',
    ],
    [{ kind: 'appointment', title: 'Visit', start: '2026-11-27T10:00:00Z' }, 'Visit\n2026-11-27 10:00 UTC'],
    [
      { kind: 'appointment', title: 'Visit', start: '2026-11-27T10:00:00Z', text: 'See you on Friday' },
      'See you on Friday',
    ],
    [
      { kind: 'status', subject: 'Parcel', state: 'on its way', eta: '2026-11-27T10:00:00+01:00' },
      'Parcel: on its way\n2026-11-27 10:00',
    ],
    [
      {
        kind: 'payment_request',
        reference: 'R1',
        amount: { amount: 1250, currency: 'EUR' },
        url: 'https://example.com/p',
      },
      '12.50 EUR (R1)\nhttps://example.com/p',
    ],
    [{ kind: 'template', name: 't', language: 'fr', text: 'Bonjour Ada' }, 'Bonjour Ada'],
    [{ kind: 'reaction', message_id: 'm', emoji: '👍' }, '👍'],
    [{ kind: 'edit', message_id: 'm', text: 'at eight' }, '*at eight'],
    [
      { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5, low: 'bad', high: 'good' } },
      'How was it?\n\n1 = bad\n5 = good\n\n1 / 2 / 3 / 4 / 5',
    ],
    [
      {
        kind: 'form',
        title: 'Sign up',
        fields: [
          { id: 'n', label: 'Name', type: 'text', required: true },
          {
            id: 's',
            label: 'Size',
            type: 'choice',
            options: [
              { id: 'a', title: 'S' },
              { id: 'b', title: 'L' },
            ],
          },
        ],
      },
      'Sign up\n\nName',
    ],
  ])('%j', (content, text) => {
    expect(texts(content)).toEqual([text]);
  });

  it('says what a form loses, and drops what has no text', () => {
    expect(
      adapt({ kind: 'form', title: 'F', fields: [{ id: 'a', label: 'A', type: 'text' }] }, sms, context)
        .losses,
    ).toMatchObject([{ what: 'form', how: 'rewritten' }]);
    for (const content of [
      { kind: 'removal', message_id: 'm' },
      { kind: 'reaction', message_id: 'm', emoji: '' },
    ] as Content[])
      expect(adapt(content, sms, context)).toMatchObject({ parts: [], losses: [{ how: 'dropped' }] });
  });

  it('asks a survey by what can be pressed, else by the numbers of its scale', () => {
    const survey: Content = { kind: 'survey', text: 'How?', scale: { min: 0, max: 10 } };
    expect(texts({ ...survey, scale: { min: 1, max: 5 } }, rich)).toMatchObject([
      { kind: 'choice', style: 'list' },
    ]);
    const { question } = adapt(survey, sms, context);
    expect(readAnswer({ kind: 'text', text: '0' }, question!)).toMatchObject({ places: [0], via: 'number' });
    expect(readAnswer({ kind: 'text', text: 'dix' }, question!, { language: 'fr' })).toMatchObject({
      places: [10],
    });
  });
});
