/** Texts name the message they are: its conversation, and its number there. Short enough for one part. */
export const textOf = (
  kind: 'in' | 'out' | 'chain',
  { conversation, number }: { conversation: number; number: number },
): string => `${kind} ${conversation} ${number}`;

/** Which message a text is of the plain ones; undefined for what is none of them. */
export function numbersOf(text: string | undefined): { conversation: number; number: number } | undefined {
  const found = /^(?:in|out) (\d+) (\d+)/.exec(text ?? '');
  return found ? { conversation: Number(found[1]), number: Number(found[2]) } : undefined;
}
