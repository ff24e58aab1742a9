import { z } from 'zod';
import { connectorSubjectPattern } from '../subjects.ts';
import { wireOperations } from './operations.ts';
import type { WireOperation } from './operations.ts';
import { wireCapabilitiesJson, wireCapabilitiesSchema } from './wire-names.ts';

type Json = Record<string, unknown>;

/** What the wire adds to the AsyncAPI 3.0 document: seen, as all of it, from the side of who connects to the gateway's bus. */
export interface WireDocument {
  channels: Json;
  operations: Json;
  messages: Json;
  schemas: Json;
}

const title = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;

/** A schema whose shared parts stand in `schemas`, as they do in the rest of the document. */
function schemaOf(schema: z.ZodType, schemas: Json): Json {
  const made = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema as unknown) === wireCapabilitiesSchema) {
        for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword as never];
        Object.assign(jsonSchema, wireCapabilitiesJson());
      }
    },
  });
  const json = JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json & {
    $defs?: Json;
  };
  const { $defs, $schema: _, ...payload } = json;
  for (const [name, shared] of Object.entries($defs ?? {})) schemas[name] ??= shared;
  return payload;
}

/** Channels, operations and messages of connectors in other processes (request and reply as AsyncAPI 3.0 has them). */
export function connectorWireDocument(): WireDocument {
  const document: WireDocument = { channels: {}, operations: {}, messages: {}, schemas: {} };
  const inboxes = 'connectorInbox';
  const replies: Json = {};
  for (const [name, operation] of Object.entries(wireOperations) as [string, WireOperation][]) {
    const id = `connector${title(name)}`;
    const asked = operation.reply ? `${id}Request` : id;
    document.messages[asked] = message(asked, operation.request, document.schemas);
    document.channels[id] = {
      address: connectorSubjectPattern(name),
      description: operation.shared
        ? `${operation.summary}. Instances share it: subscribe in the queue group \`{connector}\`.`
        : `${operation.summary}.`,
      parameters: { connector: { description: 'Name of the connector' } },
      messages: { [asked]: { $ref: `#/components/messages/${asked}` } },
    };
    if (operation.reply) {
      document.messages[`${id}Reply`] = message(`${id}Reply`, operation.reply, document.schemas);
      replies[`${id}Reply`] = { $ref: `#/components/messages/${id}Reply` };
    }
    document.operations[id] = {
      action: operation.from === 'gateway' ? 'receive' : 'send',
      channel: { $ref: `#/channels/${id}` },
      summary: operation.summary,
      messages: [{ $ref: `#/channels/${id}/messages/${asked}` }],
      ...(operation.reply
        ? {
            reply: {
              address: {
                location: '$message.header#/reply',
                description: 'The reply subject of the NATS request',
              },
              channel: { $ref: `#/channels/${inboxes}` },
              messages: [{ $ref: `#/channels/${inboxes}/messages/${id}Reply` }],
            },
          }
        : {}),
    };
  }
  document.channels[inboxes] = {
    address: null,
    description:
      'Replies go to the subject that the request names, as NATS has it. The inbox of a connector begins with `_INBOX_{connector}.`: its user may listen nowhere else.',
    messages: replies,
  };
  return document;
}

const message = (name: string, schema: z.ZodType, schemas: Json): Json => ({
  name,
  title: name,
  contentType: 'application/json',
  payload: schemaOf(schema, schemas),
});
