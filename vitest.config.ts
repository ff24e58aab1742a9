import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{protocol,connectors,gateway,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // whole gateways and browsers on two shared cores: in CI a wait that ran out is waited for once more; what a test asserts is not
    ...(process.env['CI'] ? { retry: { count: 1, condition: /^waited \d+ ms for|timed out/i } } : {}),
  },
});
