import type { InboundMessage } from '../contract/index.ts';
import { defined, lineOf } from '../kit/fields.ts';
import type { Interactive } from './wire.ts';

type Answer = Pick<InboundMessage, 'content' | 'payload' | 'replyTo'>;
type Data = NonNullable<Interactive['data']>;
const maxPayloadCharacters = 60_000;

/** What was chosen, in words and by what we named it; what is none of ours comes as it is. */
export function answerOf(interactive: Interactive): Answer {
  const { data = {} } = interactive;
  const replyTo = lineOf(data.requestIdentifier, 512);
  const picked = quickReply(data) ?? listPicker(data) ?? timePicker(data);
  if (!picked) return { content: native(interactive), ...defined({ replyTo }) };
  const payload = lineOf(picked.identifier);
  const text = lineOf(picked.title) ?? lineOf(data.replyMessage?.title) ?? payload ?? 'Answered';
  return { content: { kind: 'text', text }, ...defined({ payload, replyTo }) };
}

interface Picked {
  identifier?: string | undefined;
  title?: string | undefined;
}

function quickReply(data: Data): Picked | undefined {
  const reply = data['quick-reply'];
  return reply && (reply.selectedIndex === undefined ? {} : (reply.items?.[reply.selectedIndex] ?? {}));
}

/** The first section holds what was picked. Several of it, and only the words say which. */
function listPicker({ listPicker: picker }: Data): Picked | undefined {
  if (!picker) return undefined;
  const items = picker.sections?.[0]?.items ?? [];
  return items.length === 1 ? items[0] : {};
}

function timePicker({ event }: Data): Picked | undefined {
  if (!event) return undefined;
  const [slot, ...more] = event.timeslots ?? [];
  return slot && more.length === 0 ? { identifier: slot.identifier, title: slot.startTime } : {};
}

/** A form that was filled in, or what an app of the merchant's own answers with. */
function native({ bid, URL: url, data }: Interactive): InboundMessage['content'] {
  const all = defined({ bid, URL: url, requestIdentifier: data?.requestIdentifier, dynamic: data?.dynamic });
  const json = JSON.stringify(all).toWellFormed();
  const text = lineOf(data?.replyMessage?.title) ?? 'Answered';
  return {
    kind: 'native',
    connector: 'apple-messages',
    payload: json.length <= maxPayloadCharacters ? (JSON.parse(json) as Record<string, unknown>) : {},
    text,
  };
}
