// For tests: an empty ledger, made once a run by whoever needs one first, of which everybody takes a copy. Sixty tables take
// longer to make than to copy, and hardly a test is about their making.
import { execFile } from 'node:child_process';
import { access, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LOOK_MS = 50;

/** Names the folder of a run of the tests, which is there from its beginning to its end; it may be in memory. */
export const RUN_FOLDER = 'SPANLEDGER_TEST_RUN';
/** Names another that is on a disk. */
export const DISK_FOLDER = 'SPANLEDGER_TEST_DISK';
/** Where tests write that are about what outlives a kill, or about the pace of a disk. */
export const onDisk = (): string => process.env[DISK_FOLDER] ?? tmpdir();

/** Puts an empty ledger of this version into a data directory, and answers it; outside a run it stays as it is. */
export async function placeEmptyLedger(dataDir: string): Promise<string> {
  const folder = process.env[RUN_FOLDER];
  if (folder === undefined) return dataDir;
  const made = await onceARun(folder, 'empty-ledger', (destination) =>
    run(process.execPath, [join(import.meta.dirname, 'prepared-ledger-child.ts'), destination]),
  );
  // Links between its folders are relative, and stay as they are.
  await cp(made, dataDir, { recursive: true, verbatimSymlinks: true });
  return dataDir;
}

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
