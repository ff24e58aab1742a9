import type { Command, MountPanel, PanelHandle, Queue } from './bridge.ts';
import css from './launcher.css';
import { names, read, remove } from './storage.ts';

/**
 * The loader: a launcher and a command queue, nothing else. The panel comes with the first click; only a visitor who already
 * has a thread gets it when the page is idle, so that the launcher can show a new answer.
 */
const words = {
  en: {
    chat: 'Chat',
    open: 'Open chat',
    close: 'Close chat',
    unread: (n: number) => (n === 1 ? '1 new message' : `${n} new messages`),
  },
  fr: {
    chat: 'Messagerie',
    open: 'Ouvrir la messagerie',
    close: 'Fermer la messagerie',
    unread: (n: number) => (n === 1 ? '1 nouveau message' : `${n} nouveaux messages`),
  },
};

const icons =
  '<svg class="talk" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3.5c-5 0-9 3.4-9 7.7 0 2.3 1.2 4.4 3 5.8-.1 1.1-.6 2.2-1.4 3 1.7-.1 3.2-.7 4.4-1.6 1 .3 2 .4 3 .4 5 0 9-3.4 9-7.6s-4-7.7-9-7.7Z"/></svg>' +
  '<svg class="down" viewBox="0 0 24 24" aria-hidden="true"><path d="m6 9.5 6 6 6-6"/></svg><span class="count" hidden></span>';

/** Black or white, whichever reads better on a colour: one of the two always has 4.5:1 (WCAG 2.2, relative luminance). */
function inkOn(color: string): string {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * channels[0]! + 0.7152 * channels[1]! + 0.0722 * channels[2]! > 0.179 ? '#000' : '#fff';
}

function start(script: HTMLScriptElement, key: string): void {
  const data = script.dataset;
  const html = document.documentElement;
  const language = /^fr/i.test(data.lang || html.lang || navigator.language) ? 'fr' : 'en';
  const say = words[language];
  const hookUrl = new URL(`../../hooks/webchat/${encodeURIComponent(key)}`, script.src).href;

  const host = document.createElement('passerelle-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = `<div class="chat" role="region"><div class="mount"></div><button class="launcher" type="button" aria-haspopup="dialog" aria-expanded="false">${icons}</button><p class="said" role="status"></p></div>`;
  const region = root.querySelector<HTMLElement>('.chat')!;
  const mount = root.querySelector<HTMLElement>('.mount')!;
  const launcher = root.querySelector('button')!;
  const count = root.querySelector<HTMLElement>('.count')!;
  const said = root.querySelector('.said')!;
  region.lang = language;
  region.dir = data.dir || getComputedStyle(html).direction;
  region.ariaLabel = say.chat;
  region.dataset.theme = data.theme || 'auto';
  region.dataset.side = data.side || 'end';
  const color = /^#[0-9a-f]{6}$/i.test(data.color ?? '') ? data.color! : '#0b5d57';
  region.style.setProperty('--accent', color);
  region.style.setProperty('--on-accent', inkOn(color));

  let opened = false;
  let unread = 0;
  let identity: (() => string | Promise<string>) | undefined;
  let panel: Promise<PanelHandle> | undefined;
  let deliver: ((mountPanel: MountPanel) => void) | undefined;

  const label = (): void => {
    launcher.ariaLabel = opened ? say.close : unread > 0 ? `${say.open}, ${say.unread(unread)}` : say.open;
    launcher.setAttribute('aria-expanded', String(opened));
    region.classList.toggle('open', opened);
    count.hidden = opened || unread === 0;
    count.textContent = unread > 9 ? '9+' : String(unread);
  };

  const load = (): Promise<PanelHandle> => {
    panel ??= new Promise<MountPanel>((resolve, reject) => {
      deliver = resolve;
      const element = document.createElement('script');
      element.src = new URL('panel.js', script.src).href;
      element.nonce = script.nonce;
      element.onerror = reject;
      document.head.append(element);
    }).then((mountPanel) =>
      mountPanel({
        key,
        hookUrl,
        mount,
        root,
        language,
        locale: navigator.language.startsWith(language) ? navigator.language : language,
        identity: async () => identity?.(),
        close: () => setOpen(false),
        unread: (now) => {
          if (now > unread && !opened) said.textContent = say.unread(now);
          unread = now;
          label();
        },
      }),
    );
    panel.catch(() => (panel = undefined));
    return panel;
  };

  const setOpen = (open: boolean): void => {
    const focusBack = opened && !open && root.activeElement !== null;
    opened = open;
    label();
    said.textContent = '';
    if (open) launcher.setAttribute('aria-busy', 'true');
    if (open || panel)
      load()
        .then((handle) => handle.setOpen(opened))
        .catch(() => {
          opened = false;
          label();
        })
        .finally(() => launcher.removeAttribute('aria-busy'));
    if (focusBack) launcher.focus();
  };

  const run = ([name, value]: Command): void => {
    if (name === 'open' || name === 'close') setOpen(name === 'open');
    else if (name === 'toggle') setOpen(!opened);
    else if (name === 'identify') {
      identity = typeof value === 'function' ? value : () => value;
      panel?.then((handle) => handle.restart()).catch(() => undefined);
    } else if (name === 'logout') {
      identity = undefined;
      setOpen(false);
      if (panel) panel.then((handle) => handle.forget()).catch(() => undefined);
      else for (const stored of names(`passerelle.${key}.`)) remove(stored);
    } else console.warn('passerelle: no such command', name);
  };

  launcher.addEventListener('click', () => setOpen(!opened));
  region.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !opened || event.isComposing) return;
    event.stopPropagation();
    setOpen(false);
  });
  label();
  document.body.append(host);

  const waiting = window.passerelle;
  const queue: Queue = {
    push: (...commands) => commands.forEach(run),
    panel: (mountPanel) => deliver?.(mountPanel),
  };
  window.passerelle = queue;
  if (Array.isArray(waiting)) waiting.forEach(run);
  if (read(`passerelle.${key}.thread`))
    (window.requestIdleCallback ?? setTimeout)(() => void load().catch(() => undefined));
}

const script = document.currentScript;
const key = script instanceof HTMLScriptElement ? script.dataset.key : undefined;
if (!(script instanceof HTMLScriptElement) || !key) console.warn('passerelle: the script tag needs data-key');
else if (!document.querySelector('passerelle-chat')) {
  if (document.body) start(script, key);
  else document.addEventListener('DOMContentLoaded', () => start(script, key));
}
