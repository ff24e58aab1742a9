import type { ContentOf } from '../../protocol/content.ts';

export type Contact = ContentOf<'contact'>['contacts'][number];

/** RFC 6350 §3.4: backslash, comma, semicolon and newline are escaped; other control characters go. */
const escaped = (value: string): string =>
  value
    .replace(/\r\n?/g, '\n')
    .replace(/[\\,;]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
    // eslint-disable-next-line no-control-regex -- control characters are what this takes out
    .replace(/[\u0000-\u001f\u007f]/g, '');

/** RFC 2426 (vCard 3.0), which phones read best. */
export const vcard = ({ name, phones = [], emails = [], organization }: Contact): string =>
  [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${escaped(name)};;;`,
    `FN:${escaped(name)}`,
    ...(organization ? [`ORG:${escaped(organization)}`] : []),
    ...phones.map((phone) => `TEL:${escaped(phone)}`),
    ...emails.map((email) => `EMAIL:${escaped(email)}`),
    'END:VCARD',
    '',
  ].join('\r\n');
