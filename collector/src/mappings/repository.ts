// Mappings in the store. The latest version of a row counts.
import type { Mapping } from '../contract/mappings.ts';
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { Store } from '../store/store.ts';

export interface MappingRepository {
  /** In the order in which they are asked. */
  list(): Promise<Mapping[]>;
  /** Adds mappings or replaces those of the same id; `from` is the position of the first. All or none. */
  save(mappings: readonly Mapping[], from: number): Promise<void>;
  delete(id: string): Promise<void>;
}

export function createMappingRepository(store: Store): MappingRepository {
  const insert = createVersionedInsert(store, 'mappings');
  return {
    async list() {
      const rows = await store.query<Omit<Mapping, 'createdAt'> & { createdAtMs: number }>(
        `SELECT id, dimension, attribute, services, toUnixTimestamp64Milli(created_at) AS createdAtMs
FROM mappings FINAL
WHERE deleted = 0
ORDER BY position, created_at, id`,
      );
      return rows.map(({ createdAtMs, ...row }) => ({ ...row, createdAt: toInstant(createdAtMs) }));
    },
    save: (mappings, from) =>
      insert(
        mappings.map(({ createdAt, ...row }, index) => ({
          ...row,
          position: from + index,
          created_at: toDateTime(createdAt),
        })),
      ),
    delete: (id) => insert([{ id, deleted: 1 }]),
  };
}
