import { Component, createRef, render } from 'preact';
import { Fragment, jsx } from 'preact/jsx-runtime';
import type { Bridge, PanelHandle, Queue } from '../bridge.ts';
import { Bubbles } from './bubble.tsx';
import { Chat } from './chat.ts';
import { Composer } from './composer.tsx';
import { Shape } from './content.tsx';
import { Icon } from './icons.tsx';
import { Link, Text } from './markdown.tsx';
import { lend } from './more.ts';
import css from './panel.css';
import { rows } from './rows.ts';
import { words } from './words.ts';

const nearBottomPx = 80;

interface PanelFacts {
  chat: Chat;
  open: boolean;
  bridge: Bridge;
}

class Panel extends Component<PanelFacts> {
  #field = createRef<HTMLTextAreaElement>();
  #closer = createRef<HTMLButtonElement>();
  #log = createRef<HTMLDivElement>();
  #inner = createRef<HTMLDivElement>();
  /** Stays at the newest message, unless the visitor scrolled up to read. */
  #atBottom = true;
  #top = 0;
  #waiting = 0;

  override componentDidMount(): void {
    const observer = new ResizeObserver(() => {
      if (this.#atBottom) this.#toBottom();
    });
    for (const { current } of [this.#inner, this.#log]) if (current) observer.observe(current);
  }

  override componentDidUpdate(before: PanelFacts): void {
    const { waiting } = this.props.chat;
    if (waiting.length > this.#waiting) this.#atBottom = true;
    this.#waiting = waiting.length;
    if (before.open || !this.props.open) return;
    // on a touch screen the keyboard would cover half of what one came to read
    (matchMedia('(pointer: coarse)').matches ? this.#closer : this.#field).current?.focus();
    this.#toBottom();
  }

  #toBottom(): void {
    const log = this.#log.current!;
    log.scrollTop = log.scrollHeight;
  }

  #scrolled = ({ currentTarget: log }: { currentTarget: HTMLElement }): void => {
    // content that grew since moves the end away, not the visitor: only going up is a wish to stay
    if (log.scrollHeight - log.scrollTop - log.clientHeight < nearBottomPx) this.#atBottom = true;
    else if (log.scrollTop < this.#top) this.#atBottom = false;
    this.#top = log.scrollTop;
  };

  override render({ chat, open, bridge }: PanelFacts) {
    const say = words[bridge.language];
    const name = chat.session?.name ?? '';
    const initial = (name.trim()[0] ?? '').toUpperCase();
    const status = {
      online: say.online,
      connecting: say.connecting,
      offline: say.offline,
      refused: say.denied,
    }[chat.line];
    const groups = rows(chat.entries, chat.waiting, {
      merchantRead: chat.merchantRead,
      sending: chat.line === 'online',
    });
    return (
      <section
        class="panel"
        role="dialog"
        aria-modal="false"
        aria-label={name || say.messages}
        hidden={!open}
      >
        <header>
          <span class="avatar" aria-hidden="true">
            {initial}
          </span>
          <div class="who">
            <h2 dir="auto">{name || ' '}</h2>
            <p class={`line ${chat.line}`} role="status">
              {status}
            </p>
          </div>
          <button
            ref={this.#closer}
            type="button"
            class="round"
            aria-label={say.close}
            onClick={() => bridge.close()}
          >
            <Icon name="close" />
          </button>
        </header>
        <div
          class="log"
          role="log"
          aria-live="polite"
          aria-label={say.messages}
          tabIndex={0}
          ref={this.#log}
          onScroll={this.#scrolled}
        >
          <div class="inner" ref={this.#inner} aria-busy={!chat.ready}>
            {chat.session && groups.length === 0 && chat.ready && (
              <div class="hello">
                <span class="avatar" aria-hidden="true">
                  {initial}
                </span>
                <p dir="auto">{chat.session.greeting ?? say.hello}</p>
              </div>
            )}
            {groups.map((group) => (
              <Bubbles
                key={group.items[0]!.id}
                group={group}
                chat={chat}
                say={say}
                name={name}
                pressed={() => this.#field.current?.focus()}
              />
            ))}
            {chat.typing && (
              <div class="group theirs typing">
                <span class="hide">{`${name} ${say.typing}`}</span>
                <div class="bubble" aria-hidden="true">
                  <i />
                  <i />
                  <i />
                </div>
              </div>
            )}
          </div>
        </div>
        <Composer chat={chat} say={say} field={this.#field} />
      </section>
    );
  }
}

function mountPanel(bridge: Bridge): PanelHandle {
  const adopt = (text: string): void => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    bridge.root.adoptedStyleSheets = [...bridge.root.adoptedStyleSheets, sheet];
  };
  adopt(css);
  let open = false;
  let asked = 0;
  const draw = (): void => render(<Panel chat={chat} open={open} bridge={bridge} />, bridge.mount);
  const chat = new Chat(bridge, () => {
    asked ||= setTimeout(() => {
      asked = 0;
      draw();
    });
  });
  lend({ jsx, jsxs: jsx, Fragment, Component, Link, Text, Shape }, (more) => {
    adopt(more);
    draw();
  });
  draw();
  return {
    setOpen(now) {
      open = now;
      draw();
      chat.show(now);
    },
    restart: () => chat.restart(),
    forget: () => chat.forget(),
  };
}

(window.passerelle as Queue | undefined)?.panel?.(mountPanel);
