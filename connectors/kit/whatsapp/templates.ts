import { z } from 'zod';
import type { MessageTemplate, TemplatePurpose, TemplateState } from '../../../protocol/templates.ts';
import { cut, defined, wellFormed } from '../fields.ts';

/**
 * One template as Meta has it, loose: "Template management", 2026-05-21, and the fields and states of "WhatsApp Message Template" (Graph
 * API reference, v25.0). 360dialog hands it on with states in lower case.
 */
const string = z.string();
const optionalText = string.optional().catch(undefined);
const buttonSchema = z.looseObject({ type: string, text: optionalText, url: optionalText });
const componentSchema = z.looseObject({
  type: string,
  format: optionalText,
  text: optionalText,
  buttons: z.array(buttonSchema).max(16).optional().catch(undefined),
});
export const metaTemplateSchema = z.looseObject({
  id: z.union([string, z.number()]).optional().catch(undefined),
  name: string.min(1).max(512),
  language: string.min(1).max(64),
  status: string.max(64),
  category: optionalText,
  rejected_reason: optionalText,
  components: z.array(componentSchema).max(16),
});
type MetaTemplate = z.infer<typeof metaTemplateSchema>;
type Component = z.infer<typeof componentSchema>;
type Button = MessageTemplate['buttons'][number];

/** `FLAGGED` is badly received and still goes out; `FIRST_PAUSED` and what follows it are Infobip's. */
const states: Readonly<Record<string, TemplateState>> = {
  APPROVED: 'approved',
  REINSTATED: 'approved',
  FLAGGED: 'approved',
  PENDING: 'pending',
  SUBMITTED: 'pending',
  IN_APPEAL: 'pending',
  REJECTED: 'rejected',
  PAUSED: 'paused',
  FIRST_PAUSED: 'paused',
  SECOND_PAUSED: 'paused',
  DISABLED: 'disabled',
  ARCHIVED: 'disabled',
  PENDING_DELETION: 'deleted',
  DELETED: 'deleted',
};
const purposes: Readonly<Record<string, TemplatePurpose>> = {
  MARKETING: 'marketing',
  UTILITY: 'utility',
  AUTHENTICATION: 'authentication',
};
const headers: Readonly<Record<string, NonNullable<MessageTemplate['header']>['type']>> = {
  TEXT: 'text',
  IMAGE: 'image',
  VIDEO: 'video',
  DOCUMENT: 'file',
  LOCATION: 'location',
};
const buttonTypes: Readonly<Record<string, Button['type']>> = {
  QUICK_REPLY: 'quick_reply',
  URL: 'url',
  COPY_CODE: 'copy_code',
  PHONE_NUMBER: 'phone',
  FLOW: 'form',
};
/** What content of kind `template` has a place for. */
const fillableParts = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS'];
const fillableHeaders = ['text', 'image', 'video', 'file'];
const fillableButtons = ['quick_reply', 'url', 'copy_code', 'phone'];

const named = <T>(table: Readonly<Record<string, T>>, name: string | undefined): T | undefined => {
  const key = name?.toUpperCase();
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
};

/** What stands in braces, each once: numbers by their value, names as they come. */
export function placeholdersIn(value: string | undefined): string[] {
  const found = [...(value ?? '').matchAll(/\{\{ ?([^{}\s]{1,128}) ?\}\}/g)].map(([, name]) => name!);
  return [...new Set(found)]
    .slice(0, 64)
    .toSorted((one, other) => (isNumber(one) && isNumber(other) ? Number(one) - Number(other) : 0));
}
const isNumber = (placeholder: string): boolean => /^\d{1,4}$/.test(placeholder);

/** In our words. Pure. */
export function templateOf(template: MetaTemplate): MessageTemplate {
  const part = (type: string) => template.components.find((one) => one.type.toUpperCase() === type);
  const header = headerOf(part('HEADER'));
  const body = part('BODY');
  const buttons = (part('BUTTONS')?.buttons ?? []).map(buttonOf);
  const said = (value: string | undefined, max: number) =>
    value === undefined ? undefined : cut(wellFormed(value), max);
  const text = said(body?.text, 8192);
  const placeholders = placeholdersIn(text);
  const state = named(states, template.status) ?? 'unknown';
  const reason = template.rejected_reason;
  return defined({
    id: template.id === undefined ? undefined : String(template.id).slice(0, 128),
    name: wellFormed(template.name),
    // locales stand with an underscore there: en_US
    language: wellFormed(template.language).replaceAll('_', '-'),
    purpose: named(purposes, template.category) ?? 'other',
    state,
    reason: reason && reason.toUpperCase() !== 'NONE' ? cut(wellFormed(reason), 256) : undefined,
    header,
    body: defined({ text, placeholders }),
    footer: said(part('FOOTER')?.text, 1024),
    buttons,
    fillable:
      text !== undefined &&
      template.components.every(({ type }) => fillableParts.includes(type.toUpperCase())) &&
      (header === undefined || fillableHeaders.includes(header.type)) &&
      buttons.every(({ type }) => fillableButtons.includes(type)) &&
      [...placeholders, ...(header?.placeholders ?? [])].every(isNumber),
  });
}

function headerOf(component: Component | undefined): MessageTemplate['header'] {
  if (!component) return undefined;
  const type = named(headers, component.format ?? 'TEXT') ?? 'other';
  const text = type === 'text' && component.text ? cut(wellFormed(component.text), 1024) : undefined;
  return defined({ type, text, placeholders: placeholdersIn(text) });
}

function buttonOf({ type: name, text, url }: z.infer<typeof buttonSchema>, index: number): Button {
  const type = named(buttonTypes, name) ?? 'other';
  return defined({
    index,
    type,
    text: text === undefined ? undefined : cut(wellFormed(text), 256),
    url: type === 'url' && url !== undefined ? wellFormed(url, 2048) : undefined,
    value: valueOf(type, url),
  });
}

function valueOf(type: Button['type'], url: string | undefined): Button['value'] {
  switch (type) {
    case 'quick_reply':
      return 'optional';
    case 'copy_code':
      return 'required';
    case 'url':
      return placeholdersIn(url).length > 0 ? 'required' : 'none';
    default:
      return 'none';
  }
}
