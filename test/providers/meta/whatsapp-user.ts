import type { Hooks } from './callbacks.ts';
import { Handset, newId } from './handset.ts';
import type { Json } from './graph.ts';

export interface WhatsAppIdentity {
  /** E.164. */
  phone: string;
  /** Business-scoped user id; made up of the number if left out. */
  userId?: string;
  name?: string;
  username?: string;
  /** Meta keeps the number back. */
  withheld?: boolean;
}

/** What a user needs of the platform to be heard. */
export interface WhatsAppLine {
  hooks: Hooks;
  wabaId: string;
  phoneNumberId: string;
  nowMs(): number;
  keep(bytes: Buffer, mediaType: string): string;
}

/** A consumer with WhatsApp: plays what a person does, and holds what the telephone shows. */
export class WhatsAppUser extends Handset {
  readonly phone: string;
  userId: string;
  name: string;
  username: string | undefined;
  withheld: boolean;
  readonly #line: WhatsAppLine;

  constructor(identity: WhatsAppIdentity, line: WhatsAppLine) {
    super();
    this.phone = identity.phone;
    this.userId = identity.userId ?? `FR.${identity.phone.replace(/\D/g, '')}00`;
    this.name = identity.name ?? 'Ada Example';
    this.username = identity.username;
    this.withheld = identity.withheld ?? false;
    this.#line = line;
  }

  /** As WhatsApp writes the number. */
  get waId(): string {
    return this.phone.replace(/\D/g, '');
  }

  writes(body: string, extra: Json = {}): Promise<string> {
    return this.says('text', { body }, extra);
  }

  /** Answers an earlier message by quoting it. */
  replies(body: string, toId: string): Promise<string> {
    return this.writes(body, { context: { from: this.#line.phoneNumberId, id: toId } });
  }

  /** Presses a button, by title or place. */
  presses(what: string | number): Promise<string> {
    const { on, pressed } = this.find(what);
    const context = { context: { from: this.#line.phoneNumberId, id: on.id } };
    const { title, payload } = pressed;
    if (pressed.how === 'template') return this.says('button', { text: title, payload }, context);
    const reply = pressed.how === 'row' ? 'list_reply' : 'button_reply';
    return this.says('interactive', { type: reply, [reply]: { id: payload, title } }, context);
  }

  /** Picks a row of a list, by title or place. */
  picks(what: string | number): Promise<string> {
    return this.presses(what);
  }

  sendsImage(bytes: Uint8Array, caption?: string): Promise<string> {
    return this.sendsFile('image', bytes, {
      mediaType: 'image/png',
      ...(caption === undefined ? {} : { caption }),
    });
  }

  sendsFile(
    type: 'image' | 'audio' | 'video' | 'document' | 'sticker',
    bytes: Uint8Array,
    { mediaType, ...shown }: { mediaType: string; caption?: string; filename?: string },
  ): Promise<string> {
    const id = this.#line.keep(Buffer.from(bytes), mediaType);
    return this.says(type, { id, mime_type: mediaType, sha256: 'bm90IHJlYWw=', ...shown });
  }

  sharesLocation(latitude: number, longitude: number, name?: string): Promise<string> {
    return this.says('location', { latitude, longitude, ...(name ? { name } : {}) });
  }

  /** An empty emoji takes the reaction back. */
  reacts(emoji: string, toId = this.last?.id): Promise<string> {
    return this.says('reaction', { message_id: toId, ...(emoji ? { emoji } : {}) });
  }

  /** Comes from an advertisement. */
  clicksAd(body: string, referral: Json): Promise<string> {
    return this.writes(body, { referral });
  }

  /** Any message, as its type's body. Resolves with its id once the webhook took it or the platform gave up. */
  async says(type: string, said: unknown, extra: Json = {}): Promise<string> {
    const id = newId('wamid.');
    const nowMs = this.#line.nowMs();
    this.lastWroteMs = nowMs;
    const message = {
      ...this.#from(),
      id,
      timestamp: String(Math.floor(nowMs / 1000)),
      type,
      [type]: said,
      ...extra,
    };
    await this.#line.hooks.deliver(this.#event({ contacts: [this.contact()], messages: [message] }));
    return id;
  }

  contact(): Json {
    return {
      profile: { name: this.name, ...(this.username ? { username: this.username } : {}) },
      ...(this.withheld ? {} : { wa_id: this.waId }),
      user_id: this.userId,
    };
  }

  #from(): Json {
    return { ...(this.withheld ? {} : { from: this.waId }), from_user_id: this.userId };
  }

  #event(value: Json): Json {
    return whatsAppEvent(this.#line, value);
  }
}

export const whatsAppEvent = (
  { wabaId, phoneNumberId }: Pick<WhatsAppLine, 'wabaId' | 'phoneNumberId'>,
  value: Json,
): Json => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: wabaId,
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '15550100100', phone_number_id: phoneNumberId },
            ...value,
          },
        },
      ],
    },
  ],
});
