import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks whoever sits at the terminal. */
export interface Prompt {
  /** The line that was typed; a secret one isn't shown. undefined: they want no more (Ctrl-D, Ctrl-C). */
  ask(question: string, options: { secret: boolean }): Promise<string | undefined>;
  close(): void;
}

/** A prompt on a terminal. What is typed for a secret is taken out of the output, so that no screen and no scroll-back keeps it. */
export function createPrompt(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Prompt {
  let hidden = false;
  const shown = new Writable({
    write(chunk: Buffer, _, done) {
      if (!hidden) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
  const gone = new AbortController();
  lines.once('close', () => gone.abort());
  lines.once('SIGINT', () => lines.close());
  return {
    ask: async (question, { secret }) => {
      if (gone.signal.aborted) return undefined;
      try {
        // the question is written at once; what is written after it is what is typed
        const answer = lines.question(question, { signal: gone.signal });
        hidden = secret;
        return await answer;
      } catch {
        return undefined;
      } finally {
        if (secret) output.write('\n');
        hidden = false;
      }
    },
    close: () => lines.close(),
  };
}
