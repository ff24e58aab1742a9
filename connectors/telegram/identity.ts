/**
 * A private chat has the id of its user, the same for every bot; "at most 52 significant bits", so a JavaScript number holds it
 * (https://core.telegram.org/bots/api#chat). Groups and channels have negative ids and are no consumers.
 */
export function normaliseAddress(address: string): string | undefined {
  const digits = /^telegram:0*([1-9]\d{0,15})$/i.exec(address)?.[1];
  return digits !== undefined && Number(digits) < 2 ** 52 ? `telegram:${digits}` : undefined;
}

export const addressOf = (chatId: number): string => `telegram:${chatId}`;

/** Message ids are only unique within their chat. */
export const providerIdOf = (chatId: number, messageId: number): string => `${chatId}:${messageId}`;

/**
 * The message number in a provider id of that chat; what follows it (an edit, a reaction, a press) is of the same message. A number of
 * another chat names nothing here, or worse, another message.
 */
export function messageIdOf(chatId: number, providerId: string | undefined): number | undefined {
  const [, chat, message] = /^(\d+):(\d+)(?::|$)/.exec(providerId ?? '') ?? [];
  return message !== undefined && Number(chat) === chatId ? Number(message) : undefined;
}
