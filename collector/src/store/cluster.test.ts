// What a cluster is told, statement by statement; and that every migration there is can be told to one.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterQuestion, clusterStatement } from './cluster.ts';
import { openTemporaryStore } from './fakes.ts';
import type { Store } from './store.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

const alone = { name: 'main', database: 'ledger', keeper: false };
const kept = { ...alone, keeper: true };

test.each([
  [
    '-- Why.\nCREATE TABLE IF NOT EXISTS reports\n(\n    call_key String\n)\nENGINE = MergeTree\nORDER BY call_key',
    [
      'CREATE TABLE IF NOT EXISTS `ledger`.`reports_local` (\n    call_key String\n)\nENGINE = MergeTree\nORDER BY call_key',
      "CREATE TABLE IF NOT EXISTS `ledger`.`reports` AS `ledger`.`reports_local`\nENGINE = Distributed('main', 'ledger', 'reports_local', cityHash64(call_key))",
    ],
  ],
  [
    'ALTER TABLE budgets ADD COLUMN IF NOT EXISTS note String',
    [
      'ALTER TABLE `ledger`.`budgets_local` ADD COLUMN IF NOT EXISTS note String',
      "CREATE OR REPLACE TABLE `ledger`.`budgets` AS `ledger`.`budgets_local`\nENGINE = Distributed('main', 'ledger', 'budgets_local', 0)",
    ],
  ],
  ["ALTER TABLE spans DROP PARTITION ID '20261101'", ["ALTER TABLE `ledger`.`spans_local` DROP PARTITION ID '20261101'"]],
  ['ALTER TABLE spans MODIFY SETTING fsync_after_insert = 1', ['ALTER TABLE `ledger`.`spans_local` MODIFY SETTING fsync_after_insert = 1']],
  ['DELETE FROM settled WHERE version < 7', ['DELETE FROM `ledger`.`settled_local` WHERE version < 7']],
  [
    'CREATE OR REPLACE TABLE rollup (hour DateTime) ENGINE = MergeTree ORDER BY hour SETTINGS index_granularity = 256 AS SELECT * FROM rollup',
    [
      'CREATE OR REPLACE TABLE `ledger`.`rollup_local` (hour DateTime) ENGINE = MergeTree ORDER BY hour SETTINGS index_granularity = 256\nAS SELECT * FROM `ledger`.`rollup_local`',
      "CREATE OR REPLACE TABLE `ledger`.`rollup` AS `ledger`.`rollup_local`\nENGINE = Distributed('main', 'ledger', 'rollup_local', cityHash64(hour))",
    ],
  ],
  ['TRUNCATE TABLE spans', ['TRUNCATE TABLE `ledger`.`spans_local`']],
])('%s: on all nodes the table that holds rows, and the one that is asked where it has other columns', (sql, told) => {
  expect(clusterStatement(sql, alone)).toEqual({ onAllNodes: told });
}); // prettier-ignore

test('with Keeper tables are replicated, and one node is told for all', () => {
  const sql =
    'CREATE TABLE IF NOT EXISTS budgets (id String, version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY id';
  expect(clusterStatement(sql, kept)).toEqual({
    onAllNodes: [
      'CREATE TABLE IF NOT EXISTS `ledger`.`budgets_local` ON CLUSTER `main` (id String, version UInt64) ENGINE = ReplicatedReplacingMergeTree(version) ORDER BY id',
      "CREATE TABLE IF NOT EXISTS `ledger`.`budgets` ON CLUSTER `main` AS `ledger`.`budgets_local`\nENGINE = Distributed('main', 'ledger', 'budgets_local', 0)",
    ],
  });
});

test('with Keeper a table is made anew only where it has no rows', () => {
  const sql = 'CREATE OR REPLACE TABLE rollup (hour DateTime) ENGINE = MergeTree ORDER BY hour AS SELECT * FROM rollup';
  expect(clusterStatement(sql, kept)).toEqual({
    onAllNodes: [
      'CREATE OR REPLACE TABLE `ledger`.`rollup_local` ON CLUSTER `main` (hour DateTime) ENGINE = ReplicatedMergeTree ORDER BY hour',
      "CREATE OR REPLACE TABLE `ledger`.`rollup` ON CLUSTER `main` AS `ledger`.`rollup_local`\nENGINE = Distributed('main', 'ledger', 'rollup_local', cityHash64(hour))",
    ],
    unlessItHasRows: 'rollup',
  });
});

test('rows go in by the plain name, and a statement that is not known is refused rather than guessed at', () => {
  const insert = 'INSERT INTO rollup (hour) SELECT hour FROM settled';
  expect(clusterStatement(insert, alone)).toEqual({ asItIs: insert });
  expect(() => clusterStatement('OPTIMIZE TABLE reports FINAL', alone)).toThrow(
    'a cluster cannot be told this statement: OPTIMIZE',
  );
});

test('every migration can be told to a cluster, in words that ClickHouse understands', async () => {
  const folder = join(import.meta.dirname, 'migrations');
  const told = readdirSync(folder).flatMap((file) => {
    const statement = clusterStatement(readFileSync(join(folder, file), 'utf8'), kept);
    return 'asItIs' in statement ? [statement.asItIs] : statement.onAllNodes;
  });
  for (const text of told) {
    const [row] = await store.query<{ text: string }>('SELECT formatQuery({text:String}) AS text', { text });
    expect(row?.text).toBeTruthy();
    // Nothing changes a table that rows do not lie in, and no table that rows lie in is left to one replica.
    if (/^(ALTER|DELETE|TRUNCATE)/.test(text)) expect(text).toMatch(/_local` ON CLUSTER/);
    if (/\bENGINE = \w*MergeTree/.test(text)) expect(text).toMatch(/\bENGINE = Replicated/);
  }
});

test('what ClickHouse knows of its tables is asked of all shards, under the names that everybody knows', () => {
  expect(clusterQuestion('SELECT count() FROM reports', alone)).toBe('SELECT count() FROM reports');
  expect(clusterQuestion("SELECT sum(rows) FROM system.parts\nWHERE table = 'spans'", alone)).toBe(
    "SELECT sum(rows) FROM (SELECT * REPLACE (replaceRegexpOne(raw.table, '_local$', '') AS table) FROM cluster('main', system.parts) AS raw WHERE endsWith(raw.table, '_local')) AS parts\nWHERE table = 'spans'",
  );
});
