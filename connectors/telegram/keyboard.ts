import type { Pressable, PressableAction } from '../kit/pressable.ts';

/** https://core.telegram.org/bots/api#inlinekeyboardbutton */
export interface Button {
  text: string;
  url?: string;
  callback_data?: string;
}

export const replyButton = ({ title, payload }: Pressable): Button => ({
  text: title,
  callback_data: payload,
});

export function cardButtons(actions: PressableAction[]): Button[] {
  return actions.flatMap((action): Button[] => {
    if (action.type === 'reply') return [replyButton(action)];
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
