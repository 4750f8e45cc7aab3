// The tree of a trace: every span has a place, whatever its emitter said of its parents, and each sum is exact.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, inJson, nothing, placesOf, rollUp, sumOf, type Spent } from './trace-tree.ts';

const span = (spanId: string, parentSpanId: string | null = null, startMicros = 0) => ({
  spanId,
  parentSpanId,
  startMicros,
});
const shape = (...spans: ReturnType<typeof span>[]) =>
  placesOf(spans).map(({ parent, orphan, depth }, index) => [
    spans[index]!.spanId,
    parent === null ? null : spans[parent]!.spanId,
    orphan,
    depth,
  ]);

test('children find their parents in whatever order they came, under several roots', () => {
  expect(shape(span('c', 'b'), span('b', 'a'), span('a'), span('d', 'a'), span('z'))).toEqual([
    ['c', 'b', false, 2],
    ['b', 'a', false, 1],
    ['a', null, false, 0],
    ['d', 'a', false, 1],
    ['z', null, false, 0],
  ]);
});

test('a span whose parent never came is an orphan at the top, with its own children beneath it', () => {
  expect(shape(span('a', 'gone'), span('b', 'a'))).toEqual([
    ['a', null, true, 0],
    ['b', 'a', false, 1],
  ]);
});

test('parents that go round in a circle are cut above the one that began first, wherever the reading begins', () => {
  const expected = { a: [null, true, 0], b: ['a', false, 1], c: ['b', false, 2], tail: ['c', false, 3] };
  const spans = [span('a', 'c', 1), span('b', 'a', 2), span('c', 'b', 3), span('tail', 'c', 4)];
  for (const order of [spans, spans.toReversed(), [spans[3]!, spans[1]!, spans[0]!, spans[2]!]])
    expect(Object.fromEntries(shape(...order).map(([id, ...rest]) => [id, rest]))).toEqual(expected);
  expect(shape(span('self', 'self'))).toEqual([['self', null, true, 0]]);
});

const spent = (costUsd: string | null, inputTokens: number | null = 10, outputTokens: number | null = 1): Spent => ({
  costUsd,
  usage: {
    inputTokens,
    cacheWrite5mTokens: inputTokens === null ? null : 2,
    cacheWrite1hTokens: inputTokens === null ? null : 3,
    cacheReadTokens: inputTokens === null ? null : 4,
    outputTokens,
  },
});

test('a span has the sum of its own calls and of all beneath it, to the pico-dollar', () => {
  const spans = [span('root'), span('left', 'root'), span('right', 'root'), span('leaf', 'left')];
  const own = new Map([
    [2, sumOf(spent('0.000000000001'))],
    [3, sumOf(spent('123456789.000000000002'))],
  ]);
  const sums = rollUp(placesOf(spans), own).map(inJson);
  expect(sums.map(({ calls, costUsd }) => [calls, costUsd])).toEqual([
    [2, '123456789.000000000003'],
    [1, '123456789.000000000002'],
    [1, '0.000000000001'],
    [1, '123456789.000000000002'],
  ]);
  expect(sums[0]).toEqual({
    calls: 2,
    unpricedCalls: 0,
    callsWithoutUsage: 0,
    costUsd: '123456789.000000000003',
    inputTokens: 20,
    cacheWriteTokens: 10,
    cacheReadTokens: 8,
    outputTokens: 2,
  });
});

test('where no call is, nothing was spent; where no call has a price, the cost is unknown; else what is known is summed', () => {
  expect(inJson(nothing()).costUsd).toBe('0.000000000000');
  const unknown = sumOf(spent(null, null, null));
  expect(inJson(unknown)).toMatchObject({ calls: 1, unpricedCalls: 1, callsWithoutUsage: 1, costUsd: null });
  add(unknown, sumOf(spent('0.5')));
  expect(inJson(unknown)).toMatchObject({ calls: 2, unpricedCalls: 1, costUsd: '0.500000000000' });
});

test('whatever the parents are, every span has one place and the sums of the tops are the sum of all', () => {
  const forest = fc.array(fc.option(fc.nat(30), { nil: null }), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(forest, (parents) => {
      const spans = parents.map((parent, index) =>
        span(String(index), parent === null ? null : String(parent), index % 3),
      );
      const places = placesOf(spans);
      for (const [index, { parent, depth, orphan }] of places.entries()) {
        expect(depth).toBe(parent === null ? 0 : places[parent]!.depth + 1);
        expect(orphan).toBe(parent === null && parents[index] !== null);
      }
      const sums = rollUp(places, new Map(spans.map((_, index) => [index, sumOf(spent('0.000000000001'))])));
      const tops = sums.filter((_, index) => places[index]!.parent === null);
      expect(tops.reduce((pico, sum) => pico + sum.pico, 0n)).toBe(BigInt(spans.length));
    }),
  );
});

test('a chain of 50,000 spans is as good as any', () => {
  const spans = Array.from({ length: 50_000 }, (_, index) =>
    span(String(index), index === 0 ? null : String(index - 1)),
  );
  const places = placesOf(spans);
  expect(places.at(-1)).toEqual({ parent: 49_998, orphan: false, depth: 49_999 });
  expect(rollUp(places, new Map([[49_999, sumOf(spent('1'))]]))[0]).toMatchObject({ calls: 1 });
});
