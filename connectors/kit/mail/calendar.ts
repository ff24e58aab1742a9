import type { ContentOf } from '../../../protocol/content.ts';

export interface CalendarContext {
  messageId: string;
  /** The account's mailbox and its name. */
  from: string;
  name: string;
  nowMs: number;
  /** What the merchant wrote beside it. */
  description: string | undefined;
}

/**
 * An appointment as iCalendar (RFC 5545). The method is PUBLISH, not REQUEST: a request is an invitation with named attendees whose
 * answer the organizer's calendar waits for (RFC 5546, 3.2.2), and nobody here reads such answers. Published events need an organizer
 * and have no attendees (3.2.1).
 */
export function calendarOf(content: ContentOf<'appointment'>, context: CalendarContext): string {
  const { start, end, title, place, url } = content;
  const organizer = context.name ? `;CN="${parameter(context.name)}"` : '';
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Passerelle//Email//EN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${context.messageId}@${context.from.slice(context.from.lastIndexOf('@') + 1)}`,
    `DTSTAMP:${utc(context.nowMs)}`,
    `DTSTART:${utc(Date.parse(start))}`,
    ...(end && Date.parse(end) > Date.parse(start) ? [`DTEND:${utc(Date.parse(end))}`] : []),
    `ORGANIZER${organizer}:mailto:${encodeURI(context.from)}`,
    `SUMMARY:${escaped(title)}`,
    ...(place ? [`LOCATION:${escaped(place)}`] : []),
    ...(context.description ? [`DESCRIPTION:${escaped(context.description)}`] : []),
    ...(url ? [`URL:${url}`] : []),
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');
}

/** Form #2 of 3.3.5: UTC, which needs no time zone beside it. */
const utc = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** TEXT of 3.3.11. */
const escaped = (text: string): string =>
  withoutControls(text.replaceAll(/\r\n?/g, '\n'))
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`);

/** A quoted parameter value holds neither quotes nor controls (3.2). */
const parameter = (text: string): string => withoutControls(text).replaceAll(/["\n]/g, ' ');

// eslint-disable-next-line no-control-regex -- control characters are what this takes out
const withoutControls = (text: string): string => text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ');

/** Lines of at most 75 octets, cut between characters (3.1). */
function folded(line: string): string {
  let out = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += size;
  }
  return out;
}
