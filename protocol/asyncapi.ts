import { connectorWireDocument } from './connector-wire/asyncapi.ts';
import { contentKinds } from './content.ts';
import { envelopeSchemas } from './envelope.ts';
import { eventAddress, eventFilter, eventTokens } from './event-subjects.ts';
import { eventTypes } from './events.ts';
import type { EventType } from './events.ts';
import { wireExamples } from './examples/connector-wire.ts';
import { envelopeExample, ids } from './examples/events.ts';
import { componentsOf, toJsonSchema } from './json-schema.ts';
import { allEvents, eventSubjectPattern, eventsOf } from './subjects.ts';

type Json = Record<string, unknown>;

/**
 * What is said on NATS as an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0), from the side
 * of who connects: the events, each type on a channel of its own and all on `events`, and the wire of connectors. Pure.
 */
export function asyncApiDocument(version: string): Json {
  const wire = connectorWireDocument();
  const events = eventMessages();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Passerelle on NATS',
      version,
      description:
        'Every fact the gateway states, as one CloudEvents 1.0 envelope: the same on NATS, on webhooks and on the event stream. And what the gateway and a connector in another process say to each other. Receivers ignore what they don’t know: fields, kinds and types may be added within a version.',
    },
    defaultContentType: 'application/json',
    servers: {
      bus: {
        host: '{host}',
        protocol: 'nats',
        description:
          'The NATS server in `NATS_URL`, or the gateway’s own, on loopback. Events stand in a JetStream stream; a plain subscription gets those from now on.',
        variables: {
          host: { default: 'localhost:4222', description: 'Host and port of the server' },
        },
      },
    },
    channels: { ...eventChannels(), ...wire.channels },
    operations: { ...eventOperations(), ...wire.operations },
    components: {
      messages: { ...events.messages, ...withExamples(wire.messages) },
      schemas: { ...wire.schemas, ...events.schemas },
    },
  };
}

/** `messageReceived` of `message.received`. */
const idOf = (type: EventType): string =>
  type.replaceAll(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());

const title = (id: string): string => `${id[0]!.toUpperCase()}${id.slice(1)}`;

function eventMessages(): { messages: Json; schemas: Json } {
  const messages: Json = {};
  const schemas: Json = {};
  for (const type of eventTypes) {
    const parts = componentsOf(toJsonSchema(envelopeSchemas[type], 'output'));
    Object.assign(schemas, parts.schemas);
    messages[type] = {
      name: type,
      title: type,
      contentType: 'application/cloudevents+json',
      payload: parts.payload,
      examples: [{ name: type, payload: envelopeExample(type) }],
    };
  }
  return { messages, schemas };
}

/** The wire's messages by the names that its part of the document gives them, each with its example. */
function withExamples(messages: Json): Json {
  const examples = Object.fromEntries(
    (Object.entries(wireExamples) as [string, { request: unknown; reply?: unknown }][]).flatMap(
      ([name, { request, reply }]) => {
        const id = `connector${title(name)}`;
        return reply
          ? [
              [`${id}Request`, request],
              [`${id}Reply`, reply],
            ]
          : [[id, request]];
      },
    ),
  ) as Json;
  return Object.fromEntries(
    Object.entries(messages).map(([name, message]) => [
      name,
      { ...(message as Json), examples: [{ name, payload: examples[name] }] },
    ]),
  );
}

const parameters: Json = {
  merchant: { description: 'Id of the merchant', examples: [ids.merchant] },
  channel: {
    description: 'Kind of platform; `_` where none applies',
    examples: ['sms', 'email', 'whatsapp'],
  },
  account: { description: 'Id of the account; `_` where none applies', examples: [ids.account] },
  direction: {
    description: 'Way of the message; `_` where none applies',
    enum: ['inbound', 'outbound', '_'],
  },
  entity: {
    description: 'First half of the event’s type',
    enum: [...new Set(eventTypes.map((type) => type.split('.')[0]!))],
  },
  action: {
    description: 'Second half of the event’s type',
    enum: [...new Set(eventTypes.map((type) => type.split('.')[1]!))],
  },
  kind: {
    description: 'Kind of content of `message.received`, `_` for other types',
    enum: [...contentKinds, '_'],
  },
};

/** The parameters that an address names, as narrow as they are there. */
function parametersOf(address: string, type?: EventType): Json {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const narrow: Json = {};
  if (type && eventTokens[type].direction === 'either')
    narrow['direction'] = { description: 'Who wrote first', enum: ['inbound', 'outbound'] };
  if (type && eventTokens[type].kind) narrow['kind'] = { description: 'Kind of content', enum: contentKinds };
  return Object.fromEntries(names.map((name) => [name, narrow[name] ?? parameters[name]]));
}

const eventChannels = (): Json => ({
  events: {
    address: eventSubjectPattern,
    title: 'All events',
    description: `All of a gateway: \`${allEvents}\`; all of a merchant: \`${eventsOf(ids.merchant)}\`. A token that does not apply is \`_\`.`,
    parameters: parametersOf(eventSubjectPattern),
    messages: Object.fromEntries(eventTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
  },
  ...Object.fromEntries(
    eventTypes.map((type) => [
      idOf(type),
      {
        address: eventAddress(type),
        title: type,
        description: `All of them: \`${eventFilter(type)}\`; of one merchant: \`${eventFilter(type).replace('*', ids.merchant)}\`.`,
        parameters: parametersOf(eventAddress(type), type),
        messages: { [type]: { $ref: `#/components/messages/${type}` } },
      },
    ]),
  ),
});

const eventOperations = (): Json => ({
  receiveEvents: {
    action: 'receive',
    channel: { $ref: '#/channels/events' },
    summary: 'Every event, or what plain wildcards select',
  },
  ...Object.fromEntries(
    eventTypes.map((type) => [
      `receive${title(idOf(type))}`,
      {
        action: 'receive',
        channel: { $ref: `#/channels/${idOf(type)}` },
        summary: `Every ${type}`,
        messages: [{ $ref: `#/channels/${idOf(type)}/messages/${type}` }],
      },
    ]),
  ),
});
