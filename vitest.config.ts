// One run for every workspace and for the tests of the whole way in test/. Forks, because the embedded engine and the
// patched SDK each want a process of their own.
// The store is tested on both engines: all of it on the embedded one, and what depends on how an engine reads a question on a
// ClickHouse server and on two shards of a cluster too. SPANLEDGER_TEST_STORE=server, or =shards, runs every test that uses the
// store there, and nothing else.
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Hundreds of processes are started, of the tests and by them; each would compile the same sources.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '.cache', 'compiled');

const everythingOn = process.env['SPANLEDGER_TEST_STORE'];
const filesOn = (few: readonly string[]): string[] => (everythingOn === undefined ? [...few] : filesWithStore());

const embedded = {
  extends: true as const,
  test: {
    name: 'tests',
    env: {},
    globalSetup: ['test/run-folder.ts'],
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
const on = (kind: 'server' | 'shards', name: string, few: readonly string[]) => ({
  extends: true as const,
  test: {
    name,
    include: filesOn(few),
    env: { SPANLEDGER_TEST_STORE: kind },
    globalSetup: ['test/run-folder.ts', 'test/clickhouse-setup.ts'],
  },
});
const server = on('server', 'on a server', [
  'collector/src/query/joined-reports.test.ts',
  'collector/src/query/metrics.test.ts',
  'collector/src/store/connect.test.ts',
]);
/** Where tables are changed on every node, and hours are settled and dropped. */
const shards = on('shards', 'on two shards', [
  'collector/src/retention/retention.test.ts',
  'collector/src/store/connect.test.ts',
]);

/** Those that take longer than half a minute, the longest first. */
const LONG = [
  'test/explore',
  'test/calls',
  'test/journeys',
  'collector/src/store/migrate',
  'collector/src/settle/settler',
  'collector/src/retention/retention.property',
  'test/faults',
  'test/cluster',
  'test/collectors',
  'test/bench',
  'collector/src/repricing/million',
  'test/first-chart',
  'collector/src/query/coverage',
  'collector/src/query/joined-reports',
];

/**
 * What takes longest begins first, or the end of a run is one file on one core: the long ones, then the tests of the whole way,
 * however short their files.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => turnOf(one) - turnOf(other));
  }
}
function turnOf({ moduleId }: TestSpecification): number {
  const long = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  if (long >= 0) return long;
  return /\/test\/[^/]+$/.test(moduleId) ? LONG.length : LONG.length + 1;
}

export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', '**/dist/**', '**/.tools/**'],
    pool: 'forks',
    // Vitest leaves a core for itself; a good part of a run here is waiting: for child processes, for leases, for the disk.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // For what hangs, and not for a machine with other work: the property tests ask hundreds of questions, and each costs more
    // on servers.
    testTimeout: everythingOn === undefined ? 240_000 : 600_000,
    hookTimeout: 240_000,
    projects: everythingOn === undefined ? [embedded, server, shards] : [everythingOn === 'shards' ? shards : server],
  },
});

/**
 * Tests of the collector that use the store; the others have nothing to do with an engine, but for migrate.test.ts: it is about
 * folders of earlier versions, and test/migrate-server.test.ts about servers.
 */
function filesWithStore(): string[] {
  return globSync('collector/src/**/*.test.ts').filter((file) =>
    /openTemporaryStore\(|temporaryPlace\(/.test(readFileSync(file, 'utf8')),
  );
}
