import type { Content, ContentOf } from '../content.ts';
import { standaloneText } from '../standalone.ts';

/** The text that the merchant wrote for receivers without this kind; undefined where it is only what the gateway fills in. */
export function ownText(content: Content): string | undefined {
  return content.text && content.text !== standaloneText({ ...content, text: '' } as Content)
    ? content.text
    : undefined;
}

/** A time as people read it in any language: `2026-11-27 10:00`, in the offset it was given in; UTC is named. */
export function timeText(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(time);
  if (!match) return time;
  return `${match[1]} ${match[2]}${match[3]?.toUpperCase() === 'Z' ? ' UTC' : ''}`;
}

const lines = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join('\n');

/** A content as a text to be read by a person; where the merchant wrote one, that. */
export function wording(content: Content): string {
  const own = ownText(content);
  if (own) return own;
  switch (content.kind) {
    case 'appointment':
      return lines(content.title, appointmentTime(content), content.place, content.url);
    case 'status':
      return lines(
        `${content.subject}: ${content.state}`,
        content.detail,
        content.eta && timeText(content.eta),
        content.url,
      );
    default:
      return standaloneText(content);
  }
}

function appointmentTime({ start, end }: ContentOf<'appointment'>): string {
  const from = timeText(start);
  if (!end) return from;
  const to = timeText(end);
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} - ${to.slice(11)}` : `${from} - ${to}`;
}
