import type { CodeMeaning } from '../kit/json-answer.ts';

/** `error.code` of the Bot Connector ("Status codes from bot conversational APIs"), and `subCode` ("Send proactive messages") */
export const codes: Readonly<Record<string, CodeMeaning>> = {
  // the document writes the first with a blank
  'Bad Argument': 'content_refused',
  BadArgument: 'content_refused',
  BadSyntax: 'content_refused',
  ActivityNotFoundInConversation: 'content_refused',
  MessageSizeTooBig: 'content_too_large',
  ConversationNotFound: 'address_invalid',
  UserNotFound: 'address_invalid',
  BotNotInConversationRoster: 'unreachable',
  ForbiddenOperationException: 'unreachable',
  ConversationBlockedByUser: 'blocked',
  MessageWritesBlocked: 'blocked',
  BotNotRegistered: 'account_unauthorized',
  Unauthorized: 'account_unauthorized',
  NotEnoughPermissions: 'account_unauthorized',
  BotDisabledByAdmin: 'account_suspended',
  InvalidBotApiHost: 'platform_refused',
  PreconditionFailed: 'platform_unavailable',
  ServiceError: 'platform_unavailable',
  Throttled: 'throttled',
  TooManyRequests: 'throttled',
};

/** Types of reactions that Teams names in words; others it writes as emoji. */
const reactions: Readonly<Record<string, string>> = {
  like: '👍',
  heart: '❤️',
  laugh: '😆',
  surprised: '😮',
  sad: '🙁',
  angry: '😠',
};

export const emojiOf = (type: string): string =>
  (Object.hasOwn(reactions, type) ? reactions[type]! : type).slice(0, 64).toWellFormed();
