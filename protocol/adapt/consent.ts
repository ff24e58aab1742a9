import { folded } from './numbers.ts';

/** Whole messages that end consent, folded and without spaces. The English ones are CTIA's and the carriers'; ARRET is the French one. */
const optOutWords = new Set([
  'stop',
  'stopall',
  'stopsms',
  'unsubscribe',
  'cancel',
  'end',
  'quit',
  'revoke',
  'optout',
  'remove',
  'td',
  'arret',
  'arreter',
  'desabonner',
  'desabonnement',
  'desinscription',
  'desinscrire',
]);

/** Whole messages that give it again. Words of plain assent mean it only while the consumer is opted out: the caller knows that. */
const optInWords = new Set([
  'start',
  'unstop',
  'subscribe',
  'optin',
  'resume',
  'reprendre',
  'reprise',
  'reabonner',
  'yes',
  'oui',
  'ja',
  'si',
  'sim',
]);

const maxLength = 40;
const wholeMessage = (text: string): string =>
  text.length > maxLength ? '' : folded(text).replaceAll(' ', '');

/** Whether a whole message is a word of opting out. It goes before every other reading, also before an option with such a title. */
export const isOptOut = (text: string): boolean => optOutWords.has(wholeMessage(text));

/** Whether a whole message is a word of opting in again. */
export const isOptIn = (text: string): boolean => optInWords.has(wholeMessage(text));
