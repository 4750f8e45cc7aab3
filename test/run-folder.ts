// Before and after a run of the tests: the folder of all that it writes, which is the temporary folder of everything it starts. In
// memory where there is room for it: thousands of small tables are made and thrown away, which costs a disk's file system more than
// what is tested. Beside it one on the disk, for tests that are about that (`onDisk`).
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DISK_FOLDER, RUN_FOLDER } from '../collector/src/store/run-folders.ts';

const MEMORY = '/dev/shm';
/** Several times what a whole run ever has there at once. */
const ROOM_BYTES = 6e9;

/** Once a run, for all of its projects. */
export default function setup(): (() => void) | undefined {
  if (process.env[RUN_FOLDER] !== undefined) return undefined;
  const folder = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'spanledger-run-'));
  const disk = mkdtempSync(join(tmpdir(), 'spanledger-disk-'));
  process.env[RUN_FOLDER] = folder;
  process.env[DISK_FOLDER] = disk;
  process.env['TMPDIR'] = folder;
  return () => {
    for (const each of [folder, disk]) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
  };
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}
