import type { Card, ContentOf } from '../../protocol/content.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { SendRequest } from '../contract/index.ts';
import { pressableCards, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits } from './manifest.ts';

type Json = Record<string, unknown>;

/** Uploaded before, or to be fetched from an address. */
export type RcsFile = { fileName: string } | { fileUrl: string };
export type FileOf = (mediaId: string | undefined) => RcsFile | undefined;

/** Comes back when something was pressed that is no answer: every action must have postback data. */
export const noAnswer = 'passerelle:action';

const labels = {
  en: { map: 'View map', calendar: 'Add to calendar' },
  fr: { map: 'Voir la carte', calendar: 'Ajouter au calendrier' },
};
const labelsOf = (language = 'en') => (/^fr\b/i.test(language) ? labels.fr : labels.en);

const reply = ({ title, payload }: Pressable): Json => ({ reply: { text: title, postbackData: payload } });
const action = (text: string, what: Json): Json => ({ action: { text, postbackData: noAnswer, ...what } });
const sized = (text: string): string => shorten(text, limits.text);

/** The content ("AgentContentMessage"), or undefined where a file of it is not there. */
export function render(
  { part, language }: Pick<SendRequest, 'part' | 'language'>,
  fileOf: FileOf,
): Json | undefined {
  const { content, payloads = [] } = part;
  switch (content.kind) {
    case 'text':
      return { text: content.text };
    case 'media': {
      const file = fileOf(content.media.id);
      return file && ('fileName' in file ? { uploadedRbmFile: file } : { contentInfo: file });
    }
    case 'location':
      return location(content, language);
    case 'appointment':
      return appointment(content, language);
    case 'choice':
      return {
        text: content.text,
        suggestions: pressableOptions(content.options, payloads).map(reply),
      };
    case 'card':
      return {
        richCard: {
          standaloneCard: {
            cardOrientation: 'VERTICAL',
            cardContent: cardsOf([content.card], payloads, fileOf)[0],
          },
        },
      };
    case 'carousel':
      return {
        richCard: {
          carouselCard: { cardWidth: 'MEDIUM', cardContents: cardsOf(content.cards, payloads, fileOf) },
        },
      };
    case 'native':
      return { ...content.payload };
    default:
      return undefined;
  }
}

function location(content: ContentOf<'location'>, language?: string): Json {
  const { latitude, longitude, name } = content;
  const label = name ? { label: shorten(name, limits.title) } : {};
  const viewLocationAction = { latLong: { latitude, longitude }, ...label };
  return {
    text: sized(standaloneText(content)),
    suggestions: [action(labelsOf(language).map, { viewLocationAction })],
  };
}

const hourMs = 3_600_000;

/** An event of a calendar must end: one without an end takes an hour. */
function appointment(content: ContentOf<'appointment'>, language?: string): Json {
  const { title, start, end, place, url } = content;
  const startMs = Date.parse(start);
  const endMs = end === undefined ? startMs + hourMs : Date.parse(end);
  const createCalendarEventAction = {
    startTime: new Date(startMs).toISOString(),
    endTime: new Date(Math.max(startMs, endMs)).toISOString(),
    title: shorten(title, { max: limits.calendarTitle, unit: 'utf16' }),
    description: shorten([place, url].filter(Boolean).join('\n') || title, {
      max: limits.calendarDescription,
      unit: 'utf16',
    }),
  };
  return {
    text: sized(standaloneText(content)),
    suggestions: [action(labelsOf(language).calendar, { createCalendarEventAction })],
  };
}

function suggestion(one: PressableAction): Json {
  switch (one.type) {
    case 'reply':
      return reply(one);
    case 'url':
      return action(one.title, { openUrlAction: { url: one.url } });
    case 'call':
      return action(one.title, { dialAction: { phoneNumber: one.phone } });
  }
}

/** Pictures of a carousel must have one height. */
function cardsOf(cards: Card[], payloads: string[], fileOf: FileOf): Json[] {
  return pressableCards(cards, payloads).map(({ title, subtitle, image, actions }) => {
    const file = fileOf(image?.id);
    const media = file && {
      media: { height: 'MEDIUM', ...('fileName' in file ? { file } : { contentInfo: file }) },
    };
    return {
      title,
      ...(subtitle ? { description: subtitle } : {}),
      ...media,
      ...(actions.length ? { suggestions: actions.map(suggestion) } : {}),
    };
  });
}
