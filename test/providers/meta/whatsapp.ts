import type { Answer, CallbackMode, Recorded } from '../emulator.ts';
import { afterAnswerMs, arranged } from './callbacks.ts';
import type { Hooks } from './callbacks.ts';
import { formBody, graphError, jsonBody, objectOf, Refused } from './graph.ts';
import type { Json } from './graph.ts';
import { newId } from './handset.ts';
import { looksOf, rules, uploadLimits } from './whatsapp-rules.ts';
import type { Template } from './whatsapp-rules.ts';
import { whatsAppEvent, WhatsAppUser } from './whatsapp-user.ts';
import type { WhatsAppIdentity } from './whatsapp-user.ts';

export interface WhatsAppOptions {
  accessToken: string;
  phoneNumberId: string;
  wabaId: string;
  templates: Template[];
  nowMs(): number;
  /** How call-backs come; asked at each send. */
  callbacks(): CallbackMode;
  /** `http://127.0.0.1:port` of the emulator, for addresses of media. */
  baseUrl(): string;
}

/** The Cloud API for one business number. */
export class WhatsAppPlatform {
  readonly options: WhatsAppOptions;
  readonly hooks: Hooks;
  readonly templates: Template[];
  readonly #users: WhatsAppUser[] = [];
  readonly #media = new Map<string, { bytes: Buffer; mediaType: string }>();

  constructor(options: WhatsAppOptions, hooks: Hooks) {
    this.options = options;
    this.hooks = hooks;
    this.templates = [...options.templates];
  }

  /** The person with this number; a new one is born with the first call. */
  user(phone: string, identity: Omit<WhatsAppIdentity, 'phone'> = {}): WhatsAppUser {
    const known = this.#users.find((user) => user.phone === phone);
    if (known) return known;
    const { wabaId, phoneNumberId, nowMs } = this.options;
    const keep = (bytes: Buffer, mediaType: string) => this.#keep(bytes, mediaType);
    const born = new WhatsAppUser(
      { phone, ...identity },
      { hooks: this.hooks, wabaId, phoneNumberId, nowMs, keep },
    );
    this.#users.push(born);
    return born;
  }

  /** undefined where the path is none of this product's. */
  async answer(call: Recorded, path: string[]): Promise<Answer | undefined> {
    const [node = '', edge] = path;
    if (node === this.options.phoneNumberId && edge === 'messages' && call.method === 'POST')
      return this.#messages(jsonBody(call.body));
    if (node === this.options.phoneNumberId && edge === 'media' && call.method === 'POST')
      return this.#upload(call);
    if (node === this.options.phoneNumberId && !edge)
      return { status: 200, body: { id: node, verified_name: 'Example Shop', quality_rating: 'GREEN' } };
    const media = this.#media.get(node);
    if (!media) return undefined;
    if (edge === 'bytes')
      return { status: 200, headers: { 'content-type': media.mediaType }, body: media.bytes };
    const url = `${this.options.baseUrl()}/v25.0/${node}/bytes`;
    return {
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        id: node,
        url,
        mime_type: media.mediaType,
        sha256: '0'.repeat(64),
        file_size: media.bytes.length,
      },
    };
  }

  #keep(bytes: Buffer, mediaType: string): string {
    const id = String(9_000_000_000 + this.#media.size);
    this.#media.set(id, { bytes, mediaType });
    return id;
  }

  async #upload({ body, headers }: Recorded): Promise<Answer> {
    const form = await formBody(body, headers['content-type']);
    const file = form.get('file');
    if (form.get('messaging_product') !== 'whatsapp') rules.missing('messaging_product');
    if (!(file instanceof File)) return rules.missing('file');
    const mediaType = file.type.split(';')[0]!;
    const limit = uploadLimits.find(([pattern]) => pattern.test(mediaType))?.[1];
    if (!limit)
      throw new Refused({
        code: 100,
        message: 'Param file must be a file with one of the supported types.',
        details: mediaType,
      });
    if (file.size > limit)
      throw new Refused({
        code: 131053,
        message: 'Media upload error',
        details: `The file is larger than ${limit} bytes`,
      });
    return { status: 200, body: { id: this.#keep(Buffer.from(await file.arrayBuffer()), mediaType) } };
  }

  #receiver(body: Json): WhatsAppUser {
    const { to, recipient } = body;
    if (to === undefined && recipient === undefined) return rules.missing('to');
    const digits = String(to).replace(/\D/g, '');
    const user = this.#users.find((each) =>
      to === undefined ? each.userId === recipient : each.waId === digits,
    );
    if (!user || user.blocked)
      throw new Refused({
        code: 131026,
        message: 'Message undeliverable',
        details: 'Message Undeliverable.',
      });
    return user;
  }

  async #messages(body: Json): Promise<Answer> {
    if (body['messaging_product'] !== 'whatsapp') rules.missing('messaging_product');
    if (body['status'] === 'read') return this.#signal(body);
    const user = this.#receiver(body);
    const type = String(body['type'] ?? 'text');
    const looks = looksOf(body, { templates: this.templates, hasMedia: (id) => this.#media.has(id) });
    if (type !== 'template' && !user.windowOpen(this.options.nowMs()))
      throw new Refused({
        code: 131047,
        message: 'Re-engagement message',
        details: 'More than 24 hours have passed since the recipient last replied',
      });
    const id = newId('wamid.');
    const media = looks.mediaId === undefined ? undefined : this.#media.get(looks.mediaId);
    if (type === 'reaction') user.reactions.set(String(objectOf(body['reaction'])['message_id']), looks.text);
    else {
      const replyTo = objectOf(body['context'])['message_id'];
      user.shown.push({
        id,
        type,
        text: looks.text,
        buttons: looks.buttons,
        media: media && { type, ...media },
        replyTo: replyTo === undefined ? undefined : String(replyTo),
        raw: body,
      });
    }
    await this.#callBack(user, id, body);
    const identity =
      'to' in body
        ? { input: body['to'], wa_id: user.waId }
        : { input: body['recipient'], user_id: user.userId };
    return { status: 200, body: { messaging_product: 'whatsapp', contacts: [identity], messages: [{ id }] } };
  }

  #signal(body: Json): Answer {
    const id = body['message_id'];
    if (typeof id !== 'string' || !id.startsWith('wamid.'))
      return rules.invalid('message_id', 'is not known');
    for (const user of this.#users)
      if (user.lastWroteMs !== undefined) user.signals.push('typing_indicator' in body ? 'typing' : 'read');
    return { status: 200, body: { success: true } };
  }

  /** sent, delivered and, if the consumer looks, read: each a call-back of its own. */
  async #callBack(user: WhatsAppUser, id: string, body: Json): Promise<void> {
    const mode = this.options.callbacks();
    const timestamp = String(Math.floor(this.options.nowMs() / 1000));
    const recipient = {
      ...('recipient' in body && user.withheld ? {} : { recipient_id: user.waId }),
      recipient_user_id: user.userId,
    };
    const steps = ['sent', 'delivered', ...(user.reads ? ['read'] : [])].map((status) => ({
      id,
      status,
      timestamp,
      ...recipient,
    }));
    const delivered = arranged(steps, mode).map((status) =>
      this.hooks.deliver(
        whatsAppEvent(this.options, { contacts: [user.contact()], statuses: [status] }),
        mode === 'early' ? 0 : afterAnswerMs,
      ),
    );
    if (mode === 'early') await Promise.all(delivered);
  }

  /** Says afterwards that a message failed, with a code of the platform's. */
  failsLater(user: WhatsAppUser, id: string, code: number): Promise<void> {
    const status = {
      id,
      status: 'failed',
      timestamp: String(Math.floor(this.options.nowMs() / 1000)),
      recipient_id: user.waId,
      errors: [{ code, title: 'Message failed', error_data: { details: 'Told to fail' } }],
    };
    return this.hooks.deliver(whatsAppEvent(this.options, { statuses: [status] }));
  }
}

export const whatsAppFaults: Record<'throttle' | 'fail' | 'unauthorized', Answer> = {
  throttle: graphError({
    status: 429,
    code: 130429,
    message: 'Rate limit hit',
    details: 'Cloud API message throughput has been reached.',
    headers: { 'retry-after': '1' },
  }),
  fail: graphError({ status: 500, code: 2, message: 'Service temporarily unavailable', transient: true }),
  unauthorized: graphError({ status: 401, code: 190, message: 'Invalid OAuth access token.' }),
};
