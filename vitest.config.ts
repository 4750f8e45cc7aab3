// One run for every workspace and for the tests of the whole way in test/. Forks, because the embedded engine and the
// patched SDK each want a process of their own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'instrumentation/src/**/*.test.ts',
      'collector/src/**/*.test.ts',
      'collector/test/**/*.test.ts',
      'dashboard/src/**/*.test.{ts,tsx}',
      'demo/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.tools/**'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
