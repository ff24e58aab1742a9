import { createHash } from 'node:crypto';
import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { HookRequest, InboundItem, Parsed } from '../contract/index.ts';
import { readJson, readJsonAs } from '../kit/body.ts';
import { readMailbox } from '../kit/mail/address.ts';
import { readFileForm, textOfField } from '../kit/mail/multipart.ts';
import type { FileForm } from '../kit/mail/multipart.ts';
import { ofSeconds, openIgnored, optOutItem, providerItems, receiptItem } from '../kit/mail/provider.ts';
import { permanentFailure } from '../kit/mail/status.ts';
import type { MailgunAccount } from './manifest.ts';
import { isJson } from './signature.ts';
import { eventSchema, headersSchema } from './wire.ts';
import type { MailEvent } from './wire.ts';

export function parse(request: HookRequest, { config }: MailgunAccount): Parsed {
  if (isJson(request)) {
    const event = readJsonAs(request.body, eventSchema);
    return event.ok ? { ok: true, items: [eventItem(event.value['event-data'])] } : event;
  }
  const read = readFileForm(request);
  if (!read.ok) return read;
  const mail = received(read.form);
  if (!mail)
    return {
      ok: false,
      status: 422,
      detail: 'The form is no parsed mail: set the route to forward(), not to raw MIME.',
    };
  return { ok: true, items: providerItems(mail, config.address) };
}

function received(form: FileForm): Parameters<typeof providerItems>[0] | undefined {
  const field = (name: string): string => textOfField(form, name);
  const json = readJson(form.fields.get('message-headers') ?? new Uint8Array());
  const headers = headersSchema.safeParse(json.ok ? json.value : undefined);
  if (!headers.success) return undefined;
  const pairs = headers.data.map(([name, value]) => ({ key: name.toLowerCase(), value }));
  return {
    headers: pairs,
    from: readMailbox(field('from')),
    envelopeFrom: form.fields.has('sender') ? field('sender') : undefined,
    subject: field('subject'),
    text: field('body-plain'),
    html: field('body-html'),
    atMs: Date.parse(pairs.find(({ key }) => key === 'date')?.value ?? ''),
    // attachment-1 …: what stands in the text is among them
    files: [...form.files].filter(([name]) => /^attachment-\d+$/.test(name)).map(([, file]) => file),
    otherwiseId: () =>
      `sha256:${createHash('sha256').update(field('message-headers')).update(field('body-plain')).digest('hex')}`,
  };
}

function eventItem(event: MailEvent): InboundItem {
  switch (event.event) {
    case 'delivered':
      return receiptItem(idOf(event), ofSeconds(event.timestamp), { state: 'delivered' });
    case 'failed':
      return event.severity === 'permanent'
        ? receiptItem(idOf(event), ofSeconds(event.timestamp), { state: 'failed', failure: failureOf(event) })
        : { type: 'ignored', reason: 'delivery delayed' };
    case 'rejected':
      return receiptItem(idOf(event), ofSeconds(event.timestamp), {
        state: 'failed',
        failure: failure('platform_refused', 'rejected'),
      });
    case 'complained':
    case 'unsubscribed':
      return optOutItem({
        mailbox: event.recipient ?? '',
        mailId: idOf(event),
        atMs: ofSeconds(event.timestamp),
      });
    case 'opened':
      return openIgnored;
    default:
      return { type: 'ignored', reason: 'unknown event' };
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
