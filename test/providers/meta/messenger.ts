import type { Answer, CallbackMode, Recorded } from '../emulator.ts';
import { afterAnswerMs, arranged } from './callbacks.ts';
import type { Hooks } from './callbacks.ts';
import { formBody, jsonBody, objectOf, Refused } from './graph.ts';
import type { Json } from './graph.ts';
import { newId } from './handset.ts';
import { attachmentMaxBytes, looksOf, mediaTypes, quoted, rules } from './messenger-rules.ts';
import { messengerEvent, MessengerUser } from './messenger-user.ts';

export interface MessengerOptions {
  accessToken: string;
  pageId: string;
  nowMs(): number;
  /** How call-backs come; asked at each send. */
  callbacks(): CallbackMode;
  /** `http://127.0.0.1:port` of the emulator, for addresses of media. */
  baseUrl(): string;
}

/** The Send API for one page. */
export class MessengerPlatform {
  readonly options: MessengerOptions;
  readonly hooks: Hooks;
  readonly #users: MessengerUser[] = [];
  readonly #files = new Map<string, { bytes: Buffer; mediaType: string }>();

  constructor(options: MessengerOptions, hooks: Hooks) {
    this.options = options;
    this.hooks = hooks;
  }

  /** The person with this page-scoped id; a new one is born with the first call. */
  user(psid: string): MessengerUser {
    const known = this.#users.find((user) => user.psid === psid);
    if (known) return known;
    const { pageId, nowMs, baseUrl } = this.options;
    const keep = (bytes: Buffer, mediaType: string) =>
      `${baseUrl()}/attachments/${this.#keep(bytes, mediaType)}`;
    const born = new MessengerUser(psid, { hooks: this.hooks, pageId, nowMs, keep });
    this.#users.push(born);
    return born;
  }

  /** A file that a person sent; these addresses want no token. */
  file(id: string): Answer | undefined {
    const file = this.#files.get(id);
    return file && { status: 200, headers: { 'content-type': file.mediaType }, body: file.bytes };
  }

  /** undefined where the path is none of this product's. */
  /** "User Profile API": what a person of this page shows of themselves; nothing of who shows nothing. */
  profile({ method, headers }: Recorded, [node, edge]: string[]): Answer | undefined {
    const user = this.#users.find(({ psid }) => psid === node);
    const isAsked = user && method === 'GET' && edge === undefined;
    if (!isAsked || headers.authorization !== `Bearer ${this.options.accessToken}`) return undefined;
    return { status: 200, body: user.name === undefined ? {} : { id: user.psid, name: user.name } };
  }

  async answer(call: Recorded, [node, edge]: string[]): Promise<Answer | undefined> {
    if (node !== this.options.pageId) return undefined;
    if (call.method === 'POST' && edge === 'messages') return this.#messages(jsonBody(call.body));
    if (call.method === 'POST' && edge === 'message_attachments') return this.#upload(call);
    return edge ? undefined : { status: 200, body: { id: node, name: 'Example Shop' } };
  }

  #keep(bytes: Buffer, mediaType: string): string {
    const id = String(7_000_000_000 + this.#files.size);
    this.#files.set(id, { bytes, mediaType });
    return id;
  }

  async #upload({ body, headers }: Recorded): Promise<Answer> {
    const form = await formBody(body, headers['content-type']);
    const message = form.get('message');
    const file = form.get('filedata');
    const { attachment } = jsonBody(Buffer.from(typeof message === 'string' ? message : '{}'));
    if (!mediaTypes.includes(String(objectOf(attachment)['type'])))
      rules.missing('message[attachment][type]');
    if (!(file instanceof File))
      throw new Refused({ code: 100, subcode: 2018047, message: 'Upload attachment failure' });
    if (file.size > attachmentMaxBytes)
      throw new Refused({ code: 100, subcode: 2018109, message: 'Attachment size exceeds allowable limit' });
    return {
      status: 200,
      body: { attachment_id: this.#keep(Buffer.from(await file.arrayBuffer()), file.type.split(';')[0]!) },
    };
  }

  async #messages(body: Json): Promise<Answer> {
    const psid = objectOf(body['recipient'])['id'];
    if (psid === undefined) rules.missing('recipient');
    const user = this.#users.find((each) => each.psid === psid);
    if (!user) throw new Refused({ code: 100, subcode: 2018001, message: 'No matching user found' });
    if (user.blocked)
      throw new Refused({ code: 551, subcode: 1545041, message: "This person isn't available right now." });
    if (body['sender_action'] !== undefined) return this.#action(user, body);
    if (body['messaging_type'] === undefined) rules.missing('messaging_type');
    const looks = looksOf(objectOf(body['message']), (id) => this.#files.has(id));
    if (!user.windowOpen(this.options.nowMs()))
      throw new Refused({
        code: 10,
        subcode: 2018278,
        message: 'This message is sent outside of allowed window.',
      });
    const id = newId('m_');
    const file = looks.attachmentId === undefined ? undefined : this.#files.get(looks.attachmentId);
    const { type, text, buttons } = looks;
    user.shown.push({
      id,
      type,
      text,
      buttons,
      media: file && { type, ...file },
      replyTo: quoted(body),
      raw: body,
    });
    await this.#callBack(user, id);
    return { status: 200, body: { recipient_id: user.psid, message_id: id } };
  }

  #action(user: MessengerUser, body: Json): Answer {
    const action = String(body['sender_action']).toLowerCase();
    if (body['message'] !== undefined)
      throw new Refused({
        code: 100,
        subcode: 2018164,
        message: 'Cannot send both message and state at the same time.',
      });
    const { message_id, reaction } = objectOf(body['payload']);
    if (action === 'react' || action === 'unreact') {
      if (typeof message_id !== 'string') return rules.missing('payload[message_id]');
      if (action === 'unreact') user.reactions.delete(message_id);
      else
        user.reactions.set(
          message_id,
          typeof reaction === 'string' && reaction ? reaction : rules.missing('payload[reaction]'),
        );
    } else if (['typing_on', 'typing_off', 'mark_seen'].includes(action)) user.signals.push(action);
    else rules.invalid('sender_action', 'is unknown');
    return { status: 200, body: { recipient_id: user.psid } };
  }

  /** delivered, by message id and watermark, and, if the consumer looks, read, by watermark. */
  async #callBack(user: MessengerUser, mid: string): Promise<void> {
    const mode = this.options.callbacks();
    const watermark = this.options.nowMs();
    const steps: Json[] = [
      { delivery: { mids: [mid], watermark } },
      ...(user.reads ? [{ timestamp: watermark, read: { watermark } }] : []),
    ];
    const event = (step: Json) =>
      messengerEvent(this.options.pageId, user.psid, { timestamp: watermark, ...step });
    const delivered = arranged(steps, mode).map((step) =>
      this.hooks.deliver(event(step), mode === 'early' ? 0 : afterAnswerMs),
    );
    if (mode === 'early') await Promise.all(delivered);
  }
}
