import type { ContentOf } from '../../../../protocol/content.ts';
import { Text } from '../panel/markdown.tsx';
import type { Shown } from '../panel/shown.ts';

/** A survey's steps in a row, with what its ends mean. */
export function Scale({ content: { text, scale }, open, payloads, press }: Shown<ContentOf<'survey'>>) {
  const { min, max, low, high } = scale;
  const steps = Array.from({ length: max - min + 1 }, (_, place) => min + place);
  const meaning = (step: number) => (step === min ? low : step === max ? high : undefined);
  return (
    <>
      <Text text={text} />
      {open && (
        <div class="scale" role="group" aria-label={text}>
          <div class={`steps ${steps.length > 6 ? 'many' : ''}`}>
            {steps.map((step, place) => (
              <button
                type="button"
                class="option"
                aria-label={[step, meaning(step)].filter((word) => word !== undefined).join(', ')}
                onClick={() => press(String(step), payloads?.[place])}
              >
                {step}
              </button>
            ))}
          </div>
          {(low || high) && (
            <p class="ends fine" aria-hidden="true">
              <span dir="auto">{low && `${min} = ${low}`}</span>
              <span dir="auto">{high && `${max} = ${high}`}</span>
            </p>
          )}
        </div>
      )}
    </>
  );
}
