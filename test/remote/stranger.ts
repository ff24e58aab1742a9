import { connect } from '@nats-io/transport-node';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { schemaProblems } from './json-schema.ts';

/**
 * A connector as a stranger writes one, from the AsyncAPI document of a running gateway and the JSON Schemas in it: nothing of ours is
 * imported, subjects and shapes are taken from the document, and everything said in either direction is checked against it. The one
 * library speaks NATS.
 */

type Json = Record<string, unknown>;

interface Document {
  channels: Record<string, { address: string | null; messages: Record<string, { $ref: string }> }>;
  operations: Record<
    string,
    { action: string; channel: { $ref: string }; reply?: { messages: { $ref: string }[] } }
  >;
  components: { messages: Record<string, { payload: Json }>; schemas: Json };
}

export class Protocol {
  readonly #document: Document;

  constructor(document: unknown) {
    this.#document = document as Document;
  }

  static async of(gateway: string): Promise<Protocol> {
    return new Protocol(await (await fetch(`${gateway}/asyncapi.json`)).json());
  }

  subject(operation: string, connector: string): string {
    const address = this.#channel(operation).address;
    if (address === null) throw new Error(`${operation} has no address`);
    return address.replace('{connector}', connector);
  }

  /** Gives back what fits the schema of an operation's request or reply, and throws for what doesn't. */
  check(operation: string, way: 'request' | 'reply', value: unknown): Json {
    const name = this.#messageName(operation, way);
    const { payload } = this.#document.components.messages[name]!;
    const wrong = schemaProblems(payload, value, this.#document);
    if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('; ')}`);
    return value as Json;
  }

  #channel(operation: string): Document['channels'][string] {
    const id = this.#document.operations[operation]!.channel.$ref.split('/').at(-1)!;
    return this.#document.channels[id]!;
  }

  #messageName(operation: string, way: 'request' | 'reply'): string {
    const reference =
      way === 'reply'
        ? this.#document.operations[operation]!.reply!.messages[0]!.$ref
        : Object.values(this.#channel(operation).messages)[0]!.$ref;
    return reference.split('/').at(-1)!;
  }
}

export type Answering = (request: Json) => Json | undefined | Promise<Json | undefined>;

/** One instance, with what a test has it answer. */
export class Stranger {
  readonly protocol: Protocol;
  readonly name: string;
  readonly instance = `inst-${Math.random().toString(36).slice(2).padEnd(8, '0')}`;
  readonly connection: NatsConnection;
  /** What it was asked, by operation. */
  readonly asked: { operation: string; request: Json }[] = [];
  /** What it was asked, or was answered, that the document does not allow. */
  readonly surprises: string[] = [];
  readonly #subscriptions: Subscription[] = [];
  #beat: NodeJS.Timeout | undefined;

  private constructor(protocol: Protocol, name: string, connection: NatsConnection) {
    this.protocol = protocol;
    this.name = name;
    this.connection = connection;
  }

  /** `address` is what `passerelle connector token` shows. */
  static async connect(protocol: Protocol, name: string, address: string): Promise<Stranger> {
    const url = new URL(address);
    const connection = await connect({
      servers: url.host,
      user: url.username,
      pass: url.password,
      inboxPrefix: `_INBOX_${name}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    return new Stranger(protocol, name, connection);
  }

  answers(operation: string, answering: Answering): void {
    const subject = this.protocol.subject(operation, this.name);
    this.#subscriptions.push(
      this.connection.subscribe(subject, {
        queue: this.name,
        callback: (_error, message) => {
          const answered = async () => {
            const request = this.protocol.check(operation, 'request', message.json());
            this.asked.push({ operation, request });
            const reply = await answering(request);
            if (reply) message.respond(JSON.stringify(this.protocol.check(operation, 'reply', reply)));
          };
          answered().catch((error: unknown) => this.surprises.push(String(error)));
        },
      }),
    );
  }

  async ask(operation: string, request: Json): Promise<Json> {
    const payload = JSON.stringify(this.protocol.check(operation, 'request', request));
    return this.askUnchecked(operation, payload);
  }

  /** Says what the document may not allow. */
  async askUnchecked(operation: string, payload: string, name = this.name): Promise<Json> {
    const subject = this.protocol.subject(operation, name);
    const reply = await this.connection.request(subject, payload, { timeout: 5000 });
    return this.protocol.check(operation, 'reply', reply.json());
  }

  async register(manifest: Json): Promise<Json> {
    const say = () => this.ask('connectorRegister', { protocol: 1, instance: this.instance, manifest });
    const first = await say();
    if (first['accepted'])
      this.#beat = setInterval(() => void say().catch(() => {}), Number(first['heartbeat_ms']));
    return first;
  }

  async accept(accountId: string, ...items: Json[]): Promise<Json> {
    return this.ask('connectorAccept', { account_id: accountId, items });
  }

  /** Ends as one should: says so, finishes what it has, goes. */
  async leave(): Promise<void> {
    clearInterval(this.#beat);
    const leaving = this.protocol.check('connectorLeave', 'request', { instance: this.instance });
    this.connection.publish(this.protocol.subject('connectorLeave', this.name), JSON.stringify(leaving));
    await Promise.all(this.#subscriptions.map((one) => one.drain()));
    await this.connection.drain();
  }

  /** Ends as a crash does. */
  async vanish(): Promise<void> {
    clearInterval(this.#beat);
    await this.connection.close();
  }
}

const kinds = [
  'text',
  'media',
  'location',
  'contact',
  'choice',
  'card',
  'carousel',
  'form',
  'template',
  'product',
  'order',
  'payment_request',
  'receipt',
  'status',
  'appointment',
  'survey',
  'reaction',
  'edit',
  'removal',
  'typing',
  'read',
  'native',
];

const support = (native: string[], otherwise: string): Json =>
  Object.fromEntries(
    kinds.map((kind) => [
      kind,
      native.includes(kind) ? 'native' : ['typing', 'read'].includes(kind) ? 'dropped' : otherwise,
    ]),
  );

/** What a carrier-pigeon post would say of itself. */
export const pigeonManifest = (change: Json = {}): Json => ({
  name: 'pigeon',
  channel: 'pigeon',
  title: 'Pigeon post',
  addresses: [{ scheme: 'pigeon', form: 'lower' }],
  abilities: ['send', 'hook', 'media', 'probe'],
  capabilities: {
    outbound: support(['text', 'choice', 'media'], 'adapted'),
    inbound: support(['text', 'media'], 'dropped'),
    text: { max: 500, unit: 'codepoints' },
    caption: { max: 200, unit: 'codepoints' },
    media: { image: { max_bytes: 5_000_000, types: ['image/*'] } },
    buttons: {
      max: 4,
      label: { max: 40, unit: 'codepoints' },
      payload: { max: 64, unit: 'utf8_bytes' },
      body: { max: 500, unit: 'codepoints' },
    },
    receipts: ['sent', 'delivered', 'read', 'failed'],
  },
  config: {
    type: 'object',
    properties: {
      loft: { type: 'string', minLength: 1, maxLength: 40, description: 'Where the pigeons live' },
      fast: { type: 'boolean', default: false },
    },
    required: ['loft'],
    additionalProperties: false,
  },
  credentials: {
    type: 'object',
    properties: { ring: { type: 'string', pattern: '^[a-z0-9]{8,64}$', writeOnly: true } },
    required: ['ring'],
    additionalProperties: false,
  },
  rate: { per_second: 200, concurrency: 50 },
  documents: [{ title: 'Pigeon post', url: 'https://pigeons.example.com/', version: '1' }],
  ...change,
});
