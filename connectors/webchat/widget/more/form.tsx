import { Component } from 'preact';
import type { ContentOf, Field } from '../../../../protocol/content.ts';
import { formPayload } from '../../../../protocol/questions.ts';
import type { FieldValues } from '../../wire.ts';
import { Text } from '../panel/markdown.tsx';
import type { Shown } from '../panel/shown.ts';
import { Control } from './control.tsx';
import { readField } from './fields.ts';
import type { Point } from './fields.ts';
import type { MoreWords } from './words.ts';

/** Of the text that tells what was filled in; the values go beside it in full. */
const maxTold = 4000;
const lookForMs = 15_000;

type FormFacts = Shown<ContentOf<'form'>> & { said: MoreWords };

interface FormDraft {
  /** By place of the field. */
  wrong: Record<number, string>;
  points: Record<number, Point>;
  /** Of the field whose place is being looked for, or was not found. */
  looking: Record<number, 'looking' | 'lost'>;
}

/** A form: checked before it is sent, and sent whole. Once the gateway has it, only its title stays, and that it is done. */
export class Form extends Component<FormFacts, FormDraft> {
  override state: FormDraft = { wrong: {}, points: {}, looking: {} };

  #send = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { content, id, locale, said, press } = this.props;
    const wrong: FormDraft['wrong'] = {};
    const values: FieldValues = {};
    const told: string[] = [];
    content.fields.forEach((field, at) => {
      const point = this.state.points[at];
      const read = readField(field, { form, name: `${id}-${at}`, point, locale, said });
      if (read && 'wrong' in read) wrong[at] = read.wrong;
      else if (read) {
        values[field.id] = read.value;
        told.push(`${field.label}${/[?:!]$/.test(field.label) ? ' ' : said.is}${read.shown}`);
      }
    });
    const [first] = Object.keys(wrong);
    // first drawn, then focused: a screen reader reads the hint with the field
    this.setState({ wrong }, () => {
      if (first) form.querySelector<HTMLElement>(`[name="${id}-${first}"]`)?.focus();
    });
    if (!first)
      press(told.join('\n').slice(0, maxTold).toWellFormed() || content.title, formPayload(id), values);
  };

  #locate(at: number): void {
    const set = (key: 'points' | 'looking', value: unknown): void =>
      this.setState((now) => ({ ...now, [key]: { ...now[key], [at]: value } }));
    const lost = (): void => set('looking', 'lost');
    set('looking', 'looking');
    if (!('geolocation' in navigator)) return lost();
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => {
        set('looking', undefined);
        set('points', { latitude: rounded(latitude), longitude: rounded(longitude) });
        this.#right(at);
      },
      lost,
      { timeout: lookForMs, maximumAge: 60_000 },
    );
  }

  #right(at: number): void {
    if (this.state.wrong[at]) this.setState(({ wrong }) => ({ wrong: without(wrong, at) }));
  }

  #control(field: Field, at: number) {
    const { id, said } = this.props;
    const { wrong, points, looking } = this.state;
    return (
      <Control
        key={field.id}
        field={field}
        name={`${id}-${at}`}
        wrong={wrong[at]}
        located={points[at] ? 'found' : looking[at]}
        said={said}
        changed={() => this.#right(at)}
        locate={() => this.#locate(at)}
        forget={() => this.setState(({ points: known }) => ({ points: without(known, at) }))}
      />
    );
  }

  override render({ content, id, open, said }: FormFacts) {
    return (
      <form class="ask" noValidate onSubmit={this.#send} aria-labelledby={`${id}-title`}>
        <h3 id={`${id}-title`} dir="auto">
          {content.title}
        </h3>
        {content.text && <Text text={content.text} />}
        {open ? (
          <>
            {content.fields.map((field, at) => this.#control(field, at))}
            <button type="submit" class="submit">
              {said.send}
            </button>
          </>
        ) : (
          <p class="done">
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
              <path d="m5 12.5 4.5 4.5L19 7.500" />
            </svg>
            {said.done}
          </p>
        )}
      </form>
    );
  }
}

/** About a metre. */
const rounded = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

function without<T>(all: Record<number, T>, at: number): Record<number, T> {
  const { [at]: gone, ...rest } = all;
  return gone === undefined ? all : rest;
}
