import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { scan } from './scan.ts';

/** One file as the rules see it. */
export interface Source {
  /** From the root of the repository, with `/`. */
  path: string;
  text: string;
  /** The text with comments blanked out, every character in its place. */
  code: string;
  /** The text with comments and the insides of strings blanked out too. */
  skeleton: string;
}

export const source = (path: string, text: string): Source => ({ path, text, ...scan(text) });

const root = new URL('../../', import.meta.url);
const folders = ['protocol', 'connectors', 'gateway', 'test', 'scripts'];

/** Every source of ours, generated ones too, in the order of their paths. */
export function loadSources(): Source[] {
  return folders.flatMap(walk).map((path) => source(path, readFileSync(new URL(path, root), 'utf8')));
}

function walk(folder: string): string[] {
  try {
    return readdirSync(new URL(`${folder}/`, root), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|js)$/.test(entry.name))
      .map((entry) =>
        posix.join(
          folder,
          posix.relative(new URL(`${folder}/`, root).pathname, posix.join(entry.parentPath, entry.name)),
        ),
      )
      .filter((path) => !path.includes('node_modules/'))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Tests, and what only tests use: they may reach where the code may not. */
export const isTest = (path: string): boolean =>
  path.startsWith('test/') ||
  /\.(test|conformance|contract|testing)\.ts$|\/(testing|arbitraries)\.ts$|-stand-in\.ts$/.test(path);

/** Runs in a browser, built or served by its connector. */
export const isBrowserCode = (path: string): boolean => /\/(assets|widget|demo)\//.test(path);

export const isGenerated = (path: string): boolean =>
  path.includes('/generated/') || path.includes('/migrations/');

export interface Import {
  specifier: string;
  /** The file meant, from the root of the repository; undefined for a package. */
  target: string | undefined;
  typeOnly: boolean;
  line: number;
}

const statement =
  /\b(?:import|export)\s+(type\s)?(?:[\w$*\s{},]*?\sfrom\s*)?(['"]) *\2|\bimport\s*\(\s*(['"]) *\3/g;

/** What a file imports, statically and dynamically. Strings and comments that look like imports are none. */
export function importsOf({ path, text, skeleton }: Source): Import[] {
  return [...skeleton.matchAll(statement)].map((match) => {
    const end = match.index + match[0].length - 1;
    const start = text.lastIndexOf(text[end]!, end - 1) + 1;
    const specifier = text.slice(start, end);
    return {
      specifier,
      target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined,
      typeOnly: match[1] !== undefined,
      line: lineAt(text, match.index),
    };
  });
}

export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** The string literals of a file, with the place of their first quote. */
export function literalsOf({ text, skeleton }: Source): { value: string; index: number }[] {
  return [...skeleton.matchAll(/(['"`]) *\1/g)].map((match) => ({
    value: text.slice(match.index + 1, match.index + match[0].length - 1),
    index: match.index,
  }));
}
