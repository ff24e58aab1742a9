#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { isNewEnough, runPinned } from '../launch/pinned-node.js';

if (isNewEnough()) {
  const { keepCompiled } = await import('../launch/compile-cache.ts');
  keepCompiled();
  const { main } = await import('./main.ts');
  await main();
} else runPinned(fileURLToPath(import.meta.url), process.argv.slice(2));
