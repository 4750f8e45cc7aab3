// Ingest keys in the store. The latest version of a row counts.
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { Store } from '../store/store.ts';

export interface StoredKey {
  id: string;
  name: string;
  hint: string;
  /** SHA-256 of the key, hex. */
  hash: string;
  /** ISO 8601. */
  createdAt: string;
  lastUsedAt: string | null;
}

export interface KeyRepository {
  /** In the order they were made. */
  list(): Promise<StoredKey[]>;
  /** Adds a key or replaces the one of the same id. */
  save(key: StoredKey): Promise<void>;
  delete(id: string): Promise<void>;
}

interface KeyRow extends Omit<StoredKey, 'createdAt' | 'lastUsedAt'> {
  createdAtMs: number;
  lastUsedAtMs: number | null;
}

export function createKeyRepository(store: Store): KeyRepository {
  const insert = createVersionedInsert(store, 'ingest_keys');
  return {
    async list() {
      const rows = await store.query<KeyRow>(
        `SELECT id, name, hint, hash, toUnixTimestamp64Milli(created_at) AS createdAtMs,
  toUnixTimestamp64Milli(last_used_at) AS lastUsedAtMs
FROM ingest_keys FINAL
WHERE deleted = 0
ORDER BY created_at, id`,
      );
      return rows.map(({ createdAtMs, lastUsedAtMs, ...row }) => ({
        ...row,
        createdAt: toInstant(createdAtMs),
        lastUsedAt: lastUsedAtMs === null ? null : toInstant(lastUsedAtMs),
      }));
    },
    save: ({ createdAt, lastUsedAt, ...row }) =>
      insert([
        {
          ...row,
          created_at: toDateTime(createdAt),
          last_used_at: lastUsedAt === null ? null : toDateTime(lastUsedAt),
        },
      ]),
    // The hash goes with the key: the row that says deleted carries none.
    delete: (id) => insert([{ id, deleted: 1 }]),
  };
}
