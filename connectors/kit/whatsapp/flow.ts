import { ownText } from '../../../protocol/adapt/wording.ts';
import type { ContentOf } from '../../../protocol/content.ts';
import { formPayload } from '../../../protocol/questions.ts';
import { defined } from '../fields.ts';
import type { MadeAtMeta } from './config.ts';
import { frame, interactive } from './interactive.ts';
import type { Rendered } from './rendered.ts';

type Form = ContentOf<'form'>;

const flowOf = ({ name }: Form, { flows }: MadeAtMeta) =>
  flows && name !== undefined && Object.hasOwn(flows, name) ? flows[name] : undefined;

const framed = (form: Form) => {
  const own = ownText(form);
  return frame(own ? { header: form.title, text: own } : { text: form.title });
};

/** Whether the account has a flow that asks for all that the form asks for. */
export function asFlow(form: Form, made: MadeAtMeta): boolean {
  const flow = flowOf(form, made);
  return !!flow && !!framed(form) && form.fields.every(({ id }) => flow.fields.includes(id));
}

/** "Sending a Flow". Our payload is its token, by which the answer is known again. */
export function flowMessage(form: Form, messageId: string, made: MadeAtMeta): Rendered {
  const flow = flowOf(form, made);
  if (!flow) return { ok: false, code: 'content_unsupported' };
  const around = framed(form);
  if (!around) return { ok: false, code: 'content_too_large' };
  return interactive({
    type: 'flow',
    ...around,
    action: {
      name: 'flow',
      parameters: defined({
        flow_message_version: '3',
        flow_token: formPayload(messageId),
        flow_id: flow.flow_id,
        flow_cta: flow.button,
        mode: flow.draft ? 'draft' : undefined,
      }),
    },
  });
}
