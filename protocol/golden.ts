import { asyncApiDifferences, openApiDifferences } from './api-compatibility.ts';
import { differences } from './compatibility.ts';
import type { Difference } from './compatibility.ts';
import { rolesOf } from './documents.ts';
import type { JsonSchema } from './json-schema.ts';
import { majorOf } from './version.ts';

/** Documents by their file under `protocol/documents`. */
export type Documents = Readonly<Record<string, JsonSchema>>;

/** What the generator would change in the files that are kept. */
export interface Drift {
  /** Files whose text would be another, also where nothing but words or order changed. */
  files: string[];
  /** What that changes for whoever reads or writes; `at` begins with the file. */
  differences: Difference[];
  /** A difference breaks somebody, and the version's first number is still the one that was kept. */
  needsMajor: boolean;
}

/** The text of a document's file. */
export const textOf = (document: JsonSchema): string => `${JSON.stringify(document, null, 2)}\n`;

/** The version that kept documents are of: AsyncAPI and OpenAPI state it. */
const versionOf = (documents: Documents): string | undefined =>
  Object.values(documents)
    .map((document) => (document['info'] as { version?: string } | undefined)?.version)
    .find((version) => version !== undefined);

/** Compares the documents that are kept with those that the schemas give now. Pure. */
export function driftOf(kept: Documents, made: Documents, version: string): Drift {
  const files = [...new Set([...Object.keys(kept), ...Object.keys(made)])].filter(
    (file) => !kept[file] || !made[file] || textOf(kept[file]) !== textOf(made[file]),
  );
  const found = files.flatMap((file) =>
    fileDifferences(file, kept[file], made[file]).map(({ at, ...rest }) => ({
      at: `${file} ${at}`,
      ...rest,
    })),
  );
  const keptVersion = versionOf(kept);
  const bumped = keptVersion === undefined || majorOf(version) > majorOf(keptVersion);
  return { files, differences: found, needsMajor: !bumped && found.some(({ breaking }) => breaking) };
}

function fileDifferences(
  file: string,
  before: JsonSchema | undefined,
  after: JsonSchema | undefined,
): Difference[] {
  if (!before) return [{ at: '(the whole)', what: 'is new', breaking: false }];
  if (!after) return [{ at: '(the whole)', what: 'is gone', breaking: true }];
  if (file === 'openapi.json') return openApiDifferences(before, after);
  if (file === 'asyncapi.json') return asyncApiDifferences(before, after);
  if (file === 'failures.json') return failureDifferences(before, after);
  const found = (rolesOf(file) ?? []).flatMap((role) => differences(before, after, role));
  const breaking = found.filter((one) => one.breaking);
  return [...breaking, ...found.filter((one) => !breaking.some((other) => isSame(one, other)))].filter(
    (one, i, every) => every.findIndex((other) => isSame(one, other)) === i,
  );
}

const isSame = (one: Difference, other: Difference): boolean =>
  one.at === other.at && one.what === other.what;

/** A code that is gone, or that means something else, breaks; words of advice don't. */
function failureDifferences(before: JsonSchema, after: JsonSchema): Difference[] {
  const meaning = (code: string, of: JsonSchema) => {
    const { advice: _, ...rest } = of[code] as Record<string, unknown>;
    return JSON.stringify(rest);
  };
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((at): Difference[] => {
    if (!after[at]) return [{ at, what: 'is gone', breaking: true }];
    if (!before[at]) return [{ at, what: 'is new', breaking: false }];
    const [old, now] = [meaning(at, before), meaning(at, after)];
    return old === now ? [] : [{ at, what: `means ${now}, was ${old}`, breaking: true }];
  });
}

const most = 60;

/** What to tell whoever changed a schema; undefined where nothing drifted. */
export function adviceOn({ files, differences: found, needsMajor }: Drift): string | undefined {
  if (files.length === 0) return undefined;
  const lines = found
    .toSorted((a, b) => Number(b.breaking) - Number(a.breaking))
    .map(({ at, what, breaking }) => `${breaking ? 'BREAKS  ' : 'adds    '}${at} ${what}`);
  const shown = lines.length > most ? [...lines.slice(0, most), `… and ${lines.length - most} more`] : lines;
  const advice = needsMajor
    ? 'This breaks whoever reads or writes: raise the first number of `protocolVersion` (protocol/version.ts), say what changed in protocol/documents/README.md, and run `npm run generate`. Or take the change back.'
    : 'This breaks nobody: run `npm run generate`, and say what was added in protocol/documents/README.md.';
  return [`The documents are not what the schemas say: ${files.join(', ')}`, ...shown, advice].join('\n');
}
