import { randomBytes } from 'node:crypto';

/** Something on the consumer's screen that can be pressed. */
export interface Pressable {
  title: string;
  /** What comes back: the id of a button or row, the payload of a quick reply. */
  payload: string;
  how: 'button' | 'row' | 'quick_reply' | 'postback' | 'template';
}

/** One message of the merchant's, as the consumer's telephone shows it. */
export interface Shown {
  id: string;
  type: string;
  text: string;
  buttons: Pressable[];
  /** Bytes of a picture, sound, film or file. */
  media?: { type: string; bytes: Buffer; mediaType: string } | undefined;
  replyTo?: string | undefined;
  /** The request as it came. */
  raw: Record<string, unknown>;
}

export const windowMs = 24 * 60 * 60 * 1000;

/** What a telephone holds. */
export class Handset {
  readonly shown: Shown[] = [];
  /** Emoji by message, last one counts; taken back ones are gone. */
  readonly reactions = new Map<string, string>();
  /** `typing`, `read`: signals in the order in which they came. */
  readonly signals: string[] = [];
  /** The consumer looks at what comes. */
  reads = true;
  /** The consumer blocked the merchant. */
  blocked = false;
  /** When the consumer last wrote, Unix milliseconds: opens the window. */
  lastWroteMs: number | undefined;

  get last(): Shown | undefined {
    return this.shown.at(-1);
  }

  windowOpen(nowMs: number): boolean {
    return this.lastWroteMs !== undefined && nowMs - this.lastWroteMs < windowMs;
  }

  /** Finds what can be pressed by its title or place, on the newest message that has it. */
  find(what: string | number): { on: Shown; pressed: Pressable } {
    for (const on of this.shown.toReversed()) {
      const pressed =
        typeof what === 'number' ? on.buttons[what] : on.buttons.find(({ title }) => title === what);
      if (pressed) return { on, pressed };
    }
    throw new Error(`nothing to press: ${what}`);
  }
}

export const newId = (prefix: string): string => `${prefix}${randomBytes(16).toString('base64url')}`;
