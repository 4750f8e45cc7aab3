// The ingest keys in force: held in memory, so that a request is judged without a question to the store. A key is 32 random
// bytes, so one round of SHA-256 is enough to keep it: nobody can try them all.
import { createHash, randomBytes } from 'node:crypto';
import type { IngestKey } from '../contract/keys.ts';
import type { Clock, Log } from '../ports.ts';
import type { KeyRepository, StoredKey } from './repository.ts';

const KEY_PREFIX = 'slk_';
/** How often at most the time of the last use is written. */
const WRITTEN_EVERY_MS = 60_000;

export interface IngestKeys {
  list(): IngestKey[];
  /** The only answer with the key itself. */
  create(name: string): Promise<IngestKey>;
  /** False when there is no such key. From the call on it is refused, also while the store still writes. */
  delete(id: string): Promise<boolean>;
  /** Whether this is a key in force; then it counts as used now. Never throws. */
  accepts(key: string): boolean;
  /** Takes up what another collector of the ledger changed. Throws StoreError. */
  refresh(): Promise<void>;
}

export async function openKeys({
  repository,
  clock,
  log,
}: {
  repository: KeyRepository;
  clock: Clock;
  log: Log;
}): Promise<IngestKeys> {
  const read = async () => new Map((await repository.list()).map((key) => [key.hash, key]));
  let byHash = await read();
  /** Changes made here since the start: what was read before one of them is not taken up. */
  let changes = 0;
  const now = (): string => new Date(clock.now()).toISOString();

  const noteUse = (key: StoredKey): void => {
    if (key.lastUsedAt !== null && clock.now() - Date.parse(key.lastUsedAt) < WRITTEN_EVERY_MS) return;
    key.lastUsedAt = now();
    repository.save(key).catch((error: unknown) => log.warn('the last use of a key was not written', { error }));
  };

  return {
    list: () => [...byHash.values()].map((key) => shown(key)),
    async create(name) {
      const key = KEY_PREFIX + randomBytes(32).toString('base64url');
      const stored: StoredKey = {
        id: `key_${randomBytes(12).toString('hex')}`,
        name,
        hint: key.slice(-4),
        hash: hashOf(key),
        createdAt: now(),
        lastUsedAt: null,
      };
      await repository.save(stored);
      changes++;
      byHash.set(stored.hash, stored);
      return shown(stored, key);
    },
    async delete(id) {
      const stored = [...byHash.values()].find((key) => key.id === id);
      if (stored === undefined) return false;
      byHash.delete(stored.hash);
      changes++;
      try {
        await repository.delete(id);
      } catch (error) {
        byHash.set(stored.hash, stored);
        throw error;
      }
      changes++;
      return true;
    },
    async refresh() {
      const before = changes;
      const fresh = await read();
      if (changes === before) byHash = fresh;
    },
    accepts(key) {
      const stored = key.startsWith(KEY_PREFIX) ? byHash.get(hashOf(key)) : undefined;
      if (stored === undefined) return false;
      noteUse(stored);
      return true;
    },
  };
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
const shown = ({ id, name, hint, createdAt, lastUsedAt }: StoredKey, key: string | null = null): IngestKey => ({
  id,
  name,
  key,
  hint,
  createdAt,
  lastUsedAt,
});
