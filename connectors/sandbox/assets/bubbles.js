import { h, hue, icon, initials, safeUrl } from './element.js';
import { formOf } from './form.js';
import { goodsOf, orderOf, paymentOf } from './goods.js';
import { link, markdown, plainText } from './markdown.js';
import { isMultiple, surveyOf, ticksOf } from './questions.js';

/**
 * Content as a bubble. `press({ payload, title })` is called when something that answers is pressed, `choose` opens a sheet.
 */
export function bubbleBody(entry, acts) {
  const { content } = entry;
  const draw = drawn[content.kind];
  return draw ? draw(content, entry, acts) : [plainText(content.text ?? content.kind)];
}

/** Bubbles without a frame: stickers, and cards that bring their own. */
export const isBare = ({ content }) =>
  content.kind === 'carousel' || (content.kind === 'media' && content.media.type === 'sticker');

const drawn = {
  text: ({ text, format, subject }) => [
    subject && h('p', { class: 'heading' }, subject),
    ...(format === 'markdown' ? markdown(text) : [plainText(text)]),
  ],
  media: ({ media, caption }) => [...mediaOf(media), caption && plainText(caption)],
  location: (place) => [placeOf(place)],
  contact: ({ contacts }) => contacts.map(contactOf),
  choice: choiceOf,
  card: ({ card }, entry, acts) => [cardOf(card, replies(entry, acts))],
  carousel: ({ text, cards }, entry, acts) => {
    const next = replies(entry, acts);
    return [
      text && h('div', { class: 'bubble' }, plainText(text)),
      h(
        'div',
        { class: 'carousel', tabindex: '0', role: 'group', 'aria-label': `${cards.length} cards` },
        cards.map((card) => h('div', { class: 'bubble' }, cardOf(card, next))),
      ),
    ];
  },
  form: formOf,
  survey: surveyOf,
  product: (content, entry, acts) => goodsOf(content, entry, { ...acts, mediaOf }),
  order: orderOf,
  payment_request: paymentOf,
  removal: () => [h('p', { class: 'gone' }, 'Message removed')],
};

/** The payloads of an entry are in the order of what can be pressed; each call takes the next one. */
function replies(entry, { press, chosen }) {
  let index = 0;
  return (title) => {
    const payload = entry.payloads?.[index++];
    const isChosen = payload !== undefined && chosen(payload);
    return h(
      'button',
      {
        type: 'button',
        class: `option${isChosen ? ' chosen' : ''}`,
        'aria-pressed': isChosen ? 'true' : undefined,
        onclick: () => press({ payload, title }),
      },
      title,
    );
  };
}

function choiceOf({ text, header, footer, options, style, button }, entry, acts) {
  const words = [
    header && h('p', { class: 'heading' }, header),
    plainText(text),
    footer && h('p', { class: 'footer' }, footer),
  ];
  if (isMultiple(entry.content)) return [...words, ...ticksOf(entry, acts)];
  if (style !== 'list' && options.length <= 4) {
    const next = replies(entry, acts);
    return [
      ...words,
      h(
        'div',
        { class: 'options' },
        options.map(({ title }) => next(title)),
      ),
    ];
  }
  const done = options.find((_, index) => acts.chosen(entry.payloads?.[index]));
  const open = h(
    'button',
    { type: 'button', class: `option${done ? ' chosen' : ''}`, 'aria-haspopup': 'dialog' },
    icon('M5 7h14M5 12h14M5 17h9'),
    done ? done.title : (button ?? 'Choose'),
  );
  open.addEventListener('click', () =>
    acts.choose({
      title: text,
      options: options.map((option, index) => ({ ...option, payload: entry.payloads?.[index] })),
      back: open,
    }),
  );
  return [...words, h('div', { class: 'options' }, open)];
}

function cardOf({ title, subtitle, image, actions = [] }, next) {
  return h(
    'div',
    { class: 'card' },
    image && h('div', { class: 'card-image' }, ...mediaOf(image)),
    h('div', { class: 'card-words' }, h('p', { class: 'heading' }, title), subtitle && h('p', {}, subtitle)),
    actions.length > 0 &&
      h(
        'div',
        { class: 'options' },
        actions.map((action) => {
          if (action.type === 'reply') return next(action.title);
          const href = action.type === 'url' ? safeUrl(action.url) : `tel:${action.phone}`;
          return h(
            'a',
            { class: 'option', href, target: '_blank', rel: 'noopener noreferrer' },
            icon(
              action.type === 'url'
                ? 'M9 7h8v8M17 7L7 17'
                : 'M6 4h3l2 5-2 1.500a10 10 0 0 0 4.500 4.500L15 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2',
            ),
            action.title,
          );
        }),
      ),
  );
}

const size = (bytes) =>
  bytes === undefined
    ? ''
    : bytes < 1e6
      ? `${Math.max(1, Math.round(bytes / 1000))} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

function mediaOf(media) {
  const src = media.url && (media.url.startsWith('blob:') || safeUrl(media.url)) ? media.url : undefined;
  const label = media.alt ?? media.name ?? '';
  if (src && (media.type === 'image' || media.type === 'sticker'))
    return [h('img', { class: media.type, src, alt: label, loading: 'lazy' })];
  if (src && media.type === 'audio')
    return [h('audio', { controls: true, src, 'aria-label': label || 'Sound' })];
  if (src && media.type === 'video')
    return [h('video', { controls: true, src, 'aria-label': label || 'Film', preload: 'metadata' })];
  const row = [
    icon('M7 3h7l4 4v14H7zM14 3v5h4'),
    h(
      'span',
      {},
      h('b', {}, media.name ?? media.alt ?? media.type),
      h('small', {}, [media.media_type, size(media.bytes)].filter(Boolean).join(' · ')),
    ),
  ];
  return [
    src
      ? h('a', { class: 'file', href: src, target: '_blank', rel: 'noopener noreferrer' }, ...row)
      : h('span', { class: 'file' }, ...row),
  ];
}

function placeOf({ latitude, longitude, name, address }) {
  const point = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return h(
    'a',
    { class: 'place', href, target: '_blank', rel: 'noopener noreferrer' },
    h(
      'span',
      { class: 'map', 'aria-hidden': 'true' },
      icon(
        'M12 21s-7-6.200-7-11.500a7 7 0 0 1 14 0C19 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
      ),
    ),
    h('span', { class: 'card-words' }, h('b', {}, name ?? 'Location'), h('small', {}, address ?? point)),
  );
}

const contactOf = ({ name, phones = [], emails = [], organization }) =>
  h(
    'div',
    { class: 'contact' },
    h('span', { class: `avatar ${hue(name)}`, 'aria-hidden': 'true' }, initials(name)),
    h(
      'span',
      {},
      h('b', {}, name),
      organization && h('small', {}, organization),
      phones.map((phone) => link(`tel:${phone.replace(/[^+\d]/g, '')}`, phone)),
      emails.map((email) => link(`mailto:${email}`, email)),
    ),
  );

/** A line for the list of people. */
export function shortText(content) {
  const { kind, text, caption, media, card, cards, name, contacts, title, items, description, reference } =
    content;
  const titled = [card, cards?.[0], items?.[0]].find((one) => one?.title)?.title;
  const words =
    text ?? caption ?? titled ?? title ?? name ?? contacts?.[0]?.name ?? media?.name ?? description;
  return (words ?? reference ?? kind)
    .replace(/[*_`#]/g, '')
    .split('\n')[0]
    .slice(0, 60);
}
