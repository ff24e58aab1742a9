import type { Hooks } from './callbacks.ts';
import type { Json } from './graph.ts';
import { Handset, newId } from './handset.ts';

/** What a user needs of the platform to be heard. */
export interface MessengerLine {
  hooks: Hooks;
  pageId: string;
  nowMs(): number;
  /** Keeps a file; its address. */
  keep(bytes: Buffer, mediaType: string): string;
}

/** A consumer with Messenger: plays what a person does, and holds what the telephone shows. */
export class MessengerUser extends Handset {
  readonly psid: string;
  /** What they show to pages they wrote to; left out: nothing. */
  name: string | undefined;
  readonly #line: MessengerLine;

  constructor(psid: string, line: MessengerLine) {
    super();
    this.psid = psid;
    this.#line = line;
  }

  writes(text: string, extra: Json = {}): Promise<string> {
    return this.#says({ text, ...extra });
  }

  /** Answers an earlier message by quoting it. */
  replies(text: string, toId: string): Promise<string> {
    return this.writes(text, { reply_to: { mid: toId, is_self_reply: false } });
  }

  /** Presses a quick reply or a button, by title or place. */
  async presses(what: string | number): Promise<string> {
    const { pressed } = this.find(what);
    const { title, payload } = pressed;
    if (pressed.how === 'quick_reply') return this.writes(title, { quick_reply: { payload } });
    const mid = newId('m_');
    await this.#event({ postback: { mid, title, payload } });
    return mid;
  }

  picks(what: string | number): Promise<string> {
    return this.presses(what);
  }

  sendsImage(bytes: Uint8Array): Promise<string> {
    return this.sendsFile('image', bytes, 'image/png');
  }

  sendsFile(
    type: 'image' | 'audio' | 'video' | 'file',
    bytes: Uint8Array,
    mediaType: string,
  ): Promise<string> {
    return this.#says({
      attachments: [{ type, payload: { url: this.#line.keep(Buffer.from(bytes), mediaType) } }],
    });
  }

  /** An empty emoji takes the reaction back. */
  async reacts(emoji: string, toId = this.last?.id): Promise<void> {
    const said = emoji ? { action: 'react', reaction: 'other', emoji } : { action: 'unreact' };
    await this.#event({ reaction: { mid: toId, ...said } });
  }

  /** Presses something the merchant's page has by itself: the start button, a menu. */
  async startsWith(title: string, payload: string, referral?: Json): Promise<string> {
    const mid = newId('m_');
    await this.#event({ postback: { mid, title, payload, ...(referral ? { referral } : {}) } });
    return mid;
  }

  /** Comes back by a link. */
  async comesBy(referral: Json): Promise<void> {
    await this.#event({ referral });
  }

  async edits(mid: string, text: string, times = 1): Promise<void> {
    await this.#event({ message_edit: { mid, text, num_edit: times } });
  }

  async takesBack(mid: string): Promise<void> {
    await this.#event({ message: { mid, is_deleted: true } });
  }

  async #says(message: Json): Promise<string> {
    const mid = newId('m_');
    await this.#event({ message: { mid, ...message } });
    return mid;
  }

  async #event(event: Json): Promise<void> {
    const nowMs = this.#line.nowMs();
    this.lastWroteMs = nowMs;
    await this.#line.hooks.deliver(
      messengerEvent(this.#line.pageId, this.psid, { timestamp: nowMs, ...event }),
    );
  }
}

export const messengerEvent = (pageId: string, psid: string, event: Json): Json => ({
  object: 'page',
  entry: [
    {
      id: pageId,
      time: event['timestamp'],
      messaging: [{ sender: { id: psid }, recipient: { id: pageId }, ...event }],
    },
  ],
});
