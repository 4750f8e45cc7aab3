// Files made by hand in the formats that are read -> a collector on the real embedded engine.
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Hono } from 'hono';
import { onError } from '../http/errors.ts';
import { queryRoutes } from '../http/query-routes.ts';
import { logsBody } from '../ingest/fakes.ts';
import { createLog } from '../log.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { queryCall, queryCalls } from '../query/calls.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { runImport, type ImportOptions } from './run.ts';
import { sendBatch, SendingStopped, type Post } from './send.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const TRANSCRIPTS = join(FIXTURES, 'projects');
const SESSION = join(TRANSCRIPTS, '-home-ada-work-shop/5e55-1.jsonl');
const ANSWERS = join(FIXTURES, 'answers/answers.jsonl');
const RESULTS = join(FIXTURES, 'answers/msgbatch_01Test_results.jsonl');

let store: Store;
let pipeline: Pipeline;
let bodies: string[];
let post: Post;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  pipeline = createPipeline({ store });
  const app = new Hono().route('/', queryRoutes({ store, pipeline, version: '1.2.3' }));
  app.onError(onError(createLog(() => {})));
  bodies = [];
  post = async (calls) => {
    const body = JSON.stringify(calls);
    bodies.push(body);
    const headers = { 'content-type': 'application/json' };
    const response = await app.request('/calls', { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  };
});
const importing = (options: Partial<ImportOptions> & { paths: string[] }) => runImport({ post, ...options });
const calls = async () =>
  (await queryCalls(store, { where: [], order: 'startedAt', limit: 50 })).calls.toSorted((one, other) =>
    one.startedAt.localeCompare(other.startedAt),
  );

test("Claude Code's transcripts become calls at the price of the last line of each message, subagents' too", async () => {
  const summary = await importing({ paths: [TRANSCRIPTS], feature: 'coding' });
  const shown = (await calls()).map(({ callId, startedAt, costUsd, stopReason, project, feature, conversationId }) => [
    callId,
    startedAt,
    costUsd,
    stopReason,
    project,
    feature,
    conversationId,
  ]);
  expect(shown).toEqual([
    // 2,000 x 1 + 50 x 5 micro-USD
    ['msg_d', '2025-11-02T08:00:00.000Z', '0.002250000000', 'end_turn', 'shop', 'coding', '5e55-1'],
    // 10 x 1 + 2,000 x 2 (written for an hour) + 5,000 x 0.1 (read) + 400 x 5
    ['msg_a', '2026-11-01T10:00:02.000Z', '0.006510000000', 'tool_use', 'shop', 'coding', '5e55-1'],
    // 200 x 1 + 1 x 5: at least
    ['msg_c', '2026-11-01T10:00:20.000Z', '0.000205000000', null, 'shop', 'coding', '5e55-1'],
    // 1,000 x 1 + 100 x 5
    ['msg_b', '2026-11-01T10:01:00.000Z', '0.001500000000', 'end_turn', 'shop', 'coding', '5e55-1'],
  ]);
  expect(summary).toEqual({
    files: 3,
    lines: 12,
    calls: 4,
    sent: 4,
    beforeSince: 0,
    noCall: new Map([
      ['lines of type summary', 1],
      ['lines of type file-history-snapshot', 1],
      ['lines of type user', 2],
      ['messages that Claude Code wrote itself', 1],
    ]),
    skipped: [
      { at: `${SESSION}:10`, reason: 'is no JSON' },
      { at: `${SESSION}:9`, reason: 'startedAt: is before 2023' },
    ],
  });
});

test('an old transcript tells how long the call took and what it was thought to cost', async () => {
  await importing({ paths: [TRANSCRIPTS] });
  const call = await queryCall(store, 'msg_d');
  expect(call).toMatchObject({ durationMs: 1234, costDifference: null });
  expect(call?.reports).toMatchObject([{ source: 'claude-code-transcript', appCostUsd: '0.002250000000' }]);
});

test('a message without a stop reason is a lower bound, and says so', async () => {
  await importing({ paths: [TRANSCRIPTS] });
  const flags = (await queryCall(store, 'msg_c'))?.receipt.flags.map(({ flag }) => flag);
  expect(flags).toEqual(['partial']);
});

test('nothing of a prompt, an answer or a tool is sent', async () => {
  await importing({ paths: [FIXTURES], at: '2026-11-03T09:00:00Z' });
  expect(bodies).not.toHaveLength(0);
  expect(bodies.join('')).not.toMatch(/SECRET|home|ada/);
});

test("a call that Claude Code's own telemetry tells too is one call, whichever comes first", async () => {
  const telemetry = () =>
    pipeline.ingestLogs(
      logsBody(
        [
          {
            at: '2026-11-01T10:00:06Z',
            eventName: 'claude_code.api_request',
            attributes: {
              request_id: 'req_a',
              model: 'claude-haiku-4-5-20251001',
              input_tokens: 10,
              output_tokens: 400,
              cache_read_tokens: 5000,
              cache_creation_tokens: 2000,
              cost_usd: 0.00651,
              duration_ms: 5000,
              'session.id': '5e55-1',
            },
          },
        ],
        { resource: { 'service.name': 'claude-code' } },
      ),
      'json',
    );
  for (const order of [
    [telemetry, importTranscripts],
    [importTranscripts, telemetry],
  ]) {
    await emptyLedger(store);
    for (const step of order) await step();
    const call = (await calls()).find(({ requestId }) => requestId === 'req_a');
    expect(await calls()).toHaveLength(4);
    // The telemetry does not say for how long the cache was written; the transcript does.
    expect(call).toMatchObject({ callId: 'msg_a', costUsd: '0.006510000000', durationMs: 5000, source: 'claude-code' });
    expect(call?.sources.toSorted()).toEqual(['claude-code', 'claude-code-transcript']);
  }
});
const importTranscripts = () => importing({ paths: [TRANSCRIPTS] });

test('started again it counts nothing twice', async () => {
  await importTranscripts();
  const before = await calls();
  expect((await importTranscripts()).sent).toBe(4);
  expect(await calls()).toEqual(before);
});

test('answers kept from the API are calls, and each line that is none says why', async () => {
  const summary = await importing({ paths: [ANSWERS], at: '2026-11-03T09:00:00Z' });
  expect((await calls()).map(({ callId, costUsd, feature, source }) => [callId, costUsd, feature, source])).toEqual([
    ['msg_bare', '0.001500000000', null, 'import'],
    ['msg_posted', '0.002000000000', 'search', 'import'],
  ]);
  expect(summary.skipped).toEqual([
    { at: `${ANSWERS}:3`, reason: 'fetaure: is not known here' },
    { at: `${ANSWERS}:4`, reason: 'is no JSON object' },
    {
      at: `${ANSWERS}:5`,
      reason: 'is neither a line of a transcript, nor a Message, nor a call, nor a result of a batch',
    },
  ]);
  expect((await importing({ paths: [ANSWERS], post: null })).skipped[0]).toEqual({
    at: `${ANSWERS}:1`,
    reason: 'says no time; give it with --at, or as { startedAt, response }',
  });
});

test("the results of a batch are calls at the batch price, the batch's id taken from the file's name", async () => {
  await importing({ paths: [RESULTS], at: '2026-11-03T09:00:00Z' });
  const shown = (await calls()).map((call) => [
    call.batchId,
    call.customId,
    call.costUsd,
    call.outcome,
    call.errorType,
  ]);
  expect(shown.toSorted()).toEqual(
    [
      ['msgbatch_01Test', 'one', '0.000750000000', 'ok', null], // half of 1,500 micro-USD
      ['msgbatch_01Test', 'two', '0.000000000000', 'error', 'invalid_request_error'],
      ['msgbatch_01Test', 'three', '0.000000000000', 'error', 'expired'],
      ['msgbatch_01Test', 'four', '0.000000000000', 'cancelled', 'cancelled'],
    ].toSorted(),
  );
});

test('with --since older calls are left out, and with --dry-run nothing is sent', async () => {
  const summary = await importing({ paths: [TRANSCRIPTS], since: '2026-11-01T10:00:30Z', post: null });
  expect(summary).toMatchObject({ calls: 1, beforeSince: 3, sent: 0 });
  expect(await calls()).toEqual([]);
});

test('what the collector finds too old goes by line, with all that is older, in one more request', async () => {
  const line = (startedAt: string, at: string) => ({
    at,
    call: { startedAt, source: 'import' as const, response: { model: 'm', usage: {} } },
  });
  const asked: number[] = [];
  const keeping: Post = async (sent) => {
    asked.push(sent.length);
    const index = sent.findIndex(({ startedAt }) => startedAt < '2026-06');
    return index < 0
      ? { status: 201, body: { accepted: sent.length } }
      : {
          status: 400,
          body: {
            error: {
              code: 'invalid_request',
              message: `${index}.startedAt: is older than what is kept`,
              field: `${index}.startedAt`,
            },
          },
        };
  };
  const batch = [
    line('2026-07-01T00:00:00Z', 'f:1'),
    line('2026-05-01T00:00:00Z', 'f:2'),
    line('2026-04-01T00:00:00Z', 'f:3'),
    line('2026-11-01T00:00:00Z', 'f:4'),
  ];
  expect(await sendBatch(keeping, batch)).toEqual([
    { at: 'f:2', reason: 'startedAt: is older than what is kept' },
    { at: 'f:3', reason: 'startedAt: is older than what is kept' },
  ]);
  expect(asked).toEqual([4, 2]);
});

test('a collector that wants a token, or breaks, stops the import with what it said', async () => {
  const answering =
    (status: number): Post =>
    async () => ({ status, body: null });
  const call = { at: 'f:1', call: { startedAt: '2026-07-01T00:00:00Z', source: 'import' as const } };
  await expect(sendBatch(answering(401), [call])).rejects.toThrow(SendingStopped);
  await expect(sendBatch(answering(500), [call])).rejects.toThrow('the collector answered 500');
});
