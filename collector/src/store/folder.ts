// A folder of the data directory that this process can write into, made where it is missing.
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreError } from './store.ts';

/** Answers its path. Throws StoreError `unwritable`. */
export async function writableFolder(dataDir: string, name: string): Promise<string> {
  const path = join(dataDir, name);
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (error) {
    throw new StoreError(
      'unwritable',
      `the data directory ${dataDir} cannot be written: ${(error as Error).message}`,
      error,
    );
  }
  return path;
}

/** As mkdir -p. Not Node's `recursive`, which never returns where a file system lets nobody make folders (/proc). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
