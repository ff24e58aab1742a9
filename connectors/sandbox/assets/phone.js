import { bubbleBody, isBare, shortText } from './bubbles.js';
import { createComposer } from './composer.js';
import { h, icon, initials } from './element.js';
import { openLine } from './line.js';
import { lasts } from './questions.js';
import { createPeople } from './people.js';

const find = (name) => document.querySelector(`[data-${name}]`);
const thread = find('thread');
const sheet = find('sheet');
const presence = find('presence');
const merchant = document.body.dataset.merchant;
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

/** What is on show: entries by key, in order; what was pressed; whether the merchant has read and is typing. */
let shown = new Map();
let pressed = new Set();
let readUpTo = 0;
let typingUntil;
let online = 'connecting…';
/** What opened the sheet, and gets the focus back. */
let sheetBack;

/** Of a message as the gateway knows it; from an old thread it is made anew: a message's first part. */
const idOf = (entry) => entry.provider_id ?? `${entry.message_id}.0`;
const keyOf = (entry) => entry.provider_id ?? entry.message_id ?? entry.id;
const newId = () =>
  crypto.randomUUID?.() ??
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const line = openLine({ onTold: told, onState: state });
const people = createPeople({ onPick: open });
createComposer({ write, attach, typing: (on) => line.send({ type: 'typing', as: people.current, on }) });

function state(now) {
  document.body.dataset.line = now;
  online = { online: 'online', offline: 'reconnecting…', locked: 'this link does not open the phone' }[now];
  presence.textContent = online;
  if (now === 'online' && people.current) open(people.current);
}

function open(name) {
  find('me').textContent = name;
  shown = new Map();
  pressed = new Set();
  kept.clear();
  readUpTo = 0;
  typing(false);
  closeSheet();
  draw();
  line.send({ type: 'open', as: name });
}

/** What the gateway tells. */
function told(frame) {
  const here = frame.as === people.current;
  if (frame.type === 'accepted') return settle(frame.id, {});
  if (frame.type === 'refused') return settle(frame.id, { failed: frame.detail });
  if (frame.type === 'thread' && here) return loaded(frame.entries);
  if (frame.type === 'typing' && here) return typing(frame.on);
  if (frame.type === 'read' && here) {
    readUpTo = Date.now();
    return draw();
  }
  if (frame.type === 'payment' && here) return paid(frame);
  if (frame.type !== 'message') return undefined;
  people.heard(frame.as, shortText(frame.entry.content), frame.entry.direction === 'outbound');
  if (!here) return undefined;
  if (frame.entry.direction === 'outbound') typing(false);
  put(frame.entry);
  draw();
  return seen();
}

function loaded(entries) {
  const pending = [...shown.values()].filter((entry) => entry.pending);
  shown = new Map();
  for (const entry of [...entries, ...pending]) put(entry);
  const last = entries.at(-1);
  if (last) people.heard(people.current, shortText(last.content), false);
  draw();
  seen(true);
}

/** Adds an entry; one that is about another message changes that one. */
function put(entry) {
  const { content } = entry;
  for (const payload of entry.pressed ?? []) pressed.add(payload);
  if (content.kind === 'reaction' || content.kind === 'edit' || content.kind === 'removal') {
    const target = [...shown.values()].find((other) => other.message_id === content.message_id);
    if (target && content.kind === 'reaction') target.reaction = content.emoji;
    else if (target)
      Object.assign(
        target,
        content.kind === 'edit'
          ? { content: { kind: 'text', text: content.text }, edited: true }
          : { content },
      );
    return;
  }
  const key = keyOf(entry);
  const known = shown.get(key);
  // the page's own copy of a picture can be shown before the gateway has stored it
  shown.set(
    key,
    known ? { ...entry, content: known.local ? known.content : entry.content, local: known.local } : entry,
  );
}

function paid({ message, state: now }) {
  for (const entry of shown.values()) if (idOf(entry) === message) entry.payment = now;
  draw();
}

function settle(id, { failed }) {
  const entry = shown.get(`${people.current}/${id}`);
  if (!entry) return;
  entry.pending = false;
  entry.failed = failed;
  draw();
}

function write(content, { press, replyTo, id = newId() } = {}) {
  const as = people.current;
  shown.set(`${as}/${id}`, {
    provider_id: `${as}/${id}`,
    direction: 'inbound',
    content,
    at_ms: Date.now(),
    pending: true,
  });
  line.send(
    press
      ? { type: 'press', as, id, ...press }
      : { type: 'write', as, id, content, ...(replyTo ? { reply_to: replyTo } : {}) },
    { keep: true },
  );
  people.heard(as, shortText(content), false);
  draw();
}

async function attach(file) {
  const as = people.current;
  const id = newId();
  const kind = /^(image|audio|video)\//.exec(file.type)?.[1] ?? 'file';
  const content = {
    kind: 'media',
    media: {
      type: kind,
      url: URL.createObjectURL(file),
      name: file.name,
      bytes: file.size,
      media_type: file.type,
    },
  };
  shown.set(`${as}/${id}`, {
    provider_id: `${as}/${id}`,
    direction: 'inbound',
    content,
    at_ms: Date.now(),
    pending: true,
    local: true,
  });
  draw();
  const to = new URL('attach', location.href);
  to.search = String(
    new URLSearchParams({
      key: new URLSearchParams(location.search).get('key') ?? '',
      as,
      id,
      name: file.name,
    }),
  );
  const answer = await fetch(to, {
    method: 'POST',
    body: file,
    headers: { 'content-type': file.type || 'application/octet-stream' },
  }).catch(() => undefined);
  settle(id, answer?.ok ? {} : { failed: answer?.status === 413 ? 'Too large' : 'Not sent' });
}

/** Tells which messages were seen, once somebody can see them. */
function seen(all = false) {
  if (document.visibilityState !== 'visible') return;
  const fresh = [...shown.values()].filter(
    (entry) => entry.direction === 'outbound' && !entry.seen && entry.state !== 'read',
  );
  if (fresh.length === 0) return;
  for (const entry of fresh) entry.seen = true;
  const ids = fresh.flatMap((entry) => entry.provider_id ?? []);
  line.send({
    type: 'seen',
    as: people.current,
    ids: ids.slice(-500),
    ...(all && ids.length < fresh.length ? { all: true } : {}),
  });
}
document.addEventListener('visibilitychange', () => seen(true));

function typing(on) {
  clearTimeout(typingUntil);
  thread.querySelector('.typing')?.remove();
  presence.textContent = on ? 'typing…' : online;
  if (!on) return;
  thread.append(
    h(
      'div',
      { class: 'row them typing', 'aria-hidden': 'true' },
      h('div', { class: 'bubble' }, h('i'), h('i'), h('i')),
    ),
  );
  thread.scrollTop = thread.scrollHeight;
  typingUntil = setTimeout(() => typing(false), 10_000);
}

const acts = {
  chosen: (payload) => payload !== undefined && pressed.has(payload),
  /** One option, several (`….0+2`) or a form, which brings its values. */
  press({ payload, title, values }) {
    if (payload === undefined) return write({ kind: 'text', text: title });
    const [question, chosen] = payload.split('.');
    for (const place of chosen?.split('+') ?? []) pressed.add(`${question}.${place}`);
    return write({ kind: 'text', text: title }, { press: { payload, title, ...(values ? { values } : {}) } });
  },
  order: (entry, content) => write(content, { replyTo: idOf(entry) }),
  pay: (entry, how) =>
    line.send(
      {
        type: 'pay',
        as: people.current,
        id: newId(),
        message: idOf(entry),
        reference: entry.content.reference,
        amount: entry.content.amount,
        state: how,
      },
      { keep: true },
    ),
  choose({ title, options, back }) {
    sheet.replaceChildren(
      h(
        'header',
        {},
        h('b', {}, title),
        h(
          'button',
          { type: 'button', class: 'round', 'aria-label': 'Close', onclick: () => closeSheet(back) },
          icon('M6 6l12 12M18 6L6 18'),
        ),
      ),
      h(
        'div',
        { class: 'sheet-options' },
        options.map((option) =>
          h(
            'button',
            { type: 'button', onclick: () => (closeSheet(back), acts.press(option)) },
            h('b', {}, option.title),
            option.description && h('small', {}, option.description),
          ),
        ),
      ),
    );
    sheet.hidden = false;
    sheet.querySelector('.sheet-options button').focus();
    sheetBack = back;
  },
};

sheet.addEventListener('keydown', ({ key }) => key === 'Escape' && closeSheet(sheetBack));

function closeSheet(back) {
  sheet.hidden = true;
  back?.focus();
}

const tick = (entry) => {
  if (entry.failed)
    return h(
      'span',
      { class: 'tick failed', role: 'img', 'aria-label': `not sent: ${entry.failed}` },
      icon('M12 7v6M12 16.500v.5'),
    );
  if (entry.pending)
    return h(
      'span',
      { class: 'tick', role: 'img', 'aria-label': 'on its way' },
      icon('M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z'),
    );
  const read = entry.at_ms <= readUpTo;
  return h(
    'span',
    {
      class: `tick${read ? ' read' : ''}`,
      role: 'img',
      'aria-label': read ? 'read' : 'received by the gateway',
    },
    icon(read ? 'M2 13l4 4L16 7M11 16l1 1L22 7' : 'M5 13l4 4L19 7'),
  );
};

/** Rows in which something is being filled in: drawn once, and left alone until they are done. */
const kept = new Map();

function rowOf(entry, isFirst) {
  if (!lasts(entry, acts)) return newRow(entry, isFirst);
  const known = kept.get(keyOf(entry));
  if (known) return known;
  const row = newRow(entry, isFirst);
  kept.set(keyOf(entry), row);
  return row;
}

function newRow(entry, isFirst) {
  const mine = entry.direction === 'inbound';
  const body = bubbleBody(entry, acts);
  const foot = h(
    'span',
    { class: 'foot' },
    entry.edited && 'edited ',
    h('time', {}, clock.format(entry.at_ms)),
    mine && tick(entry),
  );
  const inner = isBare(entry)
    ? [...body, foot]
    : [h('div', { class: `bubble kind-${entry.content.kind}` }, ...body.filter(Boolean), foot)];
  return h(
    'div',
    { class: `row ${mine ? 'me' : 'them'}${isFirst ? ' first' : ''}`, 'data-key': keyOf(entry) },
    h('span', { class: 'spoken' }, mine ? 'You: ' : `${merchant}: `),
    ...inner.filter(Boolean),
    entry.reaction && h('span', { class: 'reaction' }, entry.reaction),
  );
}

const isScrolledUp = () => thread.scrollHeight - thread.scrollTop - thread.clientHeight > 240;

function draw() {
  const stay = isScrolledUp();
  const at = thread.scrollTop;
  let before;
  const rows = [...shown.values()].flatMap((entry) => {
    const isNewDay =
      !before || new Date(before.at_ms).toDateString() !== new Date(entry.at_ms).toDateString();
    const row = rowOf(entry, isNewDay || before.direction !== entry.direction);
    before = entry;
    return isNewDay ? [h('div', { class: 'day' }, day.format(entry.at_ms)), row] : [row];
  });
  const dots = thread.querySelector('.typing');
  const empty = h(
    'div',
    { class: 'empty' },
    h('b', {}, 'Nothing here yet'),
    h('span', {}, `Write to ${merchant}, or paste a line from “Send something” into a terminal.`),
  );
  // what stays is not taken out, or it would lose the focus
  const next = [...(rows.length ? rows : [empty]), ...(dots ? [dots] : [])];
  for (const old of Array.from(thread.children)) if (!next.includes(old)) old.remove();
  next.forEach((row, place) => {
    if (thread.children[place] !== row) thread.insertBefore(row, thread.children[place] ?? null);
  });
  thread.scrollTop = stay ? at : thread.scrollHeight;
}

// a picture that comes late must not push the last message out of sight
thread.addEventListener('load', () => !isScrolledUp() && (thread.scrollTop = thread.scrollHeight), true);
find('merchant-avatar').textContent = initials(merchant);
const showTime = () => (find('clock').textContent = clock.format(Date.now()));
showTime();
setInterval(showTime, 10_000);
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const text = button.dataset.copy || button.parentElement.querySelector('code').textContent;
    const words = button.textContent;
    await navigator.clipboard.writeText(text).catch(() => undefined);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = words), 1200);
  });
}
people.start();
