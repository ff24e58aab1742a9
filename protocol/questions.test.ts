import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentKinds } from './content.ts';
import type { Content } from './content.ts';
import {
  foldNone,
  formPayload,
  optionPayload,
  optionsOf,
  optionsPayload,
  parsePayload,
} from './questions.ts';

const messageId = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/).map((body) => `msg_${body}`);

test('a payload leads back to message and place, and is at most 34 bytes', () => {
  fc.assert(
    fc.property(messageId, fc.integer({ min: 0, max: 999 }), (id, index) => {
      const payload = optionPayload(id, index);
      expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(34);
      expect(parsePayload(payload)).toEqual({ messageId: id, chosen: [index] });
    }),
  );
});

test.each([
  '',
  'BUY_NOW',
  'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ',
  'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ.',
  'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ.-1',
  'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ.1000',
  'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ.1x',
  ' msg_01HZZZZZZZZZZZZZZZZZZZZZZZ.1',
  'cnv_01HZZZZZZZZZZZZZZZZZZZZZZZ.1',
  'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ.1+',
  'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ.forms',
])('%j is a payload of somebody else’s', (payload) => {
  expect(parsePayload(payload)).toBeUndefined();
});

test('what can be answered: options, reply actions, the steps of a scale; in order', () => {
  const reply = (id: string) => ({ type: 'reply' as const, id, title: id.toUpperCase() });
  const url = { type: 'url' as const, title: 'W', url: 'https://example.com' };
  expect(
    optionsOf({
      kind: 'choice',
      text: 'q',
      options: [
        { id: 'b', title: 'B' },
        { id: 'a', title: 'A' },
      ],
    }).map(({ id }) => id),
  ).toEqual(['b', 'a']);
  expect(optionsOf({ kind: 'card', card: { title: 't', actions: [url, reply('x')] } })).toEqual([
    { id: 'x', title: 'X' },
  ]);
  expect(
    optionsOf({
      kind: 'carousel',
      cards: [{ title: '1', actions: [reply('p')] }, { title: '2' }, { title: '3', actions: [reply('q')] }],
    }).map(({ id }) => id),
  ).toEqual(['p', 'q']);
  expect(
    optionsOf({ kind: 'survey', text: 'q', scale: { min: 0, max: 3 } }).map(({ title }) => title),
  ).toEqual(['0', '1', '2', '3']);
});

test('no other kind has options', () => {
  for (const kind of contentKinds.filter((one) => !['choice', 'card', 'carousel', 'survey'].includes(one)))
    expect(optionsOf({ kind, text: 'x' } as unknown as Content)).toEqual([]);
});

test('several options, and a form, come back in one payload', () => {
  const id = 'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ';
  expect(parsePayload(optionsPayload(id, [0, 2, 11]))).toEqual({ messageId: id, chosen: [0, 2, 11] });
  expect(parsePayload(formPayload(id))).toEqual({ messageId: id, chosen: 'form' });
});

test('"none of these" is the last option, under an id that no other has', () => {
  const choice: Content = {
    kind: 'choice',
    text: 'q',
    options: [{ id: 'none', title: 'Nuns' }],
    none: 'None',
  };
  const options = [
    { id: 'none', title: 'Nuns' },
    { id: 'none_', title: 'None' },
  ];
  expect(optionsOf(choice)).toEqual(options);
  expect(foldNone(choice)).toEqual({ kind: 'choice', text: 'q', options });
  expect(optionsOf(foldNone(choice))).toEqual(options);
});
