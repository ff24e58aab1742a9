import type { HookRequest, InboundItem, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import type { MailHeader } from '../kit/mail/automatic.ts';
import { eventItem, ofSeconds } from '../kit/mail/event.ts';
import type { Told } from '../kit/mail/event.ts';
import { formMail, jsonField } from '../kit/mail/form-mail.ts';
import type { FormMail } from '../kit/mail/form-mail.ts';
import { textOfField } from '../kit/mail/multipart.ts';
import type { FileForm } from '../kit/mail/multipart.ts';
import type { SendgridAccount } from './manifest.ts';
import { isForm } from './signature.ts';
import { bouncedFailure, droppedFailure } from './status.ts';
import * as wire from './wire.ts';
import type { MailEvent } from './wire.ts';

export function parse(request: HookRequest, { config }: SendgridAccount): Parsed {
  if (isForm(request))
    return formMail(request, {
      own: config.address,
      otherwise: 'The form is no parsed mail: leave "Send Raw" off.',
      read: taken,
    });
  const read = readJsonAs(request.body, wire.eventsSchema);
  return read.ok ? { ok: true, items: read.value.map(itemOf) } : read;
}

function taken(form: FileForm): FormMail | undefined {
  if (!form.fields.has('headers')) return undefined;
  const charsets = jsonField(form, 'charsets', wire.charsetsSchema);
  const about = new Map(Object.entries(jsonField(form, 'attachment-info', wire.filesSchema) ?? {}));
  return {
    headers: headersIn(textOfField(form, 'headers', new Map(Object.entries(charsets ?? {})).get('headers'))),
    names: { headers: 'headers', text: 'text', html: 'html' },
    charsets,
    envelopeFrom: jsonField(form, 'envelope', wire.envelopeSchema)?.from,
    files: [...form.files]
      .filter(([name]) => /^attachment\d+$/.test(name))
      .map(([name, file]) => ({
        bytes: file.bytes,
        name: about.get(name)?.filename ?? file.name,
        mediaType: (about.get(name)?.type ?? file.mediaType).split(';', 1)[0]!.trim().toLowerCase(),
      })),
  };
}

/** Raw headers, folded lines joined (RFC 5322, 2.2.3). */
const headersIn = (raw: string): MailHeader[] =>
  raw
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1
        ? []
        : [{ key: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() }];
    });

function itemOf(one: unknown): InboundItem {
  const { data: event } = wire.eventSchema.safeParse(one);
  if (!event) return { type: 'ignored', reason: 'an event of another shape' };
  const about = { mailId: idOf(event), mailbox: event.email, atMs: ofSeconds(event.timestamp) };
  return eventItem(toldBy(event), about);
}

function toldBy(event: MailEvent): Told {
  switch (event.event) {
    case 'delivered':
      return 'delivered';
    case 'bounce':
      return bouncedFailure(event);
    case 'dropped':
      return droppedFailure(event);
    case 'spamreport':
    case 'unsubscribe':
    case 'group_unsubscribe':
      return 'opted_out';
    case 'open':
      return 'opened';
    case 'deferred':
      return 'delayed';
    default:
      return 'unknown';
  }
}

const idOf = (event: MailEvent): string | undefined =>
  [event[wire.idArgument], event['smtp-id']].find((id) => /^<[^<>\s]{1,998}>$/.test(id ?? '')) ?? undefined;
