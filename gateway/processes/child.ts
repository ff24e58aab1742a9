import { keepCompiled } from '../launch/compile-cache.ts';

// What a process at work is started with; all the rest is imported once it may come from the cache.
keepCompiled();
await import('./member.ts');
