// One run for every workspace and for the tests of the whole way in test/. Forks, because the embedded engine and the
// patched SDK each want a process of their own.
// The store is tested on both engines: all of it on the embedded one, and what depends on how an engine reads a question on a
// ClickHouse server too. SPANLEDGER_TEST_STORE=server runs every test of the collector on the server, and nothing else.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const everythingOnServer = process.env['SPANLEDGER_TEST_STORE'] === 'server';
const ON_SERVER = everythingOnServer
  ? ['collector/src/**/*.test.ts']
  : [
      'collector/src/query/joined-reports.test.ts',
      'collector/src/query/metrics.test.ts',
      'collector/src/store/connect.test.ts',
    ];

const embedded = {
  extends: true as const,
  test: {
    name: 'tests',
    include: [
      'instrumentation/src/**/*.test.ts',
      'collector/src/**/*.test.ts',
      'collector/test/**/*.test.ts',
      'dashboard/src/**/*.test.{ts,tsx}',
      'demo/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
  },
};
const server = {
  extends: true as const,
  test: {
    name: 'on a server',
    include: ON_SERVER,
    env: { SPANLEDGER_TEST_STORE: 'server' },
    globalSetup: ['test/clickhouse-setup.ts'],
  },
};

export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', '**/dist/**', '**/.tools/**'],
    pool: 'forks',
    // Vitest leaves a core for itself; most of a run here is waiting for child processes and the engine.
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: everythingOnServer ? [server] : [embedded, server],
  },
});
