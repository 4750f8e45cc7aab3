// One process a spool: two would replay, and remove, each other's files. The embedded engine locks its folder itself; here it is
// the lock that SQLite takes on a file, since Node has none of its own: the system's, so it is gone with the process however that
// ends, and nobody has to guess whether a file that was left behind still means something.
import { join } from 'node:path';
import { StoreError } from '../store/store.ts';

const BUSY = 5;

/** Resolves when no other process has the folder, until this one ends. Throws StoreError `locked` or `unwritable`. */
export async function lockSpool(dir: string, dataDir: string): Promise<void> {
  // Loaded here only: Node 22 says at the import that it is experimental.
  const { DatabaseSync } = await import('node:sqlite');
  try {
    const file = new DatabaseSync(join(dir, 'lock'), { timeout: 0 });
    file.exec('BEGIN EXCLUSIVE');
    held.push(file);
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY)
      throw new StoreError('locked', `the data directory ${dataDir} is in use by another Spanledger process`, error);
    throw new StoreError(
      'unwritable',
      `the data directory ${dataDir} cannot be written: ${(error as Error).message}`,
      error,
    );
  }
}

/** What is not referred to any more is closed, and then is no lock. */
const held: unknown[] = [];
