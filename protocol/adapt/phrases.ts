/**
 * The few words that the gateway itself says to a consumer, by language: in the GSM alphabet wherever the language allows it, so that
 * they don't double the price of a short message.
 */
export interface Phrases {
  /** Under a numbered list of which several may be chosen. */
  several: string;
  upTo(most: number): string;
  /** After a field that need not be answered. */
  optional: string;
  /** Title of what skips a field. */
  skip: string;
  /** How a date is typed. */
  date: string;
}

const phrases: Record<string, Phrases> = {
  en: {
    several: 'Several are possible, for example: 1, 3',
    upTo: (most) => `Up to ${most}, for example: 1, 3`,
    optional: 'Optional: answer - to skip',
    skip: 'Skip',
    date: 'YYYY-MM-DD',
  },
  fr: {
    several: 'Plusieurs réponses possibles, par exemple : 1, 3',
    upTo: (most) => `Jusqu'à ${most}, par exemple : 1, 3`,
    optional: 'Facultatif : répondez - pour passer',
    skip: 'Passer',
    date: 'JJ/MM/AAAA',
  },
  de: {
    several: 'Mehrere sind möglich, zum Beispiel: 1, 3',
    upTo: (most) => `Bis zu ${most}, zum Beispiel: 1, 3`,
    optional: 'Freiwillig: mit - überspringen',
    skip: 'Überspringen',
    date: 'TT.MM.JJJJ',
  },
  es: {
    several: 'Se pueden elegir varias, por ejemplo: 1, 3',
    upTo: (most) => `Hasta ${most}, por ejemplo: 1, 3`,
    optional: 'Opcional: responda - para omitir',
    skip: 'Omitir',
    date: 'DD/MM/AAAA',
  },
  it: {
    several: 'Sono possibili più risposte, per esempio: 1, 3',
    upTo: (most) => `Fino a ${most}, per esempio: 1, 3`,
    optional: 'Facoltativo: rispondi - per saltare',
    skip: 'Salta',
    date: 'GG/MM/AAAA',
  },
  pt: {
    several: 'Várias são possíveis, por exemplo: 1, 3',
    upTo: (most) => `Até ${most}, por exemplo: 1, 3`,
    optional: 'Opcional: responda - para pular',
    skip: 'Pular',
    date: 'DD/MM/AAAA',
  },
  nl: {
    several: 'Meerdere zijn mogelijk, bijvoorbeeld: 1, 3',
    upTo: (most) => `Tot ${most}, bijvoorbeeld: 1, 3`,
    optional: 'Niet verplicht: antwoord - om over te slaan',
    skip: 'Overslaan',
    date: 'DD-MM-JJJJ',
  },
};

/** Two letters of a BCP 47 tag, in lower case. */
export const primaryLanguage = (language: string | undefined): string =>
  (language ?? '').split('-', 1)[0]!.toLowerCase();

/** In the conversation's language where it is one of ours, else in English. */
export const phrasesIn = (language: string | undefined): Phrases =>
  phrases[primaryLanguage(language)] ?? phrases['en']!;

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Whole answers, folded, that skip a field which need not be answered. A dash alone folds to nothing and is read apart. */
export const skipWords = words(
  'skip passer ignorer uberspringen ueberspringen omitir saltar salta saltare pular overslaan',
);
/** Whole answers that choose none. */
export const noneWords = words(
  'none nothing aucun aucune rien keine keiner keins nichts ninguno ninguna nada nessuno nessuna niente nenhum nenhuma geen niets',
);
/** Whole answers that choose all. */
export const allWords = words(
  'all everything tous toutes tout alle alles todos todas todo tutti tutte tutto tudo',
);
/** Between two options chosen together. */
export const andWords = words('and et und y e en plus');
/** Between the ends of a range. */
export const toWords = words('to a au bis hasta tot until through');
