import { expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { pressedBy, pressedIn } from './pressed.ts';

const id = 'msg_01KAP0000000000000000000TE';
const entries = (content: Content) => [{ message_id: id, direction: 'outbound' as const, content, at_ms: 0 }];
const choice: Content = {
  kind: 'choice',
  text: 'What?',
  options: ['bread', 'salad', 'none'].map((one) => ({ id: one, title: one })),
};

it('a payload presses each option that it chose, or the form', () => {
  expect(pressedIn(`${id}.0+2`)).toEqual([`${id}.0`, `${id}.2`]);
  expect(pressedIn(`${id}.form`)).toEqual([`${id}.form`]);
  expect(pressedIn('a merchant’s own')).toBeUndefined();
  expect(pressedIn(undefined)).toBeUndefined();
});

it('the ledger’s answer presses the same', () => {
  const chosen = (...ids: string[]) => ids.map((one) => ({ id: one, title: one }));
  const answer = { type: 'choice', message_id: id, via: 'payload' } as const;
  expect(pressedBy({ ...answer, options: chosen('bread', 'salad') }, entries(choice))).toEqual([
    `${id}.0`,
    `${id}.1`,
  ]);
  expect(pressedBy({ ...answer, options: [] }, entries(choice))).toEqual([`${id}.2`]);
  const survey: Content = { kind: 'survey', text: 'How?', scale: { min: 1, max: 5 } };
  expect(pressedBy({ type: 'survey', message_id: id, value: 4, via: 'words' }, entries(survey))).toEqual([
    `${id}.3`,
  ]);
  expect(pressedBy(undefined, entries(choice))).toBeUndefined();
});

it('a form is pressed once it is complete', () => {
  const answer = { type: 'form', message_id: id, values: {}, via: 'payload' } as const;
  expect(pressedBy({ ...answer, complete: true }, [])).toEqual([`${id}.form`]);
  expect(pressedBy({ ...answer, complete: false }, [])).toBeUndefined();
});
