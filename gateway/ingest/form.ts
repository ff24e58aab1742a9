import { fieldContent, formQuestion } from '../../protocol/adapt/index.ts';
import type { FormState, Question } from '../../protocol/adapt/index.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { adaptFor } from '../messages/adaptation.ts';
import { writeOutgoing } from '../messages/write.ts';
import type { WriteOptions } from '../messages/write.ts';
import type { MessageRow, Tx } from '../store/port.ts';

/** The next question waits no longer than this to be sent: nobody answers a form that comes back after days. */
const validForSeconds = 3600;

/** Asks a form's next field, in the unit that took the answer before: as a message of its own, where that answer came from. */
export async function askNext(
  tx: Tx,
  options: WriteOptions,
  {
    live,
    message,
    asked,
    form,
  }: { live: LiveAccount; message: MessageRow; asked: Question; form: FormState },
): Promise<void> {
  const field = form.at === undefined ? undefined : form.fields[form.at];
  if (!field) return;
  const first = await tx.messages.byId(form.messageId);
  const { language, transliterate } = first?.extras ?? {};
  const messageId = options.clock.id('message');
  const content = fieldContent(field, language);
  const adaptation = adaptFor(live, content, {
    messageId,
    view: options.view,
    extras: { language, transliterate },
  });
  const { expiresInSeconds } = asked;
  const question = formQuestion(form, { messageId, asked: adaptation.question, expiresInSeconds });
  await writeOutgoing(tx, options, {
    messageId,
    merchantId: message.merchantId,
    route: {
      live,
      address: message.address,
      considered: [{ account_id: live.row.id, channel: live.row.channel, verdict: 'chosen', place: 1 }],
    },
    content,
    media: [],
    adaptation: { ...adaptation, question },
    extras: {
      continues: form.messageId,
      ...(language ? { language } : {}),
      ...(transliterate ? { transliterate } : {}),
      ...(first?.extras?.metadata ? { metadata: first.extras.metadata } : {}),
    },
    validForSeconds,
    traceparent: message.traceparent ?? undefined,
  });
}
