import type { ComponentChildren } from 'preact';
import type { Field } from '../../../../protocol/content.ts';
import type { MoreWords } from './words.ts';

interface ControlFacts {
  field: Field;
  /** Of its controls; ids are made of it. */
  name: string;
  wrong: string | undefined;
  located: 'looking' | 'found' | 'lost' | undefined;
  said: MoreWords;
  changed(): void;
  locate(): void;
  forget(): void;
}

/** More than these are not laid out one by one where only one may be chosen. */
const maxRadios = 7;
const maxTextLength = 500;

const inputs = {
  text: { type: 'text' },
  number: { type: 'number', step: 'any', inputMode: 'decimal' },
  date: { type: 'date', max: '9999-12-31' },
  email: { type: 'email', autocomplete: 'email' },
  phone: { type: 'tel', autocomplete: 'tel' },
  location: { type: 'text' },
} as const;

/** One field: its label, what it is filled in with, and why it can't go. */
export function Control(facts: ControlFacts) {
  const { field, name, wrong, said, changed } = facts;
  const hint = `${name}-wrong`;
  const { required } = field;
  const shared = {
    name,
    required: required === true,
    'aria-invalid': wrong !== undefined,
    'aria-describedby': wrong ? hint : undefined,
    onInput: changed,
  };
  const label: ComponentChildren = (
    <>
      <span dir="auto">{field.label}</span>
      {required ? <i aria-hidden="true"> *</i> : <small> ({said.optional})</small>}
    </>
  );
  const problem = wrong && (
    <p class="wrong" id={hint} dir="auto">
      {wrong}
    </p>
  );
  if (field.type === 'choice') return choiceControl(facts, { shared, label, problem });
  return (
    <div class="blank">
      <label for={name}>{label}</label>
      {field.type === 'location' && <Locate {...facts} />}
      <input
        id={name}
        maxLength={maxTextLength}
        dir={field.type === 'text' || field.type === 'location' ? 'auto' : undefined}
        placeholder={field.type === 'location' ? said.place : undefined}
        {...inputs[field.type]}
        {...shared}
        required={shared.required && facts.located !== 'found'}
      />
      {problem}
    </div>
  );
}

interface Drawn {
  shared: { name: string; required: boolean };
  label: ComponentChildren;
  problem: ComponentChildren;
}

function choiceControl({ field, name, said }: ControlFacts, { shared, label, problem }: Drawn) {
  const { options = [], max_choices: max = 1, required } = field;
  if (max === 1 && options.length > maxRadios)
    return (
      <div class="blank">
        <label for={name}>{label}</label>
        <select id={name} {...shared}>
          <option value="">{said.choose}</option>
          {options.map((option) => (
            <option value={option.id}>{option.title}</option>
          ))}
        </select>
        {problem}
      </div>
    );
  return (
    <fieldset class="blank">
      <legend>{label}</legend>
      <div class="ticks">
        {options.map((option) => (
          <label class="tickable">
            <input
              type={max > 1 ? 'checkbox' : 'radio'}
              value={option.id}
              {...shared}
              required={max === 1 && required === true}
            />
            <span>
              <span dir="auto">{option.title}</span>
              {option.description && <small dir="auto">{option.description}</small>}
            </span>
          </label>
        ))}
      </div>
      {max > 1 && !problem && (
        <p class="fine" dir="auto">
          {said.some(1, Math.min(max, options.length), options.length)}
        </p>
      )}
      {problem}
    </fieldset>
  );
}

/** The browser's own place, asked for only when this is pressed. */
const Locate = ({ located, said, locate, forget }: ControlFacts) => (
  <>
    <button
      type="button"
      class="locate"
      aria-disabled={located === 'looking'}
      onClick={located === 'found' ? forget : locate}
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3v3M12 18v3M3 12h3M18 12h3M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10Z" />
      </svg>
      {located === 'found' ? said.forget : said.locate}
    </button>
    <p class={located === 'lost' ? 'wrong' : 'fine'} role="status" dir="auto">
      {located && { looking: said.locating, found: said.located, lost: said.lost }[located]}
    </p>
  </>
);
