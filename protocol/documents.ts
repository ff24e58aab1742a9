import type { z } from 'zod';
import { addressSchema } from './address.ts';
import { asyncApiDocument } from './asyncapi.ts';
import type { Role } from './compatibility.ts';
import { capabilitiesToWire, wireOperations } from './connector-wire/index.ts';
import type { WireOperation, WireOperationName } from './connector-wire/index.ts';
import { wireCapabilitiesSchema } from './connector-wire/wire-names.ts';
import { contentSchema } from './content.ts';
import { envelopeSchema } from './envelope.ts';
import { eventData, eventTypes } from './events.ts';
import { capabilitiesExample, wireExamples } from './examples/connector-wire.ts';
import { contentExamples } from './examples/content.ts';
import { envelopeExample, eventExamples } from './examples/events.ts';
import { failureSchema, failures } from './failures.ts';
import { toJsonSchema } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { messageSchema } from './messages.ts';
import { problemSchema } from './problem.ts';
import { majorOf, protocolVersion } from './version.ts';

/** One public thing: a JSON Schema of its own. */
interface PublicSchema {
  title: string;
  description: string;
  schema: z.ZodType;
  /** Who writes it: others (`input`), the gateway (`output`), or both. */
  roles: readonly Role[];
  examples?: readonly unknown[];
}

const both = ['input', 'output'] as const;

const parts: Record<string, PublicSchema> = {
  content: {
    title: 'Content',
    description:
      'What a message says, by `kind`. What a merchant or a connector writes is strict: an unknown field is refused. Lengths are counted in UTF-16 units.',
    schema: contentSchema,
    roles: both,
    examples: Object.values(contentExamples),
  },
  message: {
    title: 'Message',
    description: 'A message as the gateway hands it out, in `message.received` and at `/v1/messages/{id}`.',
    schema: messageSchema,
    roles: ['output'],
    examples: [eventExamples['message.received']],
  },
  event: {
    title: 'Event',
    description: 'A CloudEvents 1.0 envelope around one fact; `data` is by `type`.',
    schema: envelopeSchema,
    roles: ['output'],
    examples: eventTypes.map(envelopeExample),
  },
  capabilities: {
    title: 'Capabilities',
    description:
      'What a connector says that its channel can do: each kind and direction, and each limit with its unit.',
    schema: wireCapabilitiesSchema,
    roles: both,
    examples: [capabilitiesToWire(capabilitiesExample)],
  },
  address: {
    title: 'Address',
    description: 'One way to reach a consumer: `scheme:rest`, compared as a whole.',
    schema: addressSchema,
    roles: both,
  },
  failure: {
    title: 'Failure',
    description: 'Why a delivery ended; what each code means is in failures.json.',
    schema: failureSchema,
    roles: ['output'],
    examples: [eventExamples['media.failed'].failure],
  },
  problem: {
    title: 'Problem',
    description: 'A refusal of the HTTP API, as RFC 9457 has it.',
    schema: problemSchema,
    roles: ['output'],
  },
};

const eventParts: Record<string, PublicSchema> = Object.fromEntries(
  eventTypes.map((type) => [
    `events/${type}`,
    {
      title: type,
      description: `\`data\` of \`${type}\`.`,
      schema: eventData[type],
      roles: ['output'],
      examples: [eventExamples[type]],
    },
  ]),
);

/** A request of the gateway and a reply to a connector are what others read. */
const wireParts: Record<string, PublicSchema> = Object.fromEntries(
  (Object.entries(wireOperations) as [WireOperationName, WireOperation][]).flatMap(
    ([name, { from, summary, request, reply }]) => {
      const part = (what: 'request' | 'reply', schema: z.ZodType, writer: WireOperation['from']) => [
        `connector/${name}.${what}`,
        {
          title: `${name}, ${what}`,
          description: `${summary}. Written by the ${writer}.`,
          schema,
          roles: [writer === 'connector' ? 'input' : 'output'],
          examples: [wireExamples[name][what]],
        },
      ];
      const other = from === 'connector' ? 'gateway' : 'connector';
      return [part('request', request, from), ...(reply ? [part('reply', reply, other)] : [])];
    },
  ),
);

const all = { ...parts, ...eventParts, ...wireParts };

/** The name of a document's file under `protocol/documents`. */
const fileOf = (name: string): string => `${name}.json`;

/** Who relies on a document, by its file; undefined for the documents that are no JSON Schema. */
export const rolesOf = (file: string): readonly Role[] | undefined => all[file.replace(/\.json$/, '')]?.roles;

function documentOf(name: string, { title, description, schema, roles, examples }: PublicSchema): JsonSchema {
  // on the wire requests stay open where the gateway writes them, so that it may say more
  const io = name.startsWith('connector/') ? 'input' : roles[0]!;
  const {
    $schema,
    title: _title,
    description: _description,
    examples: known,
    ...rest
  } = toJsonSchema(schema, io);
  return {
    $schema,
    $id: `urn:passerelle:${name.replace('/', ':')}:${majorOf(protocolVersion)}`,
    title,
    description,
    ...rest,
    ...(examples || known ? { examples: examples ?? known } : {}),
  };
}

/** Every document that comes out of the schemas alone, by file: JSON Schemas, the list of failures, AsyncAPI. Pure. */
export const protocolDocuments = (): Record<string, JsonSchema> => ({
  ...Object.fromEntries(Object.entries(all).map(([name, part]) => [fileOf(name), documentOf(name, part)])),
  'failures.json': failures,
  'asyncapi.json': asyncApiDocument(protocolVersion),
});
