import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTemporaryStore } from './fakes.ts';
import type { Store } from './store.ts';
import { applyTableSettings } from './table-settings.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

/** What a start changes, and has. */
async function start(fsync: boolean): Promise<{ altered: string[]; engines: Map<string, string> }> {
  const altered: string[] = [];
  const heard: Store = {
    ...store,
    command: (sql, parameters) => {
      altered.push(/^ALTER TABLE (\w+)/.exec(sql)?.[1] ?? sql);
      return store.command(sql, parameters);
    },
  };
  await applyTableSettings(heard, { fsync });
  const rows = await store.query<{ name: string; engine: string }>(
    'SELECT name, engine_full AS engine FROM system.tables WHERE database = currentDatabase()',
  );
  return { altered, engines: new Map(rows.map(({ name, engine }) => [name, engine])) };
}

test('a start sets what is asked of tables, the next finds it so, and fsync alone can be changed', async () => {
  const first = await start(false);
  expect(first.altered).toEqual(expect.arrayContaining(['rollup', 'rollup_by_days', 'rollup_scopes']));
  expect(first.altered).not.toContain('budgets');
  expect(first.engines.get('rollup_days')).toContain('min_age_to_force_merge_seconds = 600');
  expect(first.engines.get('reports')).not.toContain('min_age_to_force_merge_seconds');

  expect((await start(false)).altered).toEqual([]);

  const synced = await start(true);
  expect(synced.altered.toSorted()).toEqual(['batch_submits', 'dirty_hours', 'reports', 'spans']);
  expect(synced.engines.get('reports')).toContain('fsync_after_insert = 1');
  expect((await start(false)).engines.get('reports')).toContain('fsync_after_insert = 0');
});
