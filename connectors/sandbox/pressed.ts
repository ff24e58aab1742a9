import type { Answer } from '../../protocol/messages.ts';
import { formPayload, optionPayload, optionsOf, parsePayload } from '../../protocol/questions.ts';
import type { Entry } from './wire.ts';

/** What a payload chose, as the payloads of the things pressed: the page marks them. */
export function pressedIn(payload: string | undefined): string[] | undefined {
  const parsed = payload === undefined ? undefined : parsePayload(payload);
  if (!parsed) return undefined;
  const { messageId, chosen } = parsed;
  return chosen === 'form'
    ? [formPayload(messageId)]
    : chosen.map((place) => optionPayload(messageId, place));
}

/** The same from the ledger, which keeps what was meant: the options by their ids, in the question that is in the thread. */
export function pressedBy(answer: Answer | undefined, entries: readonly Entry[]): string[] | undefined {
  if (!answer) return undefined;
  const { message_id: messageId } = answer;
  if (answer.type === 'form') return answer.complete ? [formPayload(messageId)] : undefined;
  const question = entries.find((entry) => entry.message_id === messageId);
  const ids = pressables(question);
  const chosen = answer.type === 'survey' ? [String(answer.value)] : answer.options.map(({ id }) => id);
  // chosen none: that is the last option
  const places = chosen.length > 0 ? chosen.map((id) => ids.indexOf(id)) : [ids.length - 1];
  return places.filter((place) => place >= 0).map((place) => optionPayload(messageId, place));
}

const pressables = (entry: Entry | undefined): string[] =>
  entry ? optionsOf(entry.content).map(({ id }) => id) : [];
