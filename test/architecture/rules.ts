import { failureCodes } from '../../protocol/failures.ts';
import { layerOf } from './layers.ts';
import { importsOf, isBrowserCode, isGenerated, isTest, lineAt, literalsOf } from './sources.ts';
import type { Source } from './sources.ts';

/** A rule gives what breaks it, one line each, with file and line. */
export type Rule = (sources: Source[]) => string[];

const maxLines = 400;

export const filesOfReadableSize: Rule = (sources) =>
  sources
    .filter(({ path }) => !isGenerated(path))
    .flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length;
      return lines > maxLines ? [`${path} has ${lines} lines: at ${maxLines} it is two files`] : [];
    });

/** Places in a file where a pattern stands, outside comments, and outside strings unless said otherwise. */
const places = ({ path, text, skeleton }: Source, pattern: RegExp, says: string): string[] =>
  [...skeleton.matchAll(pattern)].map(
    (match) => `${path}:${lineAt(text, match.index)} ${says}: ${match[0].trim()}`,
  );

export const subjectsInOneFile: Rule = (sources) =>
  sources
    .filter(({ path }) => path !== 'protocol/subjects.ts' && !isTest(path))
    .flatMap((source) =>
      [...source.code.matchAll(/\bpsr\.v1\b/g)].map(
        (match) =>
          `${source.path}:${lineAt(source.text, match.index)} writes a subject of its own; build it in protocol/subjects.ts`,
      ),
    );

const isFailureCode = (code: string): boolean => (failureCodes as string[]).includes(code);

export const knownFailureCodes: Rule = (sources) =>
  sources.flatMap((source) =>
    [...source.skeleton.matchAll(/\bfailure\(\s*(['"`]) *\1/g)].flatMap((match) => {
      const code = source.text.slice(
        match.index + match[0].indexOf(match[1]!) + 1,
        match.index + match[0].length - 1,
      );
      return isFailureCode(code)
        ? []
        : [`${source.path}:${lineAt(source.text, match.index)} ${code} is no failure of the list`];
    }),
  );

export const environmentInOnePlace: Rule = (sources) =>
  sources
    .filter(
      ({ path }) =>
        path !== 'gateway/settings.ts' &&
        !path.startsWith('scripts/') &&
        !isTest(path) &&
        !path.endsWith('.test.ts'),
    )
    .flatMap((source) =>
      places(
        source,
        /\bprocess\s*(?:\.\s*env\b|\[)|\benv\b[^;]*\bfrom 'node:process'/g,
        'reads the environment',
      ),
    );

/** Connectors get their network from the context: with time-outs, limits and the guard. */
export const noGlobalFetch: Rule = (sources) =>
  sources
    .filter(
      ({ path }) =>
        path.startsWith('connectors/') && !isBrowserCode(path) && !isGenerated(path) && !isTest(path),
    )
    .flatMap((source) => [
      ...places(source, /\bglobalThis\s*\.\s*fetch\b|\bXMLHttpRequest\b/g, 'uses the global fetch'),
      ...[...source.skeleton.matchAll(/(?<![.\w$])fetch\s*(\(|[;,)}]|$)/gm)]
        .filter((match) =>
          match[1] !== '('
            ? /=\s*$/.test(source.skeleton.slice(0, match.index))
            : !isDefinition(source.skeleton, match.index + match[0].length),
        )
        .map((match) => `${source.path}:${lineAt(source.text, match.index)} uses the global fetch`),
    ]);

/** Whether the parentheses that open before `from` belong to a method or function being defined, not called. */
function isDefinition(skeleton: string, from: number): boolean {
  let depth = 1;
  let at = from;
  for (; at < skeleton.length && depth > 0; at++) {
    if (skeleton[at] === '(') depth++;
    if (skeleton[at] === ')') depth--;
  }
  return /^\s*[{:]/.test(skeleton.slice(at));
}

/** No code outside a connector's folder knows its name; only what puts the parts together may. */
export const noConnectorByName =
  (names: readonly string[]): Rule =>
  (sources) =>
    sources
      .filter(
        ({ path }) =>
          !isTest(path) && !isGenerated(path) && !['connector', 'root', undefined].includes(layerOf(path)),
      )
      .flatMap((source) =>
        literalsOf(source)
          .filter(
            ({ value, index }) => names.includes(value) && decides(source.skeleton, index, value.length),
          )
          .map(
            ({ value, index }) =>
              `${source.path}:${lineAt(source.text, index)} decides by the name of a connector: ${value}`,
          ),
      );

/** Whether a literal is compared, switched on, looked up or collected: a plain value of a schema (a form field of type email) is not. */
function decides(skeleton: string, index: number, length: number): boolean {
  const before = skeleton.slice(Math.max(0, index - 60), index);
  const after = skeleton.slice(index + length + 2, index + length + 12);
  return (
    /(?:[=!]==?|\bcase)\s*$/.test(before) ||
    /^\s*[=!]==?/.test(after) ||
    /(?:\.get|\.has|\.includes|\.startsWith|ofConnector|\bSet)\(\s*\[?\s*$/.test(before) ||
    (/[\w)\]]\[\s*$/.test(before) && /^\s*\]/.test(after))
  );
}

const bannedWord = /(?:^|[-_.])(?:utils?|helpers?|managers?|impl|misc)(?:[-_.]|$)/i;
const bannedName =
  /\b(?:class|interface|type|function|const|let)\s+(\w*(?:Utils?|Helpers?|Managers?|Impl)|(?:utils?|helpers?|managers?|impl)|I[A-Z][a-z]\w*)\b/g;

export const namesOfTheStyle: Rule = (sources) =>
  sources
    .filter(({ path }) => !isGenerated(path))
    .flatMap((source) => [
      ...source.path
        .split('/')
        .flatMap((part) =>
          bannedWord.test(part) ? [`${source.path} is called ${part}: say what it does`] : [],
        ),
      ...places(source, bannedName, 'is a name that says nothing'),
    ]);

export const languageOfTheStyle: Rule = (sources) =>
  sources
    .filter(({ path }) => !isGenerated(path) && /\.tsx?$/.test(path))
    .flatMap((source) => [
      ...places(source, /\b(?:const\s+)?enum\s+\w+\s*\{/g, 'enum'),
      ...places(source, /^\s*@\w+/gm, 'decorator'),
      ...places(source, /(?::|\bas|<|,)\s*any\b(?=\s*[;,)>\]=|&\n]|\[\])/g, 'any'),
      ...(/\.(config|d)\.ts$/.test(source.path)
        ? []
        : places(source, /\bexport\s+default\b/g, 'default export')),
      ...[...source.text.matchAll(/(?:\/\/|\/\*)\s*@ts-(?:ignore|nocheck)\b/g)].map(
        (match) => `${source.path}:${lineAt(source.text, match.index)} silences the compiler`,
      ),
      ...importsOf(source)
        .filter(({ target }) => target !== undefined && !/\.(ts|tsx|js|mjs|json|css)$/.test(target))
        .map(({ specifier, line }) => `${source.path}:${line} imports ${specifier} without its ending`),
    ]);
