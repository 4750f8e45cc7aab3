// Many requests, one insert: on a store that is made up, so that each moment of an insert can be held.
import { expect, test } from 'vitest';
import { createGroupCommit, type NamedRows, type Table } from './group-commit.ts';
import { StoreError, type Store, type TableRows } from './store.ts';

type Insert = TableRows & { done(): void; fail(error: unknown): void };

/** Every insert waits until the test ends it; `taken` waits for the next one that begins. */
function heldStore() {
  const begun: Insert[] = [];
  const marked: number[][] = [];
  let wake = (): void => {};
  const never = async (): Promise<never> => {
    throw new Error('not asked for');
  };
  const store: Store = {
    storage: 'embedded',
    query: never,
    insert: never,
    native: never,
    command: never,
    close: async () => {},
    insertLines: (rows) =>
      new Promise<void>((done, fail) => {
        begun.push({ ...rows, done, fail });
        wake();
      }),
  };
  return {
    store,
    marked,
    begun,
    dirtyHours: { mark: async (instants: Iterable<number>) => void marked.push([...instants]) },
    async taken(): Promise<Insert> {
      if (begun.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return begun.shift() as Insert;
    },
  };
}

const rows = (table: Table, ...lines: string[]): NamedRows => ({
  table,
  columns: ['id'],
  lines,
  nameOf: (index) => `row ${lines[index]}`,
});
const down = new StoreError('unavailable', 'down');

test('what comes while an insert runs shares the next one, and each request is answered when its own is durable', async () => {
  const { store, dirtyHours, marked, taken } = heldStore();
  const commit = createGroupCommit({ store, dirtyHours, limits: { ms: 0 } });
  const answered: string[] = [];
  const write = (id: string, at: number) =>
    commit.write([rows('reports', id)], [at]).then((poisoned) => answered.push(`${id} ${poisoned.length}`));
  const first = write('a', 1);
  const insert = await taken();
  const others = [write('b', 2), write('c', 3)];
  expect(insert.lines).toEqual(['a']);
  expect(answered).toEqual([]);
  insert.done();
  await first;
  expect(answered).toEqual(['a 0']);
  const next = await taken();
  expect(next.lines).toEqual(['b', 'c']);
  next.done();
  await Promise.all(others);
  expect(marked).toEqual([[1], [2, 3]]);
  expect(commit.pending()).toEqual({ rows: 0, bytes: 0 });
});

test('spans are written before the calls in them, whatever request brought them', async () => {
  const { store, dirtyHours, taken } = heldStore();
  const commit = createGroupCommit({ store, dirtyHours });
  const done = [
    commit.write([rows('reports', 'r')], [1]),
    commit.write([rows('spans', 's'), rows('reports', 'q')], [2]),
  ];
  const spans = await taken();
  expect([spans.table, spans.lines]).toEqual(['spans', ['s']]);
  spans.done();
  const reports = await taken();
  expect([reports.table, reports.lines]).toEqual(['reports', ['r', 'q']]);
  reports.done();
  await Promise.all(done);
});

test('an insert takes no more rows than asked for, but one request is never cut', async () => {
  const { store, dirtyHours, taken } = heldStore();
  const commit = createGroupCommit({ store, dirtyHours, limits: { rows: 3 } });
  const done = [['a', 'b'], ['c', 'd'], ['e', 'f', 'g', 'h'], ['i']].map((ids) =>
    commit.write([rows('reports', ...ids)], []),
  );
  for (const expected of [['a', 'b'], ['c', 'd'], ['e', 'f', 'g', 'h'], ['i']]) {
    const insert = await taken();
    expect(insert.lines).toEqual(expected);
    insert.done();
  }
  await Promise.all(done);
});

test('what is beyond the bound is refused at once, and there is room again when an insert has ended', async () => {
  const { store, dirtyHours, taken } = heldStore();
  const commit = createGroupCommit({ store, dirtyHours, limits: { ms: 0, mostPendingBytes: 20 } });
  const first = commit.write([rows('reports', 'x'.repeat(20))], []);
  await expect(commit.write([rows('reports', 'y')], [])).rejects.toMatchObject({ code: 'overloaded' });
  (await taken()).done();
  await first;
  const second = commit.write([rows('reports', 'z')], []);
  (await taken()).done();
  expect(await second).toEqual([]);
});

test('when the store does not answer, what waits behind is told so too instead of waiting for the same', async () => {
  const { store, dirtyHours, marked, taken } = heldStore();
  const commit = createGroupCommit({ store, dirtyHours });
  const first = commit.write([rows('reports', 'a')], [1]);
  const insert = await taken();
  const second = commit.write([rows('reports', 'b')], [2]);
  insert.fail(down);
  await expect(first).rejects.toBe(down);
  await expect(second).rejects.toBe(down);
  expect(marked).toEqual([]);
});

test('a refusal that is no fault of a row sets nothing apart', async () => {
  const { store, dirtyHours, taken } = heldStore();
  const commit = createGroupCommit({ store, dirtyHours });
  const gone = new StoreError('rejected', 'refused', new Error('Table reports does not exist'));
  const first = commit.write([rows('reports', 'a', 'b')], []);
  const failed = expect(first).rejects.toBe(gone);
  for (let insert = 0; insert < 3; insert++) (await taken()).fail(gone);
  await failed;
});

test('a stop waits for what has gathered, and does not let it gather longer', async () => {
  const { store, dirtyHours, taken } = heldStore();
  const commit = createGroupCommit({ store, dirtyHours, limits: { ms: 60_000 } });
  const first = commit.write([rows('reports', 'a')], []);
  (await taken()).done();
  await first;
  const second = commit.write([rows('reports', 'b')], []);
  const stopped = commit.flushed();
  (await taken()).done();
  await Promise.all([second, stopped]);
});
