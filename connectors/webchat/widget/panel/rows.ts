import type { WireEntry } from '../../wire.ts';
import type { Waiting } from './outbox.ts';

export type Tick = 'waiting' | 'sent' | 'delivered' | 'read' | 'refused';

/** One bubble. */
export interface Item {
  id: string;
  own: boolean;
  atMs: number;
  entry?: WireEntry;
  waiting?: Waiting;
  tick?: Tick;
  edited?: string;
  removed?: boolean;
  reaction?: string;
  /** It can be answered. */
  open: boolean;
}

export interface Group {
  day?: number;
  own: boolean;
  items: Item[];
}

const together = 5 * 60_000;
const dayOf = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** Entries and what waits → bubbles in groups, with days between them. Edits, removals and reactions go into their message. */
export function rows(
  entries: WireEntry[],
  waiting: Waiting[],
  state: { merchantRead: number; sending: boolean },
): Group[] {
  const items: Item[] = [];
  const answered = new Set(entries.map((entry) => entry.answers));
  const byId = new Map<string, Item>();
  for (const entry of entries) {
    const { content } = entry;
    const target = 'message_id' in content ? byId.get(content.message_id) : undefined;
    if (content.kind === 'edit' && target) target.edited = content.text;
    else if (content.kind === 'removal') {
      if (target) target.removed = true;
    } else if (content.kind === 'reaction') {
      if (target) target.reaction = content.emoji;
    } else {
      const own = entry.direction === 'inbound';
      const item: Item = {
        id: entry.client_id ?? entry.message_id,
        own,
        atMs: entry.at_ms,
        entry,
        open: !own,
      };
      if (own) item.tick = entry.sequence <= state.merchantRead ? 'read' : 'delivered';
      byId.set(entry.message_id, item);
      items.push(item);
    }
  }
  for (const message of waiting) {
    if (!message.refused) answered.add(message.payload?.split('.')[0]);
    const tick = message.refused
      ? 'refused'
      : message.stored
        ? 'delivered'
        : state.sending
          ? 'sent'
          : 'waiting';
    items.push({
      id: message.client_id,
      own: true,
      atMs: message.at_ms,
      waiting: message,
      tick,
      open: false,
    });
  }
  const lastOwn = items.findLastIndex((item) => item.own);
  items.forEach((item, at) => {
    item.open &&= !answered.has(item.entry?.message_id) && (at > lastOwn || takesItsTime(item.entry));
  });
  return grouped(items);
}

/** Quick replies go with the next message of the visitor's; what is filled in or ticked stays until it is sent. */
function takesItsTime(entry: WireEntry | undefined): boolean {
  const content = entry?.content;
  return (
    content?.kind === 'form' ||
    content?.kind === 'survey' ||
    (content?.kind === 'choice' && isMultiple(content))
  );
}

export const isMultiple = ({ max_choices: most = 1 }: { max_choices?: number | undefined }): boolean =>
  most > 1;

function grouped(items: Item[]): Group[] {
  const groups: Group[] = [];
  let before: Item | undefined;
  for (const item of items) {
    const newDay = !before || dayOf(before.atMs) !== dayOf(item.atMs);
    const joins = before && !newDay && before.own === item.own && item.atMs - before.atMs < together;
    if (joins) groups.at(-1)!.items.push(item);
    else groups.push({ own: item.own, items: [item], ...(newDay && { day: dayOf(item.atMs) }) });
    before = item;
  }
  return groups;
}

export function dayLabel(
  day: number,
  locale: string,
  { today, yesterday }: { today: string; yesterday: string },
): string {
  const days = Math.round((dayOf(Date.now()) - day) / 86_400_000);
  if (days === 0) return today;
  if (days === 1) return yesterday;
  const far = days > 300;
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(far && { year: 'numeric' }),
  }).format(day);
}
