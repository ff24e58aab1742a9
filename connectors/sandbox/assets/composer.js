/** Where the consumer writes. `write(content)` and `attach(file)` are called with what goes out. */
export function createComposer({ write, attach, typing }) {
  const form = document.querySelector('[data-composer]');
  const text = form.querySelector('[data-text]');
  const send = form.querySelector('.send');
  const plus = form.querySelector('[data-plus]');
  const menu = form.querySelector('[data-menu]');
  const file = form.querySelector('[data-file]');
  let stillTyping;

  const says = (on) => {
    clearTimeout(stillTyping);
    if (on) stillTyping = setTimeout(() => says(false), 4000);
    if (form.dataset.typing !== String(on)) typing(on);
    form.dataset.typing = String(on);
  };
  const fit = () => {
    text.rows = Math.min(5, text.value.split('\n').length);
    send.disabled = text.value.trim() === '';
  };
  const openMenu = (open) => {
    menu.hidden = !open;
    plus.setAttribute('aria-expanded', String(open));
    if (open) menu.querySelector('button').focus();
  };

  text.addEventListener('input', () => {
    fit();
    says(text.value !== '');
  });
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) return;
    text.value = '';
    fit();
    says(false);
    write({ kind: 'text', text: words.toWellFormed() });
    text.focus();
  });
  plus.addEventListener('click', () => openMenu(menu.hidden));
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || menu.hidden) return;
    openMenu(false);
    plus.focus();
  });
  file.addEventListener('change', () => {
    for (const chosen of file.files) attach(chosen);
    file.value = '';
  });
  const add = {
    file: () => file.click(),
    location: () =>
      write({
        kind: 'location',
        latitude: 48.8675,
        longitude: 2.3637,
        name: 'Place de la République',
        address: '75003 Paris',
      }),
    contact: () =>
      write({
        kind: 'contact',
        contacts: [{ name: 'Ada Example', phones: ['+15550100'], emails: ['ada@example.com'] }],
      }),
  };
  for (const button of menu.querySelectorAll('[data-add]')) {
    button.addEventListener('click', () => {
      openMenu(false);
      add[button.dataset.add]();
    });
  }
}
