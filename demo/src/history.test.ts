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
    'spanledger.cancelled',
    'client_timeout_error',
    'overloaded_error',
    'spanledger.ratelimit.input_tokens.remaining',
    'msgbatch_',
  ]) {
    expect(text.includes(trace) || text.includes(trace.replaceAll('"', '\\"')), trace).toBe(true);
  }
});

test('a release of the jobs changes the prompt of summaries at its minute, and the answers take five times as long', () => {
  const summaries = drawDay(MONDAY, TUESDAY)
    .map(({ startMs, endMs, json }) => ({ startMs, took: endMs - startMs, text: JSON.stringify(json) }))
    .filter(({ text }) => text.includes('"summary-v'));
  const release = MONDAY + 9 * 3_600_000 + 20 * 60_000;
  const after = summaries.filter(({ startMs }) => startMs >= release);
  expect(after.every(({ text }) => text.includes('"summary-v6"'))).toBe(true);
  const before = summaries.filter(({ startMs }) => startMs < release);
  expect(before.some(({ text }) => text.includes('"summary-v6"'))).toBe(false);
  const median = (calls: typeof summaries) =>
    calls.map(({ took }) => took).toSorted((a, b) => a - b)[calls.length >> 1]!;
  expect(median(after) / median(before)).toBeGreaterThan(4);
  const versions = JSON.stringify(exportRequest(drawDay(MONDAY, TUESDAY))).match(/"\d+\.\d+\.0"/g);
  // Of the jobs before and after, of the shop and of the agent.
  expect(new Set(versions)).toEqual(new Set(['"2.59.0"', '"2.60.0"', '"7.59.0"', '"0.60.0"']));
});

test('a spend limit is reached in the evening of some days, and stops the jobs until midnight', () => {
  const tuesday = drawDay(TUESDAY, TUESDAY + 86_400_000);
  const stopped = tuesday.filter(({ json }) => JSON.stringify(json).includes('enforced_spend_limit_reached'));
  expect(stopped.length).toBeGreaterThan(10);
  expect(stopped.every(({ service, startMs }) => service === 'acme-jobs' && startMs >= TUESDAY + 18 * 3_600_000)).toBe(
    true,
  );
});

test('a prompt is read from the cache only while the cache remembers it', () => {
  const uses = drawDay(MONDAY, TUESDAY).flatMap(({ startMs, json }) => {
    const said = new Map(
      (json['attributes'] as { key: string; value: { stringValue?: string; intValue?: number } }[]).map(
        ({ key, value }) => [key, value],
      ),
    );
    const read = said.get('gen_ai.usage.cache_read.input_tokens')?.intValue ?? 0;
    return said.get('spanledger.feature')?.stringValue === 'code-review' ? [{ startMs, read }] : [];
  });
  expect(uses.some(({ read }) => read > 0)).toBe(true);
  for (const [index, { startMs, read }] of uses.entries())
    if (read > 0) expect(startMs - (uses[index - 1]?.startMs ?? 0)).toBeLessThan(300_000);
});

test('has runs of an agent: request, run, steps, calls and tools, each beneath one that is there', () => {
  const spans = drawDay(MONDAY, TUESDAY).map(({ service, startMs, endMs, json }) => ({
    service,
    startMs,
    endMs,
    trace: String(json['traceId']),
    id: String(json['spanId']),
    parent: json['parentSpanId'] as string | undefined,
    name: String(json['name']),
  }));
  const runs = spans.filter(({ name }) => name === 'invoke_agent ticket-resolver');
  expect(runs.length).toBeGreaterThan(5);
  const traces = new Set(runs.map(({ trace }) => trace));
  const ofRuns = spans.filter(({ trace }) => traces.has(trace));
  const byId = new Map(ofRuns.map((span) => [span.id, span]));
  for (const span of ofRuns) {
    if (span.parent === undefined) {
      expect(span.name).toBe('POST /tickets/:id/resolve');
      continue;
    }
    const parent = byId.get(span.parent)!;
    expect(span.startMs >= parent.startMs && span.endMs <= parent.endMs, `${span.name} within ${parent.name}`).toBe(
      true,
    );
  }
  expect(new Set(ofRuns.map(({ service }) => service))).toEqual(
    new Set(['acme-web', 'acme-agent', 'acme-policy', 'claude-platform']),
  );
});
