import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { contentKinds, fieldSchema } from './content.ts';
import { deliveryStates, mayFollow } from './delivery.ts';
import { eventTokens } from './event-subjects.ts';
import { eventTypes } from './events.ts';
import { idPrefixes } from './ids.ts';
import { allEvents, allSends, eventSubjectPattern } from './subjects.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const spec = readFileSync(fileURLToPath(new URL('SPEC.md', import.meta.url)), 'utf8');

/** The part of the page below a heading. */
const section = (page: string, heading: string): string =>
  page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';

const numbersOf = (page: string): number[] =>
  [...section(page, 'Invariants').matchAll(/^(\d+)\. /gm)].map(([, n]) => Number(n));

/** The invariants that titles of tests name: in a string, so that a comment does not count. */
const namedIn = (source: string): number[] =>
  source
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
    .flatMap((line) => [...line.matchAll(/['"`][^'"`]*\binvariant (\d+)\b/gi)].map(([, n]) => Number(n)));

/** What the page and the tests don't have in common. */
const differences = (page: string, sources: readonly string[]): { untested: number[]; unknown: number[] } => {
  const numbers = numbersOf(page);
  const named = new Set(sources.flatMap(namedIn));
  return {
    untested: numbers.filter((n) => !named.has(n)),
    unknown: [...named].filter((n) => !numbers.includes(n)),
  };
};

const sources = globSync('{protocol,connectors,gateway,test}/**/*.{test,contract,checks}.ts', { cwd: root })
  .filter((path) => !path.includes('node_modules') && !path.endsWith('spec.test.ts'))
  .map((path) => readFileSync(`${root}/${path}`, 'utf8'));

describe('the invariants', () => {
  test('are numbered from 1 to 10', () => {
    expect(numbersOf(spec)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('each have a test that names them, and no test names another', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(differences(spec, sources)).toEqual({ untested: [], unknown: [] });
  });

  test('a planted invariant without a test, and a planted test without an invariant, are found', () => {
    const title = (n: number) => `test('inv${'ariant'} ${n}: something', () => {});`;
    const page = `## Invariants\n\n1. One.\n2. Two.\n`;
    expect(differences(page, [title(1), title(2)])).toEqual({ untested: [], unknown: [] });
    expect(differences(page, [title(1), title(3)])).toEqual({ untested: [2], unknown: [3] });
    expect(differences(page, [`// ${title(1)}`, title(2)])).toEqual({ untested: [1], unknown: [] });
  });
});

/** The cells of a section's tables, one after the other, without their headings. */
const rowsOf = (page: string): string[][] =>
  page
    .split('\n')
    .filter(
      (line, i, lines) =>
        line.startsWith('|') && !line.startsWith('| -') && !/^\| :?-/.test(lines[i + 1] ?? ''),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
/** What stands in a cell as code. */
const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

describe('the page says what the code does', () => {
  test('kinds of content, and what comes back', () => {
    const rows = rowsOf(section(spec, 'Content'));
    expect(rows.flatMap(([kind]) => codeIn(kind))).toEqual(contentKinds);
    for (const [kind, , back] of rows)
      for (const name of codeIn(back).filter((code) => code.includes('.')))
        expect(eventTypes, kind).toContain(name);
  });

  test('types of events, and which tokens of their subject say something', () => {
    const rows = rowsOf(section(spec, 'Envelope')).filter(([type]) => codeIn(type)[0]?.includes('.'));
    expect(rows.map(([type]) => codeIn(type)[0])).toEqual(eventTypes);
    const directions = {
      inbound: '`inbound`, ',
      outbound: '`outbound`, ',
      either: 'either, ',
      none: '`_`, ',
    };
    const accounts = { always: 'yes', never: 'no', sometimes: 'where known' };
    for (const [i, type] of eventTypes.entries()) {
      const { direction, account } = eventTokens[type];
      expect(rows[i]![3], type).toBe(`${directions[direction]}${accounts[account]}`);
    }
  });

  test('a rule of adaptation for each kind', () => {
    const named = rowsOf(section(spec, 'Adaptation')).flatMap(([kinds]) => codeIn(kinds));
    expect(named.toSorted()).toEqual(contentKinds.toSorted());
  });

  test('the events of answers, and the value of each type of field', () => {
    const named = rowsOf(section(spec, 'Answers')).flatMap(([first]) => codeIn(first));
    expect(named.filter((name) => name.includes('.'))).toEqual(
      eventTypes.filter((type) => type.endsWith('.answered')),
    );
    expect(named.filter((name) => !name.includes('.')).toSorted()).toEqual(
      fieldSchema.shape.type.options.toSorted(),
    );
  });

  test('states of a delivery', () => {
    const rows = section(spec, 'Deliveries')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    const [, ...to] = rows[0]!;
    const table = rows.slice(2, 2 + deliveryStates.length);
    expect(table.map(([from]) => from)).toEqual(deliveryStates);
    expect(to).toEqual(deliveryStates.slice(1));
    for (const [from, ...cells] of table)
      for (const [i, cell] of cells.entries())
        expect(cell === '×', `${from} → ${to[i]}`).toBe(mayFollow(from as 'accepted', to[i] as 'accepted'));
    expect(deliveryStates.some((from) => mayFollow(from, 'accepted'))).toBe(false);
  });

  test('subjects', () => {
    expect(section(spec, 'Subjects')).toContain(eventSubjectPattern);
    expect(section(spec, 'Subjects')).toContain(`${allSends.slice(0, -1)}{merchant}.{channel}.{account}`);
    expect(allEvents).toBe(`${eventSubjectPattern.split('{')[0]}>`);
  });

  test('prefixes of ids', () => {
    const shown = Object.entries(idPrefixes).filter(([kind]) => kind !== 'attempt');
    for (const [, prefix] of shown) expect(section(spec, 'Words')).toContain(`\`${prefix}\``);
  });
});
