import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { HookRequest, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { eventItem, ofSeconds } from '../kit/mail/event.ts';
import type { Told } from '../kit/mail/event.ts';
import { formMail, jsonField } from '../kit/mail/form-mail.ts';
import type { FormMail } from '../kit/mail/form-mail.ts';
import { textOfField } from '../kit/mail/multipart.ts';
import type { FileForm } from '../kit/mail/multipart.ts';
import { permanentFailure } from '../kit/mail/status.ts';
import type { MailgunAccount } from './manifest.ts';
import { isJson } from './signature.ts';
import { eventSchema, headersSchema } from './wire.ts';
import type { MailEvent } from './wire.ts';

export function parse(request: HookRequest, { config }: MailgunAccount): Parsed {
  if (!isJson(request))
    return formMail(request, {
      own: config.address,
      otherwise: 'The form is no parsed mail: set the route to forward(), not to raw MIME.',
      read: taken,
    });
  const json = readJsonAs(request.body, eventSchema);
  if (!json.ok) return json;
  const event = json.value['event-data'];
  const about = { mailId: idOf(event), mailbox: event.recipient, atMs: ofSeconds(event.timestamp) };
  return { ok: true, items: [eventItem(toldBy(event), about)] };
}

function taken(form: FileForm): FormMail | undefined {
  const headers = jsonField(form, 'message-headers', headersSchema);
  return (
    headers && {
      headers: headers.map(([name, value]) => ({ key: name.toLowerCase(), value })),
      names: { headers: 'message-headers', text: 'body-plain', html: 'body-html' },
      envelopeFrom: form.fields.has('sender') ? textOfField(form, 'sender') : undefined,
      // attachment-1 …: what stands in the text is among them
      files: [...form.files].filter(([name]) => /^attachment-\d+$/.test(name)).map(([, file]) => file),
    }
  );
}

function toldBy(event: MailEvent): Told {
  switch (event.event) {
    case 'delivered':
      return 'delivered';
    case 'failed':
      return event.severity === 'permanent' ? failureOf(event) : 'delayed';
    case 'rejected':
      return failure('platform_refused', 'rejected');
    case 'complained':
    case 'unsubscribed':
      return 'opted_out';
    case 'opened':
      return 'opened';
    default:
      return 'unknown';
  }
}

const suppressed: Readonly<Record<string, 'unreachable' | 'opted_out' | 'undelivered'>> = {
  'suppress-bounce': 'unreachable',
  'suppress-complaint': 'opted_out',
  'suppress-unsubscribe': 'opted_out',
  old: 'undelivered', // tried for too long
};

/** `reason` says what Mailgun decided by itself; else the other server's reply does. Codes of 600 and more are Mailgun's own. */
function failureOf({ reason, 'delivery-status': status }: MailEvent): Failure {
  if (reason && Object.hasOwn(suppressed, reason)) return failure(suppressed[reason]!, reason);
  const code = Number(status?.code ?? 0);
  return code >= 500 && code < 600 ? permanentFailure({ code }) : failure('undelivered', code || undefined);
}

/** Events write a Message-ID without its brackets. */
function idOf({ message }: MailEvent): string | undefined {
  const id = message?.headers?.['message-id']?.replace(/^<(.*)>$/, '$1');
  return id && id.length <= 998 ? `<${id}>` : undefined;
}
