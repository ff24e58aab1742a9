import type { InboundMessage } from '../../connectors/contract/index.ts';
import { readAnswer } from '../../protocol/adapt/index.ts';
import type { Answer } from '../../protocol/messages.ts';
import { parseOptionPayload } from '../../protocol/questions.ts';
import type { QuestionRow, Tx } from '../store/port.ts';

/** How an inbound message was read against the questions that were open. */
export type Reading =
  | { type: 'answer'; answer: Answer }
  | { type: 'postback'; payload: string }
  /** Nothing answered; `open` if a question waited. */
  | { type: 'plain'; open: boolean };

export interface Incoming {
  item: InboundMessage;
  conversationId: string;
  /** The message it replies to, already found. */
  replyTo: string | undefined;
  nowMs: number;
}

/** A platform's payload first, then what the reply refers to, then the newest open question that the words fit. */
export async function readInbound(
  tx: Tx,
  { item, conversationId, replyTo, nowMs }: Incoming,
): Promise<Reading> {
  if (item.payload !== undefined) {
    const token = parseOptionPayload(item.payload);
    const question = token && (await tx.conversations.question(token.messageId));
    const answer =
      question && question.conversationId === conversationId
        ? chosen(question, token.index, 'payload')
        : undefined;
    return answer ? { type: 'answer', answer } : { type: 'postback', payload: item.payload };
  }
  if (item.automatic || item.content.kind !== 'text') return { type: 'plain', open: false };
  const open = await tx.conversations.openQuestions(conversationId, nowMs);
  const candidates = [
    ...open.filter((one) => one.messageId === replyTo),
    ...open.filter((one) => one.messageId !== replyTo),
  ];
  for (const candidate of candidates) {
    const read = readAnswer(item.content.text, candidate.question, item.sender.language);
    const answer = read && chosen(candidate, read.index, read.via);
    if (answer) return { type: 'answer', answer };
  }
  return { type: 'plain', open: open.length > 0 };
}

function chosen(row: QuestionRow, index: number, via: Answer['via']): Answer | undefined {
  const option = row.question.options[index];
  return option && { message_id: row.messageId, options: [{ id: option.id, title: option.title }], via };
}
