import { h, safeUrl } from './element.js';
import { plainText } from './markdown.js';
import { doneMark } from './questions.js';

/** What is bought: goods to order, an order placed, a payment to make. Nothing is paid on this phone. */

function money({ amount, currency }) {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

export function goodsOf({ items, text }, entry, acts) {
  const currency = items.find(({ price }) => price)?.price.currency;
  const rows = items.map((item) => goodOf(item, currency, acts));
  const total = h('output', { class: 'total' });
  const form = h(
    'form',
    { class: 'ask', 'aria-label': 'Goods' },
    rows.map(({ element }) => element),
    currency && h('div', { class: 'till' }, total, h('button', { class: 'submit' }, 'Order')),
  );
  const sum = () => rows.reduce((all, { count, item }) => all + count() * (item.price?.amount ?? 0), 0);
  const ordered = () =>
    rows.flatMap(({ count, item }) => (count() > 0 ? [{ ...item, quantity: count() }] : []));
  const show = () => (total.textContent = ordered().length > 0 ? money({ amount: sum(), currency }) : '');
  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = ordered().map(({ id, title, price, quantity }) => ({ id, title, price, quantity }));
    if (chosen.length === 0) {
      total.textContent = 'How many of which?';
      return form.querySelector('input')?.focus();
    }
    acts.order(entry, {
      kind: 'order',
      order_id: `S-${Date.now().toString(36).toUpperCase()}`,
      items: chosen,
      total: { amount: sum(), currency },
    });
    form.reset();
    return show();
  });
  return [text && plainText(text), form];
}

function goodOf(item, currency, { mediaOf }) {
  const { title, description, price, image, url } = item;
  const href = url && safeUrl(url);
  const sold = price !== undefined && price.currency === currency;
  const input =
    sold &&
    h('input', { type: 'number', min: '0', max: '99', value: '0', 'aria-label': `How many: ${title}` });
  const element = h(
    'div',
    { class: 'good' },
    image && h('div', { class: 'good-image' }, ...mediaOf(image)),
    h(
      'div',
      { class: 'good-words' },
      h('b', {}, href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, title) : title),
      description && h('small', {}, description),
      price && h('span', {}, money(price)),
    ),
    input,
  );
  return {
    element,
    item,
    count: () => (input ? Math.min(99, Math.max(0, Math.trunc(Number(input.value)))) : 0),
  };
}

export const orderOf = ({ order_id: id, items, total, text }) => [
  h('p', { class: 'heading' }, `Order ${id}`),
  h(
    'ul',
    { class: 'bill' },
    items.map(({ title, quantity = 1, price }) =>
      h('li', {}, `${quantity} × ${title}`, price && h('span', {}, money(price))),
    ),
  ),
  h('p', { class: 'heading' }, `Total ${money(total)}`),
  text && plainText(text),
];

export function paymentOf({ description, reference, amount, url, text }, entry, acts) {
  const { payment } = entry;
  const href = safeUrl(url);
  const button = (words, state, look = '') =>
    h('button', { type: 'button', class: `option${look}`, onclick: () => acts.pay(entry, state) }, words);
  return [
    h('p', { class: 'heading' }, description ?? 'Payment'),
    h('p', { class: 'amount' }, money(amount)),
    h('p', { class: 'footer' }, reference),
    text && plainText(text),
    href && h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, 'The page to pay on'),
    payment === 'paid' && doneMark('Paid'),
    payment === 'failed' && h('p', { class: 'wrong' }, 'Declined'),
    payment !== 'paid' &&
      h(
        'div',
        { class: 'options' },
        button(payment === 'failed' ? 'Pay after all' : 'Pay', 'paid'),
        payment !== 'failed' && button('Decline', 'failed'),
      ),
  ];
}
