import { z } from 'zod';
import { envelopeSchemas } from './envelope.ts';
import { eventTypes } from './events.ts';
import { allEvents, eventSubjectPattern } from './subjects.ts';

/** The events on NATS as an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0). */
export function asyncApiDocument(version: string): Record<string, unknown> {
  const schemas: Record<string, unknown> = {};
  const messages = Object.fromEntries(
    eventTypes.map((type) => [
      type,
      {
        name: type,
        title: type,
        contentType: 'application/cloudevents+json',
        payload: payloadOf(envelopeSchemas[type], schemas),
      },
    ]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Passerelle events',
      version,
      description:
        'Every fact the gateway states, as one CloudEvents 1.0 envelope: the same on NATS, on webhooks and on the event stream.',
    },
    defaultContentType: 'application/json',
    channels: {
      events: {
        address: eventSubjectPattern,
        description: `All of them: \`${allEvents}\`. A token that does not apply is \`_\`.`,
        parameters: {
          merchant: { description: 'Id of the merchant' },
          channel: { description: 'Kind of platform: sms, email, whatsapp' },
          account: { description: 'Id of the account' },
          direction: { description: 'Way of the message', enum: ['inbound', 'outbound', '_'] },
          entity: { description: 'First half of the event type' },
          action: { description: 'Second half of the event type' },
          kind: { description: 'Kind of content, for message.received' },
        },
        messages: Object.fromEntries(
          eventTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }]),
        ),
      },
    },
    operations: {
      receiveEvents: {
        action: 'receive',
        channel: { $ref: '#/channels/events' },
        summary: 'Subscribe with plain wildcards',
      },
    },
    components: { messages, schemas },
  };
}

/** A schema whose shared parts stand in `schemas`: within a document, `#/$defs` would point at the document's own root. */
function payloadOf(schema: z.ZodType, schemas: Record<string, unknown>): unknown {
  const json = JSON.stringify(z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'output' })).replaceAll(
    '"#/$defs/',
    '"#/components/schemas/',
  );
  const { $defs, ...payload } = JSON.parse(json) as { $defs?: Record<string, unknown> };
  Object.assign(schemas, $defs);
  return payload;
}
