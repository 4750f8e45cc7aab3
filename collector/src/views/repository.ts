// Saved views in the store. The latest version of a row counts.
import type { View } from '../contract/views.ts';
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { Store } from '../store/store.ts';

export interface ViewRepository {
  /** By name. */
  list(): Promise<View[]>;
  save(view: View): Promise<void>;
  /** False when there is no such view. */
  delete(id: string): Promise<boolean>;
}

export function createViewRepository(store: Store): ViewRepository {
  const insert = createVersionedInsert(store, 'views');
  const list = async (): Promise<View[]> => {
    const rows = await store.query<Omit<View, 'createdAt'> & { createdAtMs: number }>(
      `SELECT id, name, path, search, toUnixTimestamp64Milli(created_at) AS createdAtMs
FROM views FINAL
WHERE deleted = 0
ORDER BY name, created_at, id`,
    );
    return rows.map(({ createdAtMs, ...row }) => ({ ...row, createdAt: toInstant(createdAtMs) }));
  };
  return {
    list,
    save: ({ createdAt, ...row }) => insert([{ ...row, created_at: toDateTime(createdAt) }]),
    async delete(id) {
      if (!(await list()).some((view) => view.id === id)) return false;
      await insert([{ id, deleted: 1 }]);
      return true;
    },
  };
}
