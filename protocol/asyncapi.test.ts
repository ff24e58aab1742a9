import { Parser } from '@asyncapi/parser';
import type { Diagnostic } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { asyncApiDocument } from './asyncapi.ts';
import { wireOperations } from './connector-wire/index.ts';
import { eventAddress, eventFilter } from './event-subjects.ts';
import { eventTypes } from './events.ts';
import { componentsOf } from './json-schema.ts';
import { allEvents, eventSubject, eventSubjectPattern, parseEventSubject } from './subjects.ts';
import { protocolVersion } from './version.ts';

interface Document {
  channels: Record<
    string,
    { address: string | null; parameters?: Record<string, { enum?: string[] }>; messages: object }
  >;
  operations: Record<string, { action: string; channel: { $ref: string }; messages?: { $ref: string }[] }>;
  components: {
    messages: Record<string, { payload: object; examples: { payload: unknown }[] }>;
    schemas: Record<string, object>;
  };
}

const document = asyncApiDocument(protocolVersion) as unknown as Document;

/** What the official parser says, but for the one rule that only wishes for a newer version of AsyncAPI than 3.0. */
const complaintsOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
const parse = (of: unknown) => new Parser().parse(JSON.stringify(of));

describe('the official parser', () => {
  test('has nothing to say against the document', async () => {
    const { document: parsed, diagnostics } = await parse(document);
    expect(complaintsOf(diagnostics)).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
    expect(parsed?.operations().length).toBe(eventTypes.length + 1 + Object.keys(wireOperations).length);
  });

  test('finds an operation that is planted without its channel', async () => {
    const lost = structuredClone(document);
    lost.operations['receiveEvents']!.channel = { $ref: '#/channels/nothing' };
    expect(complaintsOf((await parse(lost)).diagnostics).length).toBeGreaterThan(0);
  });
});

/** A message's schema as one that stands alone. */
function validatorOf(name: string) {
  const ajv = new Ajv2020({ strictTypes: true, validateFormats: false });
  const schema = { ...document.components.messages[name]!.payload, $defs: document.components.schemas };
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"#/$defs/')) as object,
  );
}

describe('messages', () => {
  test.each(Object.entries(document.components.messages))(
    '%s has an example that its payload’s schema takes',
    (name, message) => {
      const validate = validatorOf(name);
      expect(message.examples.length).toBeGreaterThan(0);
      for (const { payload } of message.examples) {
        expect(payload, name).toBeDefined();
        expect(validate(payload), JSON.stringify(validate.errors)).toBe(true);
      }
      expect(validate({ colour: 'red' })).toBe(false);
    },
  );
});

describe('every type of event', () => {
  test.each(eventTypes)('%s has a channel and an operation of its own, and is one of all events', (type) => {
    const [id, channel] = Object.entries(document.channels).find(
      ([, { address }]) => address === eventAddress(type),
    )!;
    expect(Object.keys(channel.messages)).toEqual([type]);
    const receiving = Object.values(document.operations).filter(
      ({ channel: { $ref } }) => $ref === `#/channels/${id}`,
    );
    expect(receiving).toMatchObject([
      { action: 'receive', messages: [{ $ref: `#/channels/${id}/messages/${type}` }] },
    ]);
    expect(Object.keys(document.channels['events']!.messages)).toContain(type);
  });

  test.each(eventTypes)(
    '%s: the address names its parameters and no others, and is a subject of that type',
    (type) => {
      const channel = Object.values(document.channels).find(({ address }) => address === eventAddress(type))!;
      const names = [...eventAddress(type).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(channel.parameters ?? {})).toEqual(names);
      const values: Record<string, string> = {
        merchant: 'mer_1',
        channel: 'sms',
        account: 'acc_1',
        direction: 'inbound',
        kind: 'text',
      };
      const subject = eventAddress(type).replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);
      const read = parseEventSubject(subject)!;
      expect(read.type).toBe(type);
      expect(eventSubject(read)).toBe(subject);
      expect(eventFilter(type).split('.').length).toBe(eventSubjectPattern.split('.').length);
      expect(subject.startsWith(allEvents.slice(0, -1))).toBe(true);
    },
  );
});

test('shared parts of a schema move to where a document keeps them', () => {
  const schema = { $schema: 'x', properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: { type: 'string' } } };
  expect(componentsOf(schema)).toEqual({
    payload: { properties: { a: { $ref: '#/components/schemas/A' } } },
    schemas: { A: { type: 'string' } },
  });
});
