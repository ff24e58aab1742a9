import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { HookRequest, Parsed } from '../../contract/index.ts';
import { readJson } from '../body.ts';
import { readMailbox } from './address.ts';
import type { MailHeader } from './automatic.ts';
import { readFileForm, textOfField } from './multipart.ts';
import type { FileForm } from './multipart.ts';
import { providerItems } from './provider.ts';
import type { ReceivedFile, ReceivedMail } from './received.ts';

/** A mail that a provider took apart into the fields `from`, `subject` and these. */
export interface FormMail {
  headers: readonly MailHeader[];
  /** The names of the fields with its headers, text and HTML. */
  names: { headers: string; text: string; html: string };
  /** Charsets of fields that are not UTF-8. */
  charsets?: Readonly<Record<string, string>> | undefined;
  envelopeFrom: string | undefined;
  files: readonly ReceivedFile[];
}

/** A mail that came as a form. `own`: the account's mailbox; `otherwise`: what to say where the form is none that `read` knows. */
export function formMail(
  request: HookRequest,
  { own, otherwise, read }: { own: string; otherwise: string; read(form: FileForm): FormMail | undefined },
): Parsed {
  const taken = readFileForm(request);
  if (!taken.ok) return taken;
  const mail = read(taken.form);
  return mail
    ? { ok: true, items: providerItems(received(taken.form, mail), own) }
    : { ok: false, status: 422, detail: otherwise };
}

function received(form: FileForm, { names, charsets = {}, ...mail }: FormMail): ReceivedMail {
  const field = (name: string): string =>
    textOfField(form, name, Object.hasOwn(charsets, name) ? charsets[name] : undefined);
  return {
    ...mail,
    from: readMailbox(field('from')),
    subject: field('subject'),
    text: field(names.text),
    html: field(names.html),
    atMs: Date.parse(mail.headers.find(({ key }) => key === 'date')?.value ?? ''),
    otherwiseId: () =>
      `sha256:${createHash('sha256').update(field(names.headers)).update(field(names.text)).digest('hex')}`,
  };
}

/** A field that holds JSON, as far as it does. */
export function jsonField<T>({ fields }: FileForm, name: string, schema: z.ZodType<T>): T | undefined {
  const json = readJson(fields.get(name) ?? new Uint8Array());
  return json.ok ? schema.safeParse(json.value).data : undefined;
}
