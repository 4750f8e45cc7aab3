import { expect, test } from 'vitest';
import { drawDay } from './history.ts';
import { exportRequest } from './otlp.ts';

const MONDAY = Date.UTC(2026, 10, 16);
const TUESDAY = Date.UTC(2026, 10, 17);

test('tells the same day the same way, so that a second telling adds no call', () => {
  expect(drawDay(MONDAY, TUESDAY)).toEqual(drawDay(MONDAY + 3_600_000, TUESDAY));
});

test('tells nothing of the future', () => {
  const noon = MONDAY + 12 * 3_600_000;
  expect(drawDay(MONDAY, noon).every((span) => span.startMs >= MONDAY && span.endMs < noon)).toBe(true);
});

test('uses a model only after it came out', () => {
  const models = (day: number) =>
    new Set(
      drawDay(day, day + 86_400_000).flatMap((span) => JSON.stringify(span.json).match(/claude-haiku-5-5/g) ?? []),
    );
  expect([...models(Date.UTC(2026, 9, 5))]).toEqual([]);
  expect([...models(MONDAY)]).toEqual(['claude-haiku-5-5']);
});

test('has something for every chart: caches, tools, errors, retries, truncated answers, streams', () => {
  const text = JSON.stringify(exportRequest(drawDay(MONDAY, TUESDAY)));
  for (const trace of [
    '"max_tokens"',
    '"tool_use"',
    '"rate_limit_error',
    'ephemeral_1h',
    'time_to_first_chunk',
    'conv_',
    '"acme-jobs"',
  ]) {
    expect(text.includes(trace) || text.includes(trace.replaceAll('"', '\\"')), trace).toBe(true);
  }
});
