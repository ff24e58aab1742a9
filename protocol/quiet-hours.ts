/** What a message is for. */
export type Purpose = 'transactional' | 'promotional';

/** A day of the year, or one that moves with Easter Sunday (Gregorian). */
export type Holiday = { month: number; day: number } | { daysAfterEaster: number };

/** When messages may go out to numbers of a country, in the local time of whoever gets them. */
export interface SendingHours {
  /** Every IANA zone that a number of the country may be in: it must be the right time in all of them, for a number doesn't tell. */
  zones: readonly string[];
  /** Full hours: from this one on, until before that one. */
  fromHour: number;
  toHour: number;
  /** Days on which nothing goes out: of the week, 0 is Sunday. */
  barredWeekdays: readonly number[];
  barredHolidays: readonly Holiday[];
  /** What says so. */
  document: { title: string; url: string; version: string };
}

/** Code du travail, article L3133-1: the eleven days. Those of Alsace-Moselle alone are not barred: no number tells who lives there. */
const frenchHolidays: readonly Holiday[] = [
  { month: 1, day: 1 },
  { daysAfterEaster: 1 },
  { month: 5, day: 1 },
  { month: 5, day: 8 },
  { daysAfterEaster: 39 },
  { daysAfterEaster: 50 },
  { month: 7, day: 14 },
  { month: 8, day: 15 },
  { month: 11, day: 1 },
  { month: 11, day: 11 },
  { month: 12, day: 25 },
];

const french = (zone: string): { promotional: SendingHours } => ({
  promotional: {
    zones: [zone],
    fromHour: 8,
    toHour: 22,
    barredWeekdays: [0],
    barredHolidays: frenchHolidays,
    document: {
      title: 'af2m, charte de déontologie applicable aux services de Business Messaging',
      url: 'https://af2m.org/la-charte-de-deontologie-applicable-aux-services-de-business-messaging-est-effective-depuis-le-1er-septembre-2024',
      version: 'in force since 2024-09-01; its summary read 2026-11-22',
    },
  },
});

/**
 * By ISO 3166 country of a telephone number and by purpose. A country, or a purpose, that is not here has no quiet hours. Data: where a
 * rule changes, this changes.
 */
export const sendingHours: Readonly<Record<string, Partial<Record<Purpose, SendingHours>>>> = {
  FR: french('Europe/Paris'),
  GF: french('America/Cayenne'),
  GP: french('America/Guadeloupe'),
  MQ: french('America/Martinique'),
  RE: french('Indian/Reunion'),
  YT: french('Indian/Mayotte'),
  US: {
    promotional: {
      zones: [
        'America/New_York',
        'America/Chicago',
        'America/Denver',
        'America/Phoenix',
        'America/Los_Angeles',
        'America/Anchorage',
        'Pacific/Honolulu',
      ],
      fromHour: 8,
      toHour: 21,
      barredWeekdays: [],
      barredHolidays: [],
      document: {
        title: '47 CFR § 64.1200 (c) (1), telephone solicitation',
        url: 'https://www.ecfr.gov/current/title-47/section-64.1200',
        version: 'as quoted in 2026',
      },
    },
  },
};

/** Zones are apart by multiples of this, so every local hour begins on one of these steps. */
const stepMs = 15 * 60_000;
const maxSteps = (21 * 86_400_000) / stepMs;

/** The first time from `nowMs` on at which it may go out: `nowMs` itself, or the full quarter of an hour when the quiet ends. Pure. */
export function nextAllowed(hours: SendingHours, nowMs: number): number {
  if (isAllowed(hours, nowMs)) return nowMs;
  let at = Math.floor(nowMs / stepMs) * stepMs;
  for (let step = 0; step < maxSteps; step++) {
    at += stepMs;
    if (isAllowed(hours, at)) return at;
  }
  throw new Error('sending hours that never come');
}

const isAllowed = (hours: SendingHours, atMs: number): boolean =>
  hours.zones.every((zone) => {
    const local = localTime(zone, atMs);
    return (
      local.hour >= hours.fromHour &&
      local.hour < hours.toHour &&
      !hours.barredWeekdays.includes(
        new Date(Date.UTC(local.year, local.month - 1, local.day)).getUTCDay(),
      ) &&
      !hours.barredHolidays.some((holiday) => isOn(holiday, local))
    );
  });

interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(zone: string, atMs: number): LocalTime {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  return {
    year: parts.get('year')!,
    month: parts.get('month')!,
    day: parts.get('day')!,
    hour: parts.get('hour')!,
  };
}

function isOn(holiday: Holiday, { year, month, day }: LocalTime): boolean {
  if ('month' in holiday) return holiday.month === month && holiday.day === day;
  const date = new Date(easterSunday(year) + holiday.daysAfterEaster * 86_400_000);
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
}

/** Midnight UTC of Easter Sunday (the anonymous Gregorian computus; J. Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const leap = Math.floor(century / 4);
  const drift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - leap - drift + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * late + 114;
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1);
}
