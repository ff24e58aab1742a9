import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{protocol,connectors,gateway,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // whole gateways and browsers on two shared cores: once more, in CI only, before a test counts as failed
    retry: process.env['CI'] ? 1 : 0,
  },
});
