import type { Emit, NewEvent } from '../events/emit.ts';
import type { MessageRow, Tx } from '../store/port.ts';
import type { Reading } from './answers.ts';

type About = Omit<NewEvent<'message.received'>, 'type' | 'data' | 'kind' | 'about'>;

/** States what a message answers, places or shares, each as an event of its own. The question, once answered, is closed. */
export async function stateAnswers(
  tx: Tx,
  { emit }: { emit: Emit },
  { about, message, reading }: { about: About; message: MessageRow; reading: Reading },
): Promise<void> {
  const by = { answered_by: message.id, conversation_id: message.conversationId };
  if (reading.type === 'answer') {
    const { answer, values } = reading;
    await tx.conversations.answerQuestion(reading.row.messageId, message.createdAt);
    const { message_id, via } = answer;
    if (answer.type === 'choice')
      await emit(tx, {
        ...about,
        type: 'choice.answered',
        data: { message_id, options: answer.options, via, ...by },
      });
    if (answer.type === 'survey')
      await emit(tx, {
        ...about,
        type: 'survey.answered',
        data: { message_id, value: answer.value, via, ...by },
      });
    if (values) await emit(tx, { ...about, type: 'form.answered', data: { message_id, values, ...by } });
  }
  const asked = reading.type === 'answer' ? reading.answer.message_id : message.extras?.replyTo;
  const whom = { ...(asked ? { message_id: asked } : {}), ...by, consumer_id: message.consumerId };
  const { content } = message;
  if (content.kind === 'location') {
    const { latitude, longitude, name, address } = content;
    const data = { ...whom, latitude, longitude, name, address };
    await emit(tx, { ...about, type: 'location.shared', data });
  }
  if (content.kind === 'order') {
    const { order_id, items, total } = content;
    await emit(tx, { ...about, type: 'order.placed', data: { ...whom, order_id, items, total } });
  }
}
