import { Component, createRef } from 'preact';
import type { RefObject } from 'preact';
import type { Chat } from './chat.ts';
import { Icon } from './icons.tsx';
import type { Words } from './words.ts';

const maxBytes = 10 * 1024 * 1024;
const accepted =
  'image/*,audio/*,video/mp4,video/webm,video/quicktime,application/pdf,application/zip,text/plain,text/csv';
const typingEveryMs = 3000;
const typingStopsMs = 4000;
/** Six lines; then the field scrolls. */
const maxHeightPx = 154;

interface ComposerFacts {
  chat: Chat;
  say: Words;
  field: RefObject<HTMLTextAreaElement | null>;
}

interface Draft {
  text: string;
  trouble: string;
}

/** Where the visitor writes. A class, for Preact's hooks would cost a twentieth of the widget's budget. */
export class Composer extends Component<ComposerFacts, Draft> {
  override state: Draft = { text: '', trouble: '' };
  #file = createRef<HTMLInputElement>();
  #typingMs = 0;
  #typingTimer = 0;

  override componentDidUpdate(): void {
    const area = this.props.field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, maxHeightPx)}px`;
  }

  #stopTyping = (): void => {
    clearTimeout(this.#typingTimer);
    if (this.#typingMs) this.props.chat.tellTyping(false);
    this.#typingMs = 0;
  };

  #type(text: string): void {
    this.setState({ text });
    if (!text.trim()) return this.#stopTyping();
    if (Date.now() - this.#typingMs > typingEveryMs) {
      this.#typingMs = Date.now();
      this.props.chat.tellTyping(true);
    }
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(this.#stopTyping, typingStopsMs);
  }

  #send(): void {
    // a lone surrogate, from half an emoji, has no UTF-8 form
    const text = this.state.text.trim().replaceAll(/\p{Surrogate}/gu, '');
    if (!text) return;
    this.#stopTyping();
    this.props.chat.say(text);
    this.setState({ text: '' });
    this.props.field.current?.focus();
  }

  #attach(files: Iterable<File>): void {
    const all = [...files];
    this.setState({ trouble: all.some((file) => file.size > maxBytes) ? this.props.say.tooLarge : '' });
    for (const file of all) if (file.size <= maxBytes) this.props.chat.attach(file);
  }

  override render({ say, field }: ComposerFacts, { text, trouble }: Draft) {
    return (
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          this.#send();
        }}
      >
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <div class="field">
          <button
            type="button"
            class="round"
            aria-label={say.attach}
            onClick={() => this.#file.current?.click()}
          >
            <Icon name="attach" />
          </button>
          <input
            ref={this.#file}
            type="file"
            hidden
            multiple
            accept={accepted}
            onChange={({ currentTarget }) => {
              this.#attach(currentTarget.files ?? []);
              currentTarget.value = '';
            }}
          />
          <textarea
            ref={field}
            rows={1}
            maxLength={8000}
            value={text}
            dir="auto"
            enterkeyhint="send"
            aria-label={say.write}
            placeholder={say.write}
            onInput={({ currentTarget }) => this.#type(currentTarget.value)}
            onPaste={(event) => {
              const { files } = event.clipboardData ?? {};
              if (!files?.length) return;
              event.preventDefault();
              this.#attach(files);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              this.#send();
            }}
          />
          <button type="submit" class="round send" aria-label={say.send} disabled={!text.trim()}>
            <Icon name="send" />
          </button>
        </div>
      </form>
    );
  }
}
