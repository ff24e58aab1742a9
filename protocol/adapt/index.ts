export { adapt } from './adapt.ts';
export { answerTo, readAnswer, takesAnyText } from './answers.ts';
export type { Answered, Given } from './answers.ts';
export { isOptIn, isOptOut } from './consent.ts';
export { fieldContent, formQuestion } from './form.ts';
export type { AdaptContext, Adaptation, FormState, Part, Question, ReadingContext } from './types.ts';
export { waysOf, waysSchema } from './ways.ts';
export type { Ways } from './ways.ts';
