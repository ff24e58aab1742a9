import { describe, expect, test } from 'vitest';
import { protocolDocuments } from './documents.ts';
import { adviceOn, driftOf } from './golden.ts';
import type { Documents } from './golden.ts';
import type { JsonSchema } from './json-schema.ts';

const made = protocolDocuments();

/** The documents as they would have been kept, had one of them been another. */
const keptWith = (file: string, change: (document: JsonSchema) => void): Documents => {
  const kept = structuredClone(made);
  change(kept[file]!);
  return kept;
};
const propertiesOf = (schema: JsonSchema) => schema['properties'] as Record<string, unknown>;

describe('documents that are kept', () => {
  test('as they are made: nothing to say', () => {
    const drift = driftOf(made, structuredClone(made), '1.0.0');
    expect(drift).toEqual({ files: [], differences: [], needsMajor: false });
    expect(adviceOn(drift)).toBeUndefined();
  });

  test('none yet: all are new, and nobody is broken', () => {
    const drift = driftOf({}, made, '1.0.0');
    expect(drift.files.length).toBe(Object.keys(made).length);
    expect(drift.needsMajor).toBe(false);
  });

  test('a change that breaks nobody says to generate', () => {
    const kept = keptWith('events/consumer.typing.json', (schema) => delete propertiesOf(schema)['on']);
    const drift = driftOf(kept, made, '1.0.0');
    expect(drift.needsMajor).toBe(false);
    expect(adviceOn(drift)).toMatch(
      /consumer\.typing\.json on is new[^]*breaks nobody: run `npm run generate`/,
    );
  });

  test('other words alone say so too', () => {
    const drift = driftOf(
      keptWith('problem.json', (schema) => (schema['description'] = 'x')),
      made,
      '1.0.0',
    );
    expect(drift).toEqual({ files: ['problem.json'], differences: [], needsMajor: false });
    expect(adviceOn(drift)).toContain('npm run generate');
  });

  test('a change that breaks somebody asks for another major version, and is content with it', () => {
    const kept = keptWith('message.json', (schema) => (propertiesOf(schema)['colour'] = { type: 'string' }));
    const drift = driftOf(kept, made, '1.7.3');
    expect(drift.needsMajor).toBe(true);
    expect(adviceOn(drift)).toMatch(
      /BREAKS {2}message\.json colour is gone[^]*raise the first number of `protocolVersion`/,
    );
    expect(driftOf(kept, made, '2.0.0')).toMatchObject({ needsMajor: false, files: ['message.json'] });
  });

  test('what is both written and read breaks either way', () => {
    const line = (schema: JsonSchema) => (schema['oneOf'] as JsonSchema[])[0]!;
    for (const maxLength of [9, 99_999_999]) {
      const kept = keptWith('content.json', (schema) => {
        Object.assign(propertiesOf(line(schema))['text'] as object, { maxLength });
      });
      expect(driftOf(kept, made, '1.0.0').needsMajor, String(maxLength)).toBe(true);
    }
  });

  test('a file that is gone, a failure that is gone or means something else, a subject that is another', () => {
    const breaks = (kept: Documents) => driftOf(kept, made, '1.0.0').needsMajor;
    expect(breaks({ ...made, 'more.json': {} })).toBe(true);
    expect(breaks(keptWith('failures.json', (list) => (list['lost'] = { permanent: true })))).toBe(true);
    expect(
      breaks(
        keptWith('failures.json', (list) => (list['expired'] = { ...(list['expired'] as object), http: 1 })),
      ),
    ).toBe(true);
    expect(
      breaks(
        keptWith(
          'failures.json',
          (list) => (list['expired'] = { ...(list['expired'] as object), advice: '' }),
        ),
      ),
    ).toBe(false);
    expect(
      breaks(
        keptWith('asyncapi.json', (document) => {
          Object.values(document['channels'] as Record<string, JsonSchema>)[0]!['address'] = 'elsewhere';
        }),
      ),
    ).toBe(true);
  });
});
