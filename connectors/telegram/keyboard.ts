import type { Action, Option } from '../../protocol/content.ts';

/** https://core.telegram.org/bots/api#inlinekeyboardbutton */
export interface Button {
  text: string;
  url?: string;
  callback_data?: string;
}

export const choiceButtons = (options: Option[], payloads: string[]): Button[] =>
  options.map((option, index) => ({ text: option.title, callback_data: payloads[index] ?? option.id }));

/** Payloads belong to the reply actions, in their order. */
export function cardButtons(actions: Action[], payloads: string[]): Button[] {
  let replies = 0;
  return actions.flatMap((action): Button[] => {
    if (action.type === 'reply')
      return [{ text: action.title, callback_data: payloads[replies++] ?? action.id }];
    return action.type === 'url' ? [{ text: action.title, url: action.url }] : [];
  });
}

/** Short labels share a row, as many as a phone shows without cutting them. */
export function keyboard(buttons: Button[]): { inline_keyboard: Button[][] } {
  const longest = Math.max(...buttons.map((button) => button.text.length));
  const perRow = longest <= 2 ? 5 : longest <= 12 ? 2 : 1;
  const rows: Button[][] = [];
  for (let i = 0; i < buttons.length; i += perRow) rows.push(buttons.slice(i, i + perRow));
  return { inline_keyboard: rows };
}
