import type { Action, Card, Option } from '../../protocol/content.ts';

/** What can be pressed, and what a press of it brings back: where a part has no payloads, its own id. */
export interface Pressable {
  title: string;
  payload: string;
}
export type PressableOption = Option & Pressable;
export type PressableAction =
  | (Extract<Action, { type: 'reply' }> & Pressable)
  | Exclude<Action, { type: 'reply' }>;
export type PressableCard = Omit<Card, 'actions'> & { actions: PressableAction[] };

export const pressableOptions = (
  options: readonly Option[],
  payloads: readonly string[],
): PressableOption[] =>
  options.map((option, index) => ({ ...option, payload: payloads[index] ?? option.id }));

/** Payloads come in the order of the reply actions of all cards. */
export function pressableCards(cards: readonly Card[], payloads: readonly string[]): PressableCard[] {
  let next = 0;
  const pressable = (action: Action): PressableAction =>
    action.type === 'reply' ? { ...action, payload: payloads[next++] ?? action.id } : action;
  return cards.map((card) => ({ ...card, actions: (card.actions ?? []).map(pressable) }));
}

export const pressableCard = (card: Card, payloads: readonly string[]): PressableCard =>
  pressableCards([card], payloads)[0]!;
