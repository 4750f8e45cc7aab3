// The prices file: read at the start, read again when it changes. Knows nothing of what is in it.
import { readFile } from 'node:fs/promises';
import { unwatchFile, watchFile } from 'node:fs';

/** By looking at the file every so often: that also sees a file that was replaced, a mounted one and a symbolic link. */
const LOOK_EVERY_MS = 1000;

/** The text of the file, or why it cannot be read. */
export async function readPriceFile(path: string): Promise<{ text: string } | { problem: string }> {
  try {
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'this user may not read it',
      EISDIR: 'it is a folder',
    };
    return { problem: `cannot be read: ${reasons[code ?? ''] ?? code ?? 'unknown reason'}` };
  }
}

/** Calls `onChange` after each change of the file; the answer ends the watch, which never keeps the process alive. */
export function watchPriceFile(path: string, onChange: () => void): () => void {
  const listener = (): void => onChange();
  watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, listener);
  return () => unwatchFile(path, listener);
}
