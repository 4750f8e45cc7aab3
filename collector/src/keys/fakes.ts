// For tests: keys kept in memory.
import type { KeyRepository, StoredKey } from './repository.ts';

export function createMemoryKeys(): KeyRepository {
  const kept = new Map<string, StoredKey>();
  return {
    list: async () => [...kept.values()].map((key) => ({ ...key })),
    save: async (key) => void kept.set(key.id, { ...key }),
    delete: async (id) => void kept.delete(id),
  };
}
