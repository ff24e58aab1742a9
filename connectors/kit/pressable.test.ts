import { expect, it } from 'vitest';
import type { Card } from '../../protocol/content.ts';
import { pressableCard, pressableCards, pressableOptions } from './pressable.ts';

it('options bring back their payloads, or their own ids', () => {
  const options = [
    { id: 'am', title: 'Morning', description: 'From 8' },
    { id: 'pm', title: 'Evening' },
  ];
  expect(pressableOptions(options, ['p:am', 'p:pm'])).toEqual([
    { id: 'am', title: 'Morning', description: 'From 8', payload: 'p:am' },
    { id: 'pm', title: 'Evening', payload: 'p:pm' },
  ]);
  expect(pressableOptions(options, []).map(({ payload }) => payload)).toEqual(['am', 'pm']);
});

it('payloads go through the reply actions of all cards, past what brings nothing back', () => {
  const link = { type: 'url' as const, title: 'See', url: 'https://shop.test/' };
  const cards: Card[] = [
    { title: 'Red', subtitle: 'Small', actions: [link, { type: 'reply', id: 'r', title: 'Red' }] },
    { title: 'None' },
    { title: 'Blue', actions: [{ type: 'reply', id: 'b', title: 'Blue' }, link] },
  ];
  const [red, none, blue] = pressableCards(cards, ['p:r', 'p:b']);
  expect(red).toEqual({
    title: 'Red',
    subtitle: 'Small',
    actions: [link, { type: 'reply', id: 'r', title: 'Red', payload: 'p:r' }],
  });
  expect(none).toEqual({ title: 'None', actions: [] });
  expect(blue!.actions).toEqual([{ type: 'reply', id: 'b', title: 'Blue', payload: 'p:b' }, link]);
  expect(pressableCards(cards, ['p:r'])[2]!.actions[0]).toMatchObject({ payload: 'b' });
  expect(pressableCard(cards[2]!, ['p:b'])).toEqual(blue);
});
