export { adapt } from './adapt.ts';
export { readAnswer } from './answers.ts';
export type { ReadAnswer } from './answers.ts';
export { isOptIn, isOptOut } from './consent.ts';
export type { AdaptContext, Adaptation, Part, Question } from './types.ts';
