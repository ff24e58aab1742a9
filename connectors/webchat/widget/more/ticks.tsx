import { Component } from 'preact';
import type { ContentOf } from '../../../../protocol/content.ts';
import { optionsPayload } from '../../../../protocol/questions.ts';
import type { Shown } from '../panel/shown.ts';
import type { MoreWords } from './words.ts';

/** "None of these" is the last option, by this id (`optionsOf`): it goes alone, and no least number holds for it. */
const isNone = (id: string | undefined): boolean => /^none_*$/.test(id ?? '');

/** The options of a choice of which several may be ticked, and one button that sends them. */
export class Ticks extends Component<Shown<ContentOf<'choice'>> & { said: MoreWords }, { wrong: boolean }> {
  override state = { wrong: false };

  #send = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { content, id, press } = this.props;
    const { options, min_choices: min = 1, max_choices: max = 1 } = content;
    const places = boxesOf(form).flatMap((box, place) => (box.checked ? [place] : []));
    const onlyNone = places.length === 1 && isNone(options[places[0]!]?.id);
    if (!onlyNone && (places.length < min || places.length > max))
      return this.setState({ wrong: true }, () => boxesOf(form)[0]?.focus());
    press(places.map((place) => options[place]!.title).join(', '), optionsPayload(id, places));
  };

  #tick = ({ currentTarget: ticked }: { currentTarget: HTMLInputElement }, place: number): void => {
    this.setState({ wrong: false });
    const { options } = this.props.content;
    const last = options.length - 1;
    if (!ticked.checked || !isNone(options[last]?.id)) return;
    for (const [other, box] of boxesOf(ticked.form!).entries())
      if (other !== place && (place === last || other === last)) box.checked = false;
  };

  override render({ content, id, said }: Shown<ContentOf<'choice'>> & { said: MoreWords }) {
    const { options, text, min_choices: min = 1, max_choices: max = 1 } = content;
    const real = options.length - (isNone(options.at(-1)?.id) ? 1 : 0);
    const { wrong } = this.state;
    return (
      <form class="ask" noValidate onSubmit={this.#send}>
        <div class="ticks" role="group" aria-label={text} aria-describedby={`${id}-some`}>
          {options.map((option, place) => (
            <label class="tickable">
              <input
                type="checkbox"
                aria-invalid={wrong}
                aria-describedby={wrong ? `${id}-some` : undefined}
                onChange={(event) => this.#tick(event, place)}
              />
              <span>
                <span dir="auto">{option.title}</span>
                {option.description && <small dir="auto">{option.description}</small>}
              </span>
            </label>
          ))}
        </div>
        <p id={`${id}-some`} class={wrong ? 'wrong' : 'fine'} dir="auto">
          {said.some(min, Math.min(max, real), real)}
        </p>
        <button type="submit" class="submit">
          {said.send}
        </button>
      </form>
    );
  }
}

const boxesOf = (form: HTMLFormElement): HTMLInputElement[] => [
  ...form.querySelectorAll<HTMLInputElement>('input[type=checkbox]'),
];
