import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beside the packages, where only those write who install them; not in the folder for everybody's temporary files. */
const folder = fileURLToPath(new URL('../../node_modules/.cache/passerelle', import.meta.url));

/**
 * Keeps what Node made of the sources, so that the next start takes a third less. To be called before they are imported. Where nothing
 * can be written, nothing is kept, and nothing else is different (Node.js, "Module compile cache").
 */
export const keepCompiled = (): void => void enableCompileCache(folder);

/** Writes it down now: a process that is killed has no other time to. */
export const writeCompiled = (): void => flushCompileCache();
