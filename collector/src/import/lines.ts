// Files -> the JSON objects of their lines, one at a time, so that a file of any size takes little memory. A folder stands for
// every .jsonl file under it.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Line {
  /** `file:line`, as editors jump to it. */
  at: string;
  /** The line's object; or why it is none. */
  content: { object: Record<string, unknown> } | { problem: string };
}

/** In the order given, the files of a folder by name. Throws what the file system says. */
export async function filesOf(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      if (!(await stat(path)).isDirectory()) return [path];
      const names = await readdir(path, { recursive: true });
      return names
        .filter((name) => name.endsWith('.jsonl'))
        .toSorted()
        .map((name) => join(path, name));
    }),
  );
  return [...new Set(found.flat())];
}

export async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++;
    if (text.trim() !== '') yield { at: `${file}:${number}`, content: parse(text) };
  }
}

function parse(text: string): Line['content'] {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { object: value } : { problem: 'is no JSON object' };
  } catch {
    return { problem: 'is no JSON' };
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
