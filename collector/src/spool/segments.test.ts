// The spool's files, on a real folder.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSegments, type Segment, type Segments } from './segments.ts';
import { onDisk } from '../store/run-folders.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(onDisk(), 'spanledger-spool-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const NOW = Date.parse('2026-11-21T18:00:00Z');
const open = (more: { mostBytes?: number; segmentBytes?: number } = {}) =>
  openSegments({ dir, mostBytes: 1_000_000, now: () => NOW, ...more });
const oldestOf = async (segments: Segments): Promise<Segment> => {
  const segment = await segments.oldest();
  if (segment === null) throw new Error('the spool is empty');
  return segment;
};
const bytes = (text: string): Uint8Array => Buffer.from(text);
const texts = (records: readonly Uint8Array[] | undefined) => records?.map((record) => Buffer.from(record).toString());

test('records come back in the order in which they were added, also to the next process', async () => {
  const first = await open();
  await Promise.all(['a', 'b', 'c'].map((text) => first.add(bytes(text), 2)));
  const waiting = { rows: 6, bytes: 3 * (12 + 1), since: '2026-11-21T18:00:00.000Z' };
  expect(first.waiting()).toEqual(waiting);
  const next = await open(); // the first one was killed: nothing was closed
  expect(next.waiting()).toEqual(waiting);
  const segment = await oldestOf(next);
  expect([texts(segment.records), segment.cut]).toEqual([['a', 'b', 'c'], 0]);
  await next.remove(segment);
  expect([next.waiting(), await next.oldest(), readdirSync(dir)]).toEqual([null, null, []]);
  await first.close();
});

test('what is added after the oldest was asked for goes to another file', async () => {
  const segments = await open();
  await segments.add(bytes('a'), 1);
  const first = await oldestOf(segments);
  await segments.add(bytes('b'), 1);
  expect(texts((await segments.oldest())?.records)).toEqual(['a']);
  await segments.remove(first);
  expect(texts((await segments.oldest())?.records)).toEqual(['b']);
});

test('a file is closed when it has its bytes', async () => {
  const segments = await open({ segmentBytes: 30 });
  for (const text of ['a'.repeat(10), 'b'.repeat(10), 'c'.repeat(10)]) await segments.add(bytes(text), 1);
  expect(readdirSync(dir)).toHaveLength(2);
  await segments.close();
});

test('a record that a kill cut off is left out, and those before it are there', async () => {
  const before = await open();
  await before.add(bytes('whole'), 1);
  await before.add(bytes('half of this'), 1);
  await before.close();
  const file = join(dir, readdirSync(dir)[0] ?? '');
  writeFileSync(file, readFileSync(file).subarray(0, -4));
  const after = await open();
  expect(after.waiting()).toMatchObject({ rows: 1, bytes: 12 + 5 });
  expect(await after.oldest()).toMatchObject({ cut: 12 + 12 - 4 });
  expect(texts((await after.oldest())?.records)).toEqual(['whole']);
  appendFileSync(file, 'noise that is no record');
  expect(texts((await (await open()).oldest())?.records)).toEqual(['whole']);
});

test('a byte that is not as it was written makes a record none', async () => {
  const before = await open();
  await before.add(bytes('a call of 5 USD'), 1);
  await before.close();
  const file = join(dir, readdirSync(dir)[0] ?? '');
  writeFileSync(file, readFileSync(file).toString('latin1').replace('5', '6'), 'latin1');
  expect((await open()).waiting()).toBeNull();
  expect(readdirSync(dir)).toEqual([expect.stringMatching(/\.spool\.cut$/)]);
});

test('beyond the bound it takes nothing, and again when something has gone', async () => {
  const segments = await open({ mostBytes: 40 });
  await Promise.all([segments.add(bytes('x'.repeat(8)), 1), segments.add(bytes('y'.repeat(8)), 1)]);
  await expect(segments.add(bytes('z'), 1)).rejects.toMatchObject({ code: 'overloaded' });
  await segments.remove(await oldestOf(segments));
  await segments.add(bytes('z'), 1);
  expect(segments.waiting()).toMatchObject({ rows: 1 });
  await segments.close();
});
