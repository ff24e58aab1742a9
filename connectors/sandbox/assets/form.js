import { h } from './element.js';
import { plainText } from './markdown.js';
import { doneMark, ticks } from './questions.js';

/** A form, checked by the browser itself, sent whole; done, only its title stays. */
export function formOf({ title, text, fields }, entry, acts) {
  const payload = `${entry.message_id}.form`;
  const words = [h('p', { class: 'heading' }, title), text && plainText(text)];
  if (acts.chosen(payload)) return [...words, doneMark('Filled in')];
  const controls = fields.map((field, place) => controlOf(field, `${entry.message_id}-${place}`));
  const form = h(
    'form',
    { class: 'ask', 'aria-label': title },
    controls.map(({ element }) => element),
    h('button', { class: 'submit' }, 'Send'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const values = {};
    const told = [];
    controls.forEach(({ read }, place) => {
      const given = read();
      if (!given) return;
      const { id, label } = fields[place];
      values[id] = given.value;
      told.push(`${label}${/[?:!]$/.test(label) ? '' : ':'} ${given.shown}`);
    });
    acts.press({ payload, title: told.join('\n').slice(0, 4000).toWellFormed() || title, values });
  });
  return [...words, form];
}

const inputs = {
  text: { type: 'text' },
  number: { type: 'number', step: 'any' },
  date: { type: 'date', max: '9999-12-31' },
  email: { type: 'email', pattern: '[^\\s@]+@[^\\s@]+\\.[^\\s@.]{2,}', title: 'such as ada@example.com' },
  phone: {
    type: 'tel',
    pattern: '(\\+|00)[1-9][0-9 .\\(\\)\\-]{6,24}',
    title: 'with + and the country code, such as +33 6 39 98 00 01',
  },
  location: { type: 'text', placeholder: 'write the place' },
};

const labelOf = ({ label, required }) => [
  label,
  required ? h('i', { 'aria-hidden': 'true' }, ' *') : h('small', {}, ' (optional)'),
];

/** One field: what is drawn, and what it holds, with the words for it. */
function controlOf(field, name) {
  if (field.type === 'choice') return chooseOf(field, name);
  const input = h('input', { id: name, maxlength: '500', required: field.required, ...inputs[field.type] });
  const element = h('div', { class: 'blank' }, h('label', { for: name }, ...labelOf(field)), input);
  if (field.type === 'location') return placeOf(element, input);
  return {
    element,
    read() {
      const text = input.value.trim().toWellFormed();
      if (!text) return undefined;
      const value =
        field.type === 'number'
          ? Number(text)
          : field.type === 'phone'
            ? text.replace(/[^+\d]/g, '').replace(/^00/, '+')
            : text;
      return { value, shown: String(value) };
    },
  };
}

/** The phone plays a place to be at; a real one would ask its owner first. */
function placeOf(element, input) {
  const sample = { latitude: 48.8675, longitude: 2.3637, name: 'Place de la République' };
  element.append(
    h(
      'button',
      { type: 'button', class: 'locate', onclick: () => ((input.value = sample.name), input.focus()) },
      'Use my location',
    ),
  );
  return {
    element,
    read() {
      const text = input.value.trim().toWellFormed();
      if (!text) return undefined;
      return { value: text === sample.name ? sample : text, shown: text };
    },
  };
}

function chooseOf(field, name) {
  const { options, max_choices: max = 1, required } = field;
  const element = h(
    'fieldset',
    { class: 'blank' },
    h('legend', {}, ...labelOf(field)),
    ticks(options, ({ id }) => ({
      type: max > 1 ? 'checkbox' : 'radio',
      name,
      value: id,
      required: required && max === 1,
    })),
    max > 1 && max < options.length && h('p', { class: 'footer' }, `Choose up to ${max}.`),
  );
  const boxes = [...element.querySelectorAll('input')];
  const chosen = () => options.filter((_, place) => boxes[place].checked);
  // the browser has no such rule for boxes: the first one carries it
  const check = () => {
    if (max === 1) return;
    const count = chosen().length;
    boxes[0].setCustomValidity(
      required && count === 0 ? 'Choose at least one.' : count > max ? `Choose up to ${max}.` : '',
    );
  };
  element.addEventListener('change', check);
  check();
  return {
    element,
    read() {
      const all = chosen();
      if (all.length === 0) return undefined;
      const ids = all.map(({ id }) => id);
      return { value: max > 1 ? ids : ids[0], shown: all.map(({ title }) => title).join(', ') };
    },
  };
}
