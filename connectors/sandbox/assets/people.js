import { h, hue, initials } from './element.js';

const stored = 'passerelle.sandbox.people';

function recall() {
  try {
    return JSON.parse(localStorage.getItem(stored)) ?? [];
  } catch {
    return [];
  }
}

/** Who can be played: remembered by the browser, and joined by whoever gets a message. */
export function createPeople({ onPick }) {
  const list = document.querySelector('[data-people]');
  const people = new Map();
  let current;

  const save = () => {
    try {
      localStorage.setItem(stored, JSON.stringify([...people.keys()]));
    } catch {
      // a browser that keeps nothing forgets the names
    }
  };
  const draw = () => {
    list.replaceChildren(
      ...[...people].map(([name, { unread, last }]) =>
        h(
          'li',
          {},
          h(
            'button',
            {
              type: 'button',
              class: 'person',
              'aria-current': name === current ? 'true' : undefined,
              onclick: () => pick(name),
            },
            h('span', { class: `avatar ${hue(name)}`, 'aria-hidden': 'true' }, initials(name)),
            h(
              'span',
              { class: 'who' },
              h('b', {}, name),
              h('span', { class: 'last' }, last ?? `sandbox:${name}`),
            ),
            unread > 0 && h('span', { class: 'unread', 'aria-label': `${unread} unread` }, String(unread)),
          ),
        ),
      ),
    );
  };
  const add = (name) => {
    if (!people.has(name)) people.set(name, { unread: 0, last: undefined });
  };
  const pick = (name) => {
    add(name);
    current = name;
    people.get(name).unread = 0;
    save();
    draw();
    const address = new URL(location.href);
    address.searchParams.set('as', name);
    history.replaceState(null, '', address);
    onPick(name);
    scrollTo({ top: 0 });
  };

  document.querySelector('[data-join]').addEventListener('submit', (event) => {
    event.preventDefault();
    const input = event.target.elements.name;
    const name = input.value.trim().toLowerCase();
    if (/^[a-z0-9][a-z0-9._+-]{0,63}$/.test(name)) pick(name);
    input.value = '';
  });

  return {
    start() {
      for (const name of ['alice', 'bob', 'chloe', ...recall()]) add(String(name));
      const asked = new URLSearchParams(location.search).get('as')?.toLowerCase();
      pick(asked && /^[a-z0-9][a-z0-9._+-]{0,63}$/.test(asked) ? asked : 'alice');
    },
    /** A message came or went: the last line of its person, and one more unread unless it is on show. */
    heard(name, last, isNew) {
      add(name);
      const person = people.get(name);
      person.last = last;
      if (isNew && name !== current) person.unread++;
      save();
      draw();
    },
    get current() {
      return current;
    },
  };
}
