export { gsmSeptets, isGsm7, isPair, smsSegments, transliterate } from './gsm.ts';
export type { SmsSegments } from './gsm.ts';
export { markdownToPlain } from './markdown.ts';
export { shorten, splitText } from './split.ts';
export { fits, measure } from './units.ts';
