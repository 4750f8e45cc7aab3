// The spool's files: records are appended, fsynced and read back in order. A record is a length, a CRC-32 and that many bytes.
// A file ("segment") is closed at a few megabytes and goes as a whole once what is in it is in the store. Knows nothing of what
// a record says. A record that was cut off by a kill has no right checksum: it was acknowledged to nobody, and is left out.
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Waiting } from '../contract.ts';
import { StoreError } from '../store/store.ts';

const HEAD = 12;
/** Of the records as they lie in the file; a segment is replayed in one go, so this bounds the memory of a replay. */
const SEGMENT_BYTES = 2 * 1024 * 1024;
const SEGMENT_ROWS = 4_000;
const NAME = /^(\d{13})-\d{6}\.spool$/;

export interface Segment {
  name: string;
  records: Uint8Array[];
  /** Bytes at the end that are no whole record. */
  cut: number;
}

export interface Segments {
  /** Resolves when the record is on the disk. Throws StoreError: `overloaded` at the bound, `unavailable` when it cannot write. */
  add(record: Uint8Array, rows: number): Promise<void>;
  /** The oldest segment, closed: nothing is added to it any more. null when there is none. */
  oldest(): Promise<Segment | null>;
  /** Its records are in the store. What could not be read of it stays beside, for a person to look at. */
  remove(segment: Pick<Segment, 'name' | 'cut'>): Promise<void>;
  waiting(): Waiting | null;
  /** Resolves when what was being added is on the disk. */
  close(): Promise<void>;
}

interface Adding {
  record: Uint8Array;
  rows: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Opens the folder, making it where it is missing; what an earlier process left there is waiting. */
export async function openSegments(options: {
  dir: string;
  mostBytes: number;
  now?: () => number;
  segmentBytes?: number;
}): Promise<Segments> {
  const { dir, mostBytes, now = Date.now, segmentBytes = SEGMENT_BYTES } = options;
  await mkdir(dir, { recursive: true });
  const held = new Map<string, { rows: number; bytes: number }>();
  for (const name of (await readdir(dir)).filter((each) => NAME.test(each)).toSorted()) {
    const { records, sizes, cut } = parse(await readFile(join(dir, name)));
    if (records.length === 0) await discard(dir, name, cut);
    else held.set(name, { rows: sizes.rows, bytes: sizes.bytes });
  }
  let active: { name: string; file: FileHandle; bytes: number } | null = null;
  let numbered = 0;
  let adding: Adding[] = [];
  let addingBytes = 0;
  // One thing at a time happens to the files: an append with its fsync, or the closing of the segment.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  const bytesHeld = (): number => [...held.values()].reduce((sum, { bytes }) => sum + bytes, addingBytes);

  async function openNext(): Promise<{ name: string; file: FileHandle; bytes: number }> {
    const taken = [...held.keys()].at(-1)?.slice(0, 13) ?? '0';
    const at = String(Math.max(now(), Number(taken))).padStart(13, '0');
    let name: string;
    do name = `${at}-${String(++numbered).padStart(6, '0')}.spool`;
    while (held.has(name) || name < ([...held.keys()].at(-1) ?? ''));
    const file = await open(join(dir, name), 'ax');
    const folder = await open(dir, 'r');
    await folder.sync().finally(() => folder.close()); // the file's name has to survive, too
    return { name, file, bytes: 0 };
  }

  async function closeActive(): Promise<void> {
    const closing = active;
    active = null;
    await closing?.file.close();
  }

  /** Writes all that came since the last time with one fsync. */
  async function writeAdded(): Promise<void> {
    const batch = adding;
    if (batch.length === 0) return;
    adding = [];
    const bytes = batch.reduce((sum, { record }) => sum + HEAD + record.length, 0);
    try {
      active ??= await openNext();
      const { name, file } = active;
      await file.appendFile(Buffer.concat(batch.flatMap(({ record, rows }) => [headOf(record, rows), record])));
      await file.datasync();
      const before = held.get(name) ?? { rows: 0, bytes: 0 };
      const rows = batch.reduce((sum, each) => sum + each.rows, before.rows);
      held.set(name, { rows, bytes: before.bytes + bytes });
      active.bytes += bytes;
      if (active.bytes >= segmentBytes || rows >= SEGMENT_ROWS) await closeActive();
      for (const each of batch) each.resolve();
    } catch (error) {
      // What part of it was written is unknown: nothing more goes behind it.
      await closeActive().catch(() => {});
      const failed = new StoreError('unavailable', `the spool ${dir} cannot be written`, error);
      for (const each of batch) each.reject(failed);
    } finally {
      addingBytes -= bytes;
    }
  }

  return {
    add(record, rows) {
      const bytes = HEAD + record.length;
      if (bytesHeld() + bytes > mostBytes) {
        return Promise.reject(new StoreError('overloaded', 'the store does not answer, and the spool is full'));
      }
      addingBytes += bytes;
      return new Promise((resolve, reject) => {
        adding.push({ record, rows, resolve, reject });
        void inTurn(writeAdded);
      });
    },
    oldest: () =>
      inTurn(async () => {
        const [name] = held.keys();
        if (name === undefined) return null;
        if (active?.name === name) await closeActive();
        const { records, cut } = parse(await readFile(join(dir, name)));
        return { name, records, cut };
      }),
    remove: ({ name, cut }) =>
      inTurn(async () => {
        await discard(dir, name, cut);
        held.delete(name);
      }),
    waiting() {
      const [oldest] = held.keys();
      if (oldest === undefined) return null;
      const all = [...held.values()];
      return {
        rows: all.reduce((sum, { rows }) => sum + rows, 0),
        bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
        since: new Date(Number(oldest.slice(0, 13))).toISOString(),
      };
    },
    close: () => inTurn(closeActive),
  };
}

const discard = (dir: string, name: string, cut: number): Promise<void> =>
  cut > 0 ? rename(join(dir, name), join(dir, `${name}.cut`)) : rm(join(dir, name), { force: true });

function headOf(record: Uint8Array, rows: number): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(record.length, 0);
  head.writeUInt32LE(rows, 4);
  head.writeUInt32LE(crc32(record, crc32(head.subarray(0, 8))), 8);
  return head;
}

/** The whole records from the beginning; what is behind the first that is not whole is cut. */
function parse(file: Buffer): { records: Uint8Array[]; cut: number; sizes: { rows: number; bytes: number } } {
  const records: Uint8Array[] = [];
  let at = 0;
  let rows = 0;
  while (at + HEAD <= file.length) {
    const end = at + HEAD + file.readUInt32LE(at);
    if (end > file.length) break;
    const record = file.subarray(at + HEAD, end);
    if (crc32(record, crc32(file.subarray(at, at + 8))) !== file.readUInt32LE(at + 8)) break;
    rows += file.readUInt32LE(at + 4);
    records.push(record);
    at = end;
  }
  return { records, cut: file.length - at, sizes: { rows, bytes: at } };
}
