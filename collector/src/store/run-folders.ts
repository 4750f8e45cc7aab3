// For tests: the folders of a run, which its setup makes and names (test/run-folder.ts), and what is made in them once.
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 50;

/** Names the folder of a run of the tests, which is there from its beginning to its end; it may be in memory. */
export const RUN_FOLDER = 'SPANLEDGER_TEST_RUN';
/** Names another that is on a disk. */
export const DISK_FOLDER = 'SPANLEDGER_TEST_DISK';
/** Where tests write that are about what outlives a kill, or about the pace of a disk. */
export const onDisk = (): string => process.env[DISK_FOLDER] ?? tmpdir();

/** The folder of this name in that of the run, filled by whoever asks first; the others wait for it, and fail when it did. */
export async function onceARun(
  folder: string,
  name: string,
  fill: (destination: string) => Promise<unknown>,
): Promise<string> {
  const destination = join(folder, name);
  const [done, failed] = [`${destination}.done`, `${destination}.failed`];
  try {
    await mkdir(destination);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    while (!(await exists(done))) {
      if (await exists(failed)) throw new Error(await readFile(failed, 'utf8'), { cause: error });
      await wait(LOOK_MS);
    }
    return destination;
  }
  try {
    await fill(destination);
    await writeFile(done, '');
    return destination;
  } catch (error) {
    await writeFile(failed, String(error));
    throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
