// For tests: an empty ledger, made once a run by whoever needs one first, of which everybody takes a copy. Sixty tables take
// longer to make than to copy, and hardly a test is about their making.
import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onceARun, RUN_FOLDER } from './run-folders.ts';

const run = promisify(execFile);

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
