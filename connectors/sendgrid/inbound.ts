import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { HookRequest, InboundItem, Parsed } from '../contract/index.ts';
import { readJson, readJsonAs } from '../kit/body.ts';
import { readMailbox } from '../kit/mail/address.ts';
import type { MailHeader } from '../kit/mail/automatic.ts';
import { readFileForm, textOfField } from '../kit/mail/multipart.ts';
import type { FileForm } from '../kit/mail/multipart.ts';
import { ofSeconds, openIgnored, optOutItem, providerItems, receiptItem } from '../kit/mail/provider.ts';
import type { SendgridAccount } from './manifest.ts';
import { isForm } from './signature.ts';
import { bouncedFailure, droppedFailure } from './status.ts';
import {
  charsetsSchema,
  envelopeSchema,
  eventSchema,
  eventsSchema,
  filesSchema,
  idArgument,
} from './wire.ts';
import type { MailEvent } from './wire.ts';

export function parse(request: HookRequest, { config }: SendgridAccount): Parsed {
  if (!isForm(request)) return events(request.body);
  const read = readFileForm(request);
  if (!read.ok) return read;
  if (!read.form.fields.has('headers'))
    return { ok: false, status: 422, detail: 'The form is no parsed mail: leave "Send Raw" off.' };
  return { ok: true, items: providerItems(received(read.form), config.address) };
}

/** A field that holds JSON, as far as it does. */
function jsonField<T>({ fields }: FileForm, name: string, schema: z.ZodType<T>): T | undefined {
  const json = readJson(fields.get(name) ?? new Uint8Array());
  return json.ok ? schema.safeParse(json.value).data : undefined;
}

function received(form: FileForm): Parameters<typeof providerItems>[0] {
  const charsets = new Map(Object.entries(jsonField(form, 'charsets', charsetsSchema) ?? {}));
  const field = (name: string): string => textOfField(form, name, charsets.get(name));
  const headers = headersIn(field('headers'));
  const about = new Map(Object.entries(jsonField(form, 'attachment-info', filesSchema) ?? {}));
  return {
    headers,
    from: readMailbox(field('from')),
    envelopeFrom: jsonField(form, 'envelope', envelopeSchema)?.from,
    subject: field('subject'),
    text: field('text'),
    html: field('html'),
    atMs: Date.parse(headers.find(({ key }) => key === 'date')?.value ?? ''),
    files: [...form.files]
      .filter(([name]) => /^attachment\d+$/.test(name))
      .map(([name, file]) => ({
        bytes: file.bytes,
        name: about.get(name)?.filename ?? file.name,
        mediaType: (about.get(name)?.type ?? file.mediaType).split(';', 1)[0]!.trim().toLowerCase(),
      })),
    otherwiseId: () =>
      `sha256:${createHash('sha256').update(field('headers')).update(field('text')).digest('hex')}`,
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

function events(body: Uint8Array): Parsed {
  const read = readJsonAs(body, eventsSchema);
  if (!read.ok) return read;
  const items = read.value.map((one) => {
    const event = eventSchema.safeParse(one);
    return event.success
      ? eventItem(event.data)
      : { type: 'ignored' as const, reason: 'an event of another shape' };
  });
  return { ok: true, items };
}

function eventItem(event: MailEvent): InboundItem {
  switch (event.event) {
    case 'delivered':
      return receiptItem(idOf(event), ofSeconds(event.timestamp), { state: 'delivered' });
    case 'bounce':
      return receiptItem(idOf(event), ofSeconds(event.timestamp), {
        state: 'failed',
        failure: bouncedFailure(event),
      });
    case 'dropped':
      return receiptItem(idOf(event), ofSeconds(event.timestamp), {
        state: 'failed',
        failure: droppedFailure(event),
      });
    case 'spamreport':
    case 'unsubscribe':
    case 'group_unsubscribe':
      return optOutItem({
        mailbox: event.email ?? '',
        mailId: idOf(event),
        atMs: ofSeconds(event.timestamp),
      });
    case 'open':
      return openIgnored;
    case 'deferred':
      return { type: 'ignored', reason: 'delivery delayed' };
    default:
      return { type: 'ignored', reason: 'unknown event' };
  }
}

const idOf = (event: MailEvent): string | undefined =>
  [event[idArgument], event['smtp-id']].find((id) => /^<[^<>\s]{1,998}>$/.test(id ?? '')) ?? undefined;
