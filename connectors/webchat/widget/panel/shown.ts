import type { Content } from '../../../../protocol/content.ts';
import type { FieldValues } from '../../wire.ts';
import type { words, Words } from './words.ts';

export type Press = (title: string, payload?: string, values?: FieldValues) => void;

export interface Shown<C extends Content = Content> {
  /** Of the message. */
  id: string;
  content: C;
  payloads?: string[] | undefined;
  /** It can be answered. */
  open: boolean;
  say: Words;
  language: keyof typeof words;
  locale: string;
  press: Press;
}
