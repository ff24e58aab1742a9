import { h } from './element.js';
import { plainText } from './markdown.js';

/** Questions that take more than one press. They come back by `acts.press`, in one payload. */

export const isMultiple = ({ kind, max_choices: most = 1 }) => kind === 'choice' && most > 1;

/** "None of these" is the last option, by this id: it goes alone, and no least number holds for it. */
const isNone = ({ id } = {}) => /^none_*$/.test(id ?? '');

export const doneMark = (words) => h('p', { class: 'done' }, `✓ ${words}`);

/** Whether a row is being filled in, so that it must not be drawn anew. */
export function lasts({ content, message_id: id }, { chosen }) {
  if (content.kind === 'product') return true;
  if (content.kind === 'form') return !chosen(`${id}.form`);
  return isMultiple(content) && !content.options.some((_, place) => chosen(`${id}.${place}`));
}

function howMany(min, max, of) {
  if (min === max) return `Choose ${min}.`;
  if (min > 1) return `Choose ${min} to ${max}.`;
  return max < of ? `Choose up to ${max}.` : 'Choose as many as you like.';
}

const tickable = ({ title, description }, props) =>
  h(
    'label',
    { class: 'tickable' },
    h('input', props),
    h('span', {}, title, description && h('small', {}, description)),
  );

/** A set of boxes or radio buttons; `changed` is told of each press. */
export const ticks = (options, propsOf) =>
  h(
    'div',
    { class: 'ticks' },
    options.map((option, place) => tickable(option, propsOf(option, place))),
  );

export function ticksOf({ content, message_id: id, payloads }, acts) {
  const { text, options, min_choices: min = 1, max_choices: max = 1 } = content;
  const done = options.filter((_, place) => acts.chosen(payloads?.[place]));
  if (done.length > 0) return [doneMark(done.map(({ title }) => title).join(', '))];
  const real = options.length - (isNone(options.at(-1)) ? 1 : 0);
  const most = Math.min(max, real);
  const hint = h('p', { class: 'footer', id: `some-${id}`, role: 'status' }, howMany(min, most, real));
  const form = h(
    'form',
    { class: 'ask', novalidate: true, 'aria-label': text, 'aria-describedby': `some-${id}` },
    ticks(options, () => ({ type: 'checkbox' })),
    hint,
    h('button', { class: 'submit' }, 'Send'),
  );
  const boxes = [...form.querySelectorAll('input')];
  form.addEventListener('change', ({ target }) => {
    hint.classList.remove('wrong');
    const last = boxes.at(-1);
    if (!target.checked || !isNone(options.at(-1))) return;
    for (const box of boxes) if (box !== target && (target === last || box === last)) box.checked = false;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const places = boxes.flatMap((box, place) => (box.checked ? [place] : []));
    const onlyNone = places.length === 1 && isNone(options[places[0]]);
    if (!onlyNone && (places.length < min || places.length > max)) {
      hint.classList.add('wrong');
      return boxes[0].focus();
    }
    return acts.press({
      payload: `${id}.${places.join('+')}`,
      title: places.map((place) => options[place].title).join(', '),
    });
  });
  return [form];
}

export function surveyOf({ text, scale: { min, max, low, high } }, { payloads }, acts) {
  const steps = Array.from({ length: max - min + 1 }, (_, place) => min + place);
  const meaning = (step) => (step === min ? low : step === max ? high : undefined);
  return [
    plainText(text),
    h(
      'div',
      { class: 'steps', role: 'group', 'aria-label': text },
      steps.map((step, place) => {
        const isChosen = acts.chosen(payloads?.[place]);
        return h(
          'button',
          {
            type: 'button',
            class: `step${isChosen ? ' chosen' : ''}`,
            'aria-pressed': isChosen ? 'true' : undefined,
            'aria-label': [step, meaning(step)].filter((word) => word !== undefined).join(', '),
            onclick: () => acts.press({ payload: payloads?.[place], title: String(step) }),
          },
          String(step),
        );
      }),
    ),
    (low || high) &&
      h(
        'p',
        { class: 'ends footer', 'aria-hidden': 'true' },
        h('span', {}, low && `${min} = ${low}`),
        h('span', {}, high && `${max} = ${high}`),
      ),
  ];
}
