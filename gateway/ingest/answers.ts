import type { InboundMessage } from '../../connectors/contract/index.ts';
import { answerTo, isOptOut, readAnswer, takesAnyText } from '../../protocol/adapt/index.ts';
import type { Answered, Given, ReadingContext } from '../../protocol/adapt/index.ts';
import { parsePayload } from '../../protocol/questions.ts';
import type { ParsedPayload } from '../../protocol/questions.ts';
import type { QuestionRow, Tx } from '../store/port.ts';

/** How an inbound message was read against the questions that were open. */
export type Reading =
  | ({ type: 'answer'; row: QuestionRow } & Answered)
  | { type: 'postback'; payload: string }
  /** Nothing answered; `open` if a question waited. */
  | { type: 'plain'; open: boolean };

export interface Incoming {
  item: InboundMessage;
  conversationId: string;
  /** The message it replies to, already found. */
  replyTo: string | undefined;
  nowMs: number;
  /** Asked for only where a question may be answered. */
  context: () => Promise<ReadingContext>;
}

/**
 * Opt-out words go before everything; then a platform's payload, then what the reply refers to, then the newest open question that
 * the number, the words or the value fits. Questions that any text would answer come last.
 */
export async function readInbound(tx: Tx, incoming: Incoming): Promise<Reading> {
  const { item, conversationId, replyTo, nowMs } = incoming;
  if (item.automatic) return { type: 'plain', open: false };
  if (item.payload !== undefined) return readPayload(tx, incoming, item.payload);
  if (item.content.kind !== 'text' && item.content.kind !== 'location') return { type: 'plain', open: false };
  const open = await tx.conversations.openQuestions(conversationId, nowMs);
  if (open.length === 0) return { type: 'plain', open: false };
  if (item.content.kind === 'text' && isOptOut(item.content.text)) return { type: 'plain', open: true };
  const context = await incoming.context();
  for (const row of inTurn(open, replyTo)) {
    const given = readAnswer(item.content, row.question, context);
    const answered = given && answerTo(row.question, given, context);
    if (answered) return { type: 'answer', row, ...answered };
  }
  return { type: 'plain', open: true };
}

const inTurn = (open: QuestionRow[], replyTo: string | undefined): QuestionRow[] => {
  const rank = (row: QuestionRow) => (row.messageId === replyTo ? 0 : takesAnyText(row.question) ? 2 : 1);
  return open.toSorted((a, b) => rank(a) - rank(b));
};

async function readPayload(
  tx: Tx,
  { item, conversationId, context }: Incoming,
  payload: string,
): Promise<Reading> {
  const parsed = parsePayload(payload);
  const row = parsed && (await tx.conversations.question(parsed.messageId));
  // a step of a form was asked in its turn: a second press on it would turn the form back
  const passed = row?.question.form !== undefined && row.answeredAt !== null;
  const given =
    parsed && row?.conversationId === conversationId && !passed ? givenBy(parsed, item) : undefined;
  const answered = row && given && answerTo(row.question, given, await context());
  return answered ? { type: 'answer', row, ...answered } : { type: 'postback', payload };
}

const givenBy = ({ chosen }: ParsedPayload, { values }: InboundMessage): Given =>
  chosen === 'form'
    ? { type: 'values', values: values ?? {}, via: 'payload' }
    : { type: 'options', places: chosen, via: 'payload' };
