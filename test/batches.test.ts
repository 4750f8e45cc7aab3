// A message batch, the whole way: a plain app submits it, another reads its results twice, and the collector counts each result
// once, at the batch price, under the tags of the submit.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeEmptyLedger } from '../collector/src/store/prepared-ledger.ts';
import { startStandIn, type StandIn } from '../instrumentation/src/testing/stand-in.ts';
import {
  createApp,
  eventually,
  removeFolder,
  startCollector,
  temporaryFolder,
  type App,
  type Collector,
} from './processes.ts';

const APP = `
import '@spanledger/instrumentation/register';
import { withTags } from '@spanledger/instrumentation';
const { default: Anthropic } = await import('@anthropic-ai/sdk');

const { batches } = new Anthropic().messages;
const params = { model: 'claude-opus-5-5', max_tokens: 64, messages: [{ role: 'user', content: 'Pangram?' }] };
if (process.env.STEP === 'submit') {
  await withTags({ feature: 'nightly', customerId: 'acme' }, () =>
    batches.create({ requests: [{ custom_id: 'a', params }] }),
  );
} else {
  for (const again of [1, 2]) for await (const result of await batches.results('msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d'));
}
`;

let folder: string;
let api: StandIn;
let collector: Collector;
let app: App;
beforeAll(async () => {
  folder = await temporaryFolder();
  [app, api, collector] = await Promise.all([
    createApp({ folder, sdk: '1.12.0', file: 'app.mjs', code: APP }),
    startStandIn(),
    startCollector({ SPANLEDGER_DATA_DIR: await placeEmptyLedger(join(folder, 'data')) }),
  ]);
}, 240_000);
afterAll(async () => {
  await collector?.end('SIGTERM');
  await api?.close();
  if (folder) await removeFolder(folder);
});

const run = (step: string) =>
  app.run({ STEP: step, ANTHROPIC_BASE_URL: api.url('batch/1'), OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
const getJson = async <T>(path: string): Promise<T> => (await fetch(`${collector.url}${path}`)).json() as Promise<T>;
const metrics = async () =>
  (
    await getJson<{ rows: { calls: number }[] }>(
      '/api/metrics?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&measures=calls,errors,costUsd,unpricedCalls&by=feature,customer',
    )
  ).rows;

test(
  'results read twice, before the submit is told of, are five calls with its tags',
  { timeout: 60_000 },
  async () => {
    // (1,000 x 4 + 10,000 x 8 + 40,000 x 0.20 + 2,000 x 20) x 0.5 = 66,000 and (100 x 4 + 10 x 20) x 0.5 = 300 micro-USD;
    // one refused, one expired, one cancelled, which is no error.
    const five = { calls: 5, errors: 2, costUsd: '0.066300000000', unpricedCalls: 0 };
    expect(await run('read')).toBe('');
    expect(await eventually(metrics, (rows) => rows.reduce((sum, { calls }) => sum + calls, 0) >= 5)).toEqual([
      { feature: null, customer: null, ...five },
    ]);

    expect(await run('submit')).toBe('');
    expect(
      await eventually(metrics, ([row]) => row !== undefined && !('feature' in row && row.feature === null)),
    ).toEqual([{ feature: 'nightly', customer: 'acme', ...five }]);
    const call = await getJson<Record<string, unknown> & { reports: unknown[] }>('/api/calls/msg_batch_a');
    expect(call).toMatchObject({
      batchId: 'msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d',
      customId: 'a',
      costUsd: '0.066000000000',
      costDifference: null,
      startedAt: '2026-11-20T08:00:00.000Z',
      durationMs: null,
      submit: { traceId: expect.any(String), spanId: expect.any(String) },
    });
    expect(call.reports).toHaveLength(2);
  },
);
