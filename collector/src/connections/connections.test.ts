// By which way a call came: from stored reports at the start, from new ones as they come.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callAttributes, exportBody, NATIVE, spanJson } from '../ingest/fakes.ts';
import { postedCallSchema, reportFromPostedCall } from '../ingest/posted-call.ts';
import { createPipeline } from '../pipeline.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { createConnectionLog } from './connections.ts';

let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());

test('each way is told by what came by it, counted on over a restart, a collector in between by its User-Agent', async () => {
  let nowMs = Date.parse('2026-11-21T12:00:00Z');
  const now = () => nowMs;
  const start = () => {
    const connections = createConnectionLog({ store, now });
    return { connections, pipeline: createPipeline({ store, now, connections }) };
  };
  const native = (id: string, scope: string) =>
    exportBody([{ id, attributes: callAttributes(id, { input_tokens: 1, output_tokens: 1 }) }], { scope });

  const first = start();
  expect(await first.connections.ways()).toEqual([]);
  await first.pipeline.ingestTraces(native('r1', NATIVE), 'json', 'OTel-OTLP-Exporter-JavaScript/0.301.0');
  await first.pipeline.ingestTraces(native('r2', 'com.anthropic.sdk.python'), 'json', null);
  const served = (id: string, name?: string) => ({
    ...spanJson({ id, ...(name && { name }), attributes: callAttributes(id, { input_tokens: 1, output_tokens: 1 }) }),
    kind: 2,
  });
  const fromAnthropic = { scope: 'com.anthropic.claude-platform', resource: { 'service.name': 'claude-platform' } };
  await first.pipeline.ingestTraces(exportBody([served('t', 'anthropic.test')], fromAnthropic), 'json', null);
  expect((await first.connections.ways()).at(-1)).toMatchObject({ way: 'claude-platform', reports: 0 });
  await first.pipeline.ingestTraces(exportBody([served('r3')], fromAnthropic), 'json', null);
  nowMs += 1000;
  await first.pipeline.ingestTraces(native('r4', NATIVE), 'json', 'OpenTelemetry Collector/0.156.0 (linux/amd64)');
  const posted = { startedAt: '2026-11-21T11:00:00Z', response: { id: 'msg_1', model: 'm', usage: {} } };
  for (const source of ['import', 'claude-code-transcript'] as const) {
    await first.pipeline.ingestReports([reportFromPostedCall(postedCallSchema.parse({ ...posted, source }))]);
  }
  const [one, two] = ['2026-11-21T12:00:00.000Z', '2026-11-21T12:00:01.000Z'];
  const said = [
    { way: 'node', reports: 2, lastReceivedAt: two },
    { way: 'python', reports: 1, lastReceivedAt: one },
    { way: 'claude-platform', reports: 1, lastReceivedAt: one },
    { way: 'import', reports: 2, lastReceivedAt: two },
  ];
  const between = { way: 'otel-collector', reports: 1, lastReceivedAt: two };
  expect(await first.connections.ways()).toEqual(said.toSpliced(2, 0, between));

  nowMs += 1000;
  const second = start();
  expect(await second.connections.ways()).toEqual(said);
  await second.pipeline.ingestTraces(native('r5', NATIVE), 'json', null);
  expect((await second.connections.ways())[0]).toEqual({
    way: 'node',
    reports: 3,
    lastReceivedAt: '2026-11-21T12:00:02.000Z',
  });
});
