import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributesJson } from './fakes.ts';
import { decodeMetrics } from './otlp-metrics.ts';
import { OtlpError } from './otlp.ts';

const AT = '1795263061838000999';
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const bodyOf = (...metrics: unknown[]) =>
  bytes({ resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: { name: 's' }, metrics }] }] });

test('the points of a captured export of Claude Code are read from protobuf', () => {
  const { points, unread, refused } = decodeMetrics(
    readFileSync(join(import.meta.dirname, 'fixtures/claude-code-metrics.pb')),
    'protobuf',
  );
  expect([unread, refused]).toEqual([0, []]);
  expect(
    points.map(({ name, value, temporality, attributes }) => [name, value, temporality, attributes['type']]),
  ).toEqual([
    ['claude_code.session.count', 1, 'delta', undefined],
    ['claude_code.cost.usage', 0.0112177, 'delta', undefined],
    ['claude_code.token.usage', 108, 'delta', 'input'],
    ['claude_code.token.usage', 76, 'delta', 'output'],
    ['claude_code.token.usage', 22_042, 'delta', 'cacheRead'],
    ['claude_code.token.usage', 6_218, 'delta', 'cacheCreation'],
    ['claude_code.active_time.total', 0.183, 'delta', 'cli'],
  ]);
});

test('sums are read with their temporality, named or numbered; other kinds are counted', () => {
  const sum = (aggregationTemporality: unknown, point: Record<string, unknown>) => ({
    aggregationTemporality,
    isMonotonic: true,
    dataPoints: [{ timeUnixNano: AT, ...point }],
  });
  const decoded = decodeMetrics(
    bodyOf(
      { name: 'a', unit: 'tokens', sum: sum(2, { asInt: '9007199254740991', startTimeUnixNano: AT }) },
      {
        name: 'b',
        sum: sum('AGGREGATION_TEMPORALITY_DELTA', { asDouble: 0.5, attributes: attributesJson({ k: 'v' }) }),
      },
      { name: 'c', sum: sum(undefined, { asInt: 7 }) },
      { name: 'd', gauge: { dataPoints: [{}] }, summary: { dataPoints: [{}, {}] } },
    ),
    'json',
  );
  expect(decoded.points.map(({ name, value, temporality }) => [name, value, temporality])).toEqual([
    ['a', 9_007_199_254_740_991, 'cumulative'],
    ['b', 0.5, 'delta'],
    ['c', 7, 'unspecified'],
  ]);
  expect(decoded.points[0]).toMatchObject({ unit: 'tokens', monotonic: true, startMicros: 1_795_263_061_838_000 });
  expect(decoded.points[1]).toMatchObject({ attributes: { k: 'v' }, startMicros: 0, scope: 's' });
  expect([decoded.unread, decoded.refused]).toEqual([3, []]);
});

test.each([
  ['a value in words', { timeUnixNano: AT, asInt: 'many' }, /^value: must be a finite number/],
  ['no value', { timeUnixNano: AT }, /^value: must be a finite number/],
  ['no time', { asInt: 1 }, /^timeUnixNano: is missing/],
])('%s refuses that point by name, and the rest is kept', (_what, point, reason) => {
  const dataPoints = [point, { timeUnixNano: AT, asInt: 2 }];
  const { points, refused } = decodeMetrics(bodyOf({ name: 'tokens', sum: { dataPoints } }), 'json');
  expect(points.map(({ value }) => value)).toEqual([2]);
  expect(refused).toMatchObject([{ what: 'point of tokens', reason: expect.stringMatching(reason) as string }]);
});

test('whatever comes, the only thing thrown is OtlpError', () => {
  const any = fc.jsonValue({ maxDepth: 4 });
  const point = fc.record({ timeUnixNano: any, asInt: any, asDouble: any, attributes: any });
  const metric = fc.record({
    name: any,
    sum: fc.record({ dataPoints: fc.array(point, { maxLength: 2 }) }),
    gauge: any,
  });
  const tame = (body: Uint8Array, encoding: 'json' | 'protobuf') => {
    try {
      for (const { value } of decodeMetrics(body, encoding).points) expect(Number.isFinite(value)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(OtlpError);
    }
  };
  fc.assert(
    fc.property(fc.array(metric, { maxLength: 3 }), fc.uint8Array({ maxLength: 300 }), (metrics, raw) => {
      tame(bodyOf(...metrics), 'json');
      tame(raw, 'protobuf');
    }),
  );
});
