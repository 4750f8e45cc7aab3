// The whole HTTP face, on the real embedded engine; budgets and webhooks are fakes in memory.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LIST_PRICES } from '@spanledger/instrumentation/pricing';
import { createApp, type AppOptions } from './app.ts';
import { createSeries } from './observe/series.ts';
import { createMemoryBudgets, spent } from './budgets/fakes.ts';
import { createMemoryMonitors } from './monitors/fakes.ts';
import { callDetailSchema } from './contract.ts';
import { callAttributes, exportBody, spanJson, traceIdOf } from './ingest/fakes.ts';
import { responseType, statusType, traceRequestType } from './ingest/otlp-schema.ts';
import { createMemoryKeys } from './keys/fakes.ts';
import { createConnectionLog } from './connections/connections.ts';
import { createMemoryMappings } from './mappings/fakes.ts';
import { openMappings, type Mappings } from './mappings/mappings.ts';
import { openKeys, type IngestKeys } from './keys/keys.ts';
import { createLive } from './live.ts';
import { createLog } from './log.ts';
import { createPipeline } from './pipeline.ts';
import { listPrices } from './prices/fakes.ts';
import { repricerOn } from './repricing/fakes.ts';
import { emptyLedger } from './retention/fakes.ts';
import { downStore, openTemporaryStore } from './store/fakes.ts';
import type { Store } from './store/store.ts';
import { createViewRepository } from './views/repository.ts';
import { createFakeClock, createMemoryWebhooks } from './webhooks/fakes.ts';

const TOKEN = 'a-token-of-many-characters';
const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };
const WINDOW = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z';

let store: Store;
let keys: IngestKeys;
let mappings: Mappings;
beforeAll(async () => {
  store = await openTemporaryStore();
  mappings = await openMappings({ repository: createMemoryMappings(), clock: createFakeClock('2026-11-21T12:00:00Z') });
  keys = await openKeys({
    repository: createMemoryKeys(),
    clock: createFakeClock('2026-11-21T12:00:00Z'),
    log: createLog(() => {}),
  });
});
afterAll(() => store?.close());
beforeEach(() => emptyLedger(store));

function serving(changes: { store?: Store; adminToken?: string; loopback?: boolean } = {}) {
  const lines: string[] = [];
  const used = changes.store ?? store;
  const clock = createFakeClock('2026-11-21T12:00:00Z');
  const connections = createConnectionLog({ store: used, now: clock.now });
  const options: AppOptions = {
    config: { adminToken: changes.adminToken ?? null, loopback: changes.loopback ?? true },
    store: used,
    pipeline: createPipeline({ store: used, now: clock.now, mappings, connections }),
    budgets: {
      repository: createMemoryBudgets(),
      spend: async () => spent('0'),
      unknownWebhooks: async () => [],
      onChange: () => {},
      clock,
    },
    monitors: {
      repository: createMemoryMonitors(),
      read: async () => ({ value: null, calls: 0 }),
      course: async () => ({ pointMinutes: 15, points: [] }),
      unknownWebhooks: async () => [],
      onChange: () => {},
      clock,
    },
    webhooks: {
      repository: createMemoryWebhooks(),
      deliverer: {
        deliverNow: async (): Promise<never> => Promise.reject(new Error('not asked for')),
        attempt: async (): Promise<never> => Promise.reject(new Error('not asked for')),
      },
      guard: { check: async () => ({}) as never },
      alertedBy: async () => [],
      clock,
    },
    prices: { prices: listPrices, unpriced: async () => ({ models: [] }) },
    repricer: repricerOn(used, { prices: () => LIST_PRICES, clock }),
    keys,
    mappings,
    connections,
    views: { repository: createViewRepository(store), clock },
    live: createLive(),
    series: createSeries({ process: false }),
    lastInsertFailure: () => null,
    now: clock.now,
    log: createLog((line) => lines.push(line)),
    version: '1.2.3',
  };
  const app = createApp(options);
  const request = (path: string, init: RequestInit = {}) =>
    app.request(path, { ...init, headers: { host: '127.0.0.1:4318', ...(init.headers as Record<string, string>) } });
  const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = JSON_TYPE) =>
    request(path, { method: 'POST', body: body as NonNullable<RequestInit['body']>, headers });
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await request(path, { headers });
    return { status: response.status, body: await jsonOf(response), headers: response.headers };
  };
  return { app, request, post, get, lines };
}

const one = (id = 'r1') =>
  exportBody([
    {
      id,
      attributes: callAttributes(id, { input_tokens: 1000, output_tokens: 100 }, { 'spanledger.feature': 'chat' }),
    },
  ]);

// oxlint-disable-next-line typescript/no-explicit-any -- what a test looks into, it asserts
const jsonOf = async (response: Response): Promise<any> => response.json();

// ---- OTLP ----------------------------------------------------------------------------------------------------------

test('an export is taken, plain or gzipped, and what it costs can be asked for at once', async () => {
  const { post, get } = serving();
  const plain = await post('/v1/traces', one('r1'));
  expect([plain.status, await plain.json()]).toEqual([200, { partialSuccess: {} }]);
  expect((await post('/v1/traces', gzipSync(one('r2')), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(
    200,
  );
  const { body } = await get(`/api/metrics?${WINDOW}&measures=calls,costUsd&by=feature`);
  // twice 1,000 x 1 + 100 x 5 USD a million
  expect(body).toEqual({
    from: '2026-11-01T00:00:00Z',
    to: '2026-12-01T00:00:00Z',
    bucket: 'none',
    rows: [{ feature: 'chat', calls: 2, costUsd: '0.003000000000' }],
    unpricedCalls: 0,
    missingBefore: null,
  });
  expect((await get('/api/calls/r1')).body).toMatchObject({ callId: 'msg_r1', costUsd: '0.001500000000' });
  expect((await get(`/api/traces/${traceIdOf('r1')}`)).body.spans).toHaveLength(1);
  expect((await get('/api/status')).body).toMatchObject({
    version: '1.2.3',
    storage: process.env['SPANLEDGER_TEST_STORE'] === undefined ? 'embedded' : 'server',
    disk: { byTable: expect.arrayContaining([expect.objectContaining({ table: 'reports', rows: 2 })]) },
    calls: 2,
    refused: [],
  });
  expect((await get(`/api/dimensions/feature/values?${WINDOW}`)).body).toEqual({
    values: [{ value: 'chat', calls: 2 }],
  });
});

test('a protobuf export is answered in protobuf', async () => {
  const { post } = serving();
  const message = traceRequestType
    .encode({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'no ids' }] }] }] })
    .finish();
  const response = await post('/v1/traces', message, PROTOBUF_TYPE);
  expect(response.headers.get('content-type')).toBe('application/x-protobuf');
  const answer = responseType.toObject(responseType.decode(new Uint8Array(await response.arrayBuffer())), {
    longs: Number,
  });
  expect(answer).toEqual({
    partialSuccess: { rejected: 1, errorMessage: 'span no ids: startTimeUnixNano: is missing' },
  });
});

test('malformed protobuf is 400 with a Status, and so is JSON that is none', async () => {
  const { post } = serving();
  const proto = await post('/v1/traces', new Uint8Array([0x0a, 0xff, 0xff]), PROTOBUF_TYPE);
  expect([proto.status, proto.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
  const status = statusType.decode(new Uint8Array(await proto.arrayBuffer())) as unknown as {
    code: number;
    message: string;
  };
  expect(status.code).toBe(3);
  expect(status.message).toMatch(/^the body is not a valid protobuf ExportTraceServiceRequest/);
  const json = await post('/v1/traces', '{');
  expect([json.status, await json.json()]).toEqual([
    400,
    { code: 3, message: expect.stringContaining('not valid JSON') },
  ]);
});

test('a content type that is not OTLP is 415, and an encoding that is not gzip too', async () => {
  const { post } = serving();
  const text = await post('/v1/traces', one(), { 'content-type': 'text/plain' });
  expect([text.status, await text.json()]).toEqual([
    415,
    { code: 3, message: expect.stringContaining('"text/plain"') },
  ]);
  expect((await post('/v1/traces', one(), { ...JSON_TYPE, 'content-encoding': 'br' })).status).toBe(415);
  expect((await post('/v1/traces', one(), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(400);
});

test('50 MB are 413, said to be so long or sent without a length, and a gzip bomb is too', async () => {
  const { post, request } = serving();
  const large = new Uint8Array(50 * 1024 * 1024);
  expect((await post('/v1/traces', large, PROTOBUF_TYPE)).status).toBe(413);
  expect((await post('/v1/traces', 'short', { ...JSON_TYPE, 'content-length': String(large.length) })).status).toBe(
    413,
  );
  expect((await post('/api/calls', large)).status).toBe(413);
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(large.subarray(0, 1024 * 1024));
    },
  });
  const streamed = await request('/v1/traces', {
    method: 'POST',
    body: endless,
    headers: JSON_TYPE,
    duplex: 'half',
  } as RequestInit);
  expect(streamed.status).toBe(413);
  expect(pulled).toBeLessThan(20); // 16 MiB and no more are read
  const bomb = await post('/v1/traces', gzipSync(new Uint8Array(17 * 1024 * 1024)), {
    ...JSON_TYPE,
    'content-encoding': 'gzip',
  });
  expect([bomb.status, await bomb.json()]).toEqual([
    413,
    { code: 8, message: expect.stringContaining('16 MiB when unpacked') },
  ]);
});

test('spans with wrong types are a partial success that names each, and the rest is kept', async () => {
  const { post, get } = serving();
  const bad = { ...spanJson({ id: 'bad' }), traceId: 12 };
  const good = spanJson({ id: 'good', attributes: callAttributes('good', { input_tokens: 1, output_tokens: 1 }) });
  const response = await post('/v1/traces', exportBody([bad, good]));
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      partialSuccess: {
        rejectedSpans: '1',
        errorMessage: 'span anthropic.messages.create: traceId: must be 16 bytes in hex, not all zero, got 12',
      },
    },
  ]);
  expect((await get('/api/status')).body).toMatchObject({ calls: 1, refused: [{ reason: 'traceId', count: 1 }] });
});

test('bodies that cannot be read and posted calls of another form are on the coverage page, by why', async () => {
  const { post, get } = serving();
  await post('/v1/traces', new TextEncoder().encode('SECRET'), { 'content-type': 'text/plain' });
  await post('/v1/logs', new TextEncoder().encode('SECRET'), { 'content-type': 'application/json', 'content-encoding': 'gzip' }); // prettier-ignore
  // Another signal's, names as protobuf has them, and nothing of OTLP: taken with a 200, all of it would be lost unseen.
  for (const body of ['{"resourceLogs":[]}', '{"resource_spans":[]}', '{"SECRET":1}'])
    expect((await post('/v1/traces', new TextEncoder().encode(body))).status).toBe(400);
  expect((await post('/v1/traces', new TextEncoder().encode('{}'))).status).toBe(200);
  await post('/api/calls', new TextEncoder().encode('{"startedAt":"SECRET","durationMs":1,"error":{"type":"x"}}'));
  await post('/api/calls', new TextEncoder().encode('["SECRET"]'));
  const { body } = await get('/api/coverage?from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z');
  const { refusals } = body as { refusals: { signal: string; reason: string; count: number }[] };
  expect(refusals.map(({ signal, reason, count }) => `${count} ${signal}: ${reason}`).toSorted()).toEqual([
    '1 body: the Content-Type is neither application/x-protobuf nor application/json',
    '1 body: the body is not valid gzip',
    '1 posted call: it has another form than the API takes',
    '1 posted call: startedAt: is not as the API takes it',
    '3 body: the body is no OTLP export of its kind: nothing of it is kept',
  ]);
  expect(JSON.stringify(body)).not.toContain('SECRET');
  expect((await get('/api/coverage?from=x&to=y')).body).toMatchObject({ error: { field: 'from' } });
});

test('log records and metric points that tell no call are not kept, and one message says how many and why', async () => {
  const { post } = serving();
  const at = '1793000000000000000'; // 2026-10-26
  const partial = async (path: string, body: unknown) =>
    (await jsonOf(await post(path, JSON.stringify(body)))).partialSuccess;
  const records = [{ timeUnixNano: at }, { timeUnixNano: at, eventName: 'checkout' }, {}];
  expect(await partial('/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] })).toEqual({
    rejectedLogRecords: '3',
    errorMessage:
      'log record: timeUnixNano: is missing, and observedTimeUnixNano too; ' +
      '2 log records not kept: no source that is known here tells calls by them',
  });
  const dataPoints = [
    { timeUnixNano: at, asInt: '7' },
    { timeUnixNano: at, asDouble: 0.5 },
  ];
  const sum = { dataPoints, aggregationTemporality: 1 };
  const metrics = [
    { name: 'claude_code.token.usage', sum },
    { name: 'requests', sum },
    { name: 'latency', histogram: { dataPoints: [{}, {}] } },
  ];
  expect(await partial('/v1/metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })).toEqual({
    rejectedDataPoints: '6',
    errorMessage:
      '2 metric points not kept: sums of tokens and cost do not tell calls, the log events do: set OTEL_LOGS_EXPORTER=otlp for Claude Code; ' +
      '4 metric points not kept: sums and histograms do not tell calls; send traces or log records',
  });
  expect(await partial('/v1/logs', {})).toEqual({});
  expect(await partial('/v1/metrics', {})).toEqual({});
  expect((await post('/v1/profiles', '{}')).status).toBe(404);
});

test('an export is explained without being stored', async () => {
  const { post, get } = serving();
  const explained = await post('/api/explain', gzipSync(one('r1')), { ...JSON_TYPE, 'content-encoding': 'gzip' });
  expect(await explained.json()).toMatchObject({
    explanations: [
      {
        name: 'anthropic.messages.create',
        dialect: 'anthropic-sdk',
        report: { requestId: 'r1', tags: { feature: 'chat' } },
        price: { costUsd: '0.001500000000' },
      },
    ],
    refused: [],
  });
  expect((await get('/api/status')).body.calls).toBe(0);
  const bad = await post('/api/explain', '{"a":1}');
  expect([bad.status, (await jsonOf(bad)).error.code]).toEqual([400, 'invalid_request']);
  expect((await post('/api/explain', 'x', { 'content-type': 'text/plain' })).status).toBe(415);
});

// ---- POST /api/calls -----------------------------------------------------------------------------------------------

const POSTED = {
  startedAt: '2026-11-02T10:00:00Z',
  durationMs: 1500,
  feature: 'batch',
  requestId: 'req_posted',
  response: {
    id: 'msg_1',
    model: 'claude-haiku-4-5-20251001',
    stop_reason: 'end_turn',
    content: [{ type: 'text', text: 'SECRET ANSWER' }],
    usage: { input_tokens: 1000, output_tokens: 100 },
  },
};

test.each<[string, unknown, string | undefined, string]>([
  ['what is no call of a list', [POSTED, { ...POSTED, response: 5 }], '1.response', '1.response: '],
  [
    'a field of a list’s call that nobody knows',
    [{ ...POSTED, featur: 'x' }],
    '0.featur',
    '0.featur: is not known here',
  ],
  [
    'a call with several faults',
    { startedAt: 'now', error: { code: 5 } },
    'startedAt',
    'startedAt: must be an ISO 8601',
  ],
  ['an empty list', [], undefined, 'must have at least one call'],
])('%s is refused by its field, and nothing of the list is kept', async (_, sent, field, message) => {
  const { post, get } = serving();
  const response = await post('/api/calls', JSON.stringify(sent));
  const { error } = await jsonOf(response);
  expect([response.status, error.field]).toEqual([400, field]);
  expect(error.message).toContain(message);
  expect((await get('/api/calls')).body.calls).toEqual([]);
});

test('a posted call is kept, priced, counted once however often it is posted, and without its text', async () => {
  const { post, get } = serving();
  const first = await post('/api/calls', JSON.stringify(POSTED));
  expect([first.status, await first.json()]).toEqual([201, { accepted: 1 }]);
  const again = await post(
    '/api/calls',
    JSON.stringify([POSTED, { ...POSTED, requestId: undefined, response: { ...POSTED.response, id: 'msg_2' } }]),
  );
  expect(await jsonOf(again)).toEqual({ accepted: 2 });
  const { body } = await get('/api/calls?order=costUsd&where=feature:batch');
  expect(body.calls.map((call: { callId: string }) => call.callId).toSorted()).toEqual(['msg_1', 'msg_2']);
  const call = await get('/api/calls/req_posted');
  expect(call.body).toMatchObject({
    source: 'api',
    costUsd: '0.001500000000',
    durationMs: 1500,
    stopReason: 'end_turn',
    outcome: 'ok',
  });
  expect(JSON.stringify([call.body, await store.query('SELECT * FROM reports')])).not.toContain('SECRET');
});

test('a posted call that failed needs no response, and one without an id is one call however often it is posted', async () => {
  const { post, get } = serving();
  const failed = JSON.stringify({
    startedAt: POSTED.startedAt,
    durationMs: 9,
    model: 'claude-opus-5',
    error: { type: 'overloaded_error', status: 529 },
  });
  await post('/api/calls', failed);
  await post('/api/calls', failed);
  const { body } = await get('/api/calls');
  expect(body.calls).toHaveLength(1);
  expect(body.calls[0]).toMatchObject({
    outcome: 'error',
    errorType: 'overloaded_error',
    httpStatus: 529,
    costUsd: '0.000000000000',
    model: 'claude-opus-5',
  });
});

/** Opus 5.5, USD a million: input 4, cache write 8 (1 hour), cache read 0.20, output 20; all halved in a batch. */
const IN_BATCH = {
  startedAt: '2026-11-20T08:00:00Z',
  batchId: 'msgbatch_1',
  customId: 'row-7',
  platform: 'anthropic',
  response: {
    id: 'msg_batch',
    model: 'claude-opus-5-5',
    stop_reason: 'end_turn',
    content: [],
    usage: {
      input_tokens: 1_000,
      cache_creation_input_tokens: 10_000,
      cache_read_input_tokens: 40_000,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 10_000 },
      output_tokens: 2_000,
      service_tier: null,
    },
  },
};

test('a posted result of a batch is priced as one, and has no latency; one that was cancelled costs nothing', async () => {
  const { post, get } = serving();
  const { response: _, ...unanswered } = { ...IN_BATCH, customId: 'row-8' };
  const body = [IN_BATCH, IN_BATCH, { ...unanswered, error: { type: 'canceled' } }];
  expect((await post('/api/calls', JSON.stringify(body))).status).toBe(201);
  expect(callDetailSchema.parse((await get('/api/calls/msg_batch')).body)).toMatchObject({
    batchId: 'msgbatch_1',
    customId: 'row-7',
    platform: 'anthropic',
    billTo: null,
    durationMs: null,
    submit: null,
    // (1,000 x 4 + 10,000 x 8 + 40,000 x 0.20 + 2,000 x 20) x 0.5 = 66,000 micro-USD
    costUsd: '0.066000000000',
  });
  expect((await get('/api/calls/msgbatch_1%2Frow-8')).body).toMatchObject({
    outcome: 'cancelled',
    errorType: 'cancelled',
    costUsd: '0.000000000000',
  });
  expect((await get('/api/calls')).body.calls).toHaveLength(2);
});

test('a posted call says who pays and why it was refused', async () => {
  const { post, get } = serving();
  const { response: _, ...unanswered } = POSTED;
  const error = { type: 'rate_limit_error', code: 'enforced_spend_limit_reached', status: 429 };
  await post(
    '/api/calls',
    JSON.stringify([
      { ...POSTED, billTo: 'user_profile' },
      { ...unanswered, requestId: 'req_refused', error },
    ]),
  );
  expect((await get('/api/calls/msg_1')).body).toMatchObject({ billTo: 'user_profile', costUsd: '0.000000000000' });
  expect((await get('/api/calls/req_refused')).body).toMatchObject({
    errorType: 'rate_limit_error',
    errorCode: 'enforced_spend_limit_reached',
    httpStatus: 429,
  });
  const { body } = await get(`/api/metrics?${WINDOW}&measures=calls&by=errorCode&where=errorType:rate_limit_error`);
  expect(body.rows).toEqual([{ errorCode: 'enforced_spend_limit_reached', calls: 1 }]);
});

test.each([
  ['customId', { ...IN_BATCH, customId: undefined }],
  ['customId', { ...POSTED, customId: 'row-7' }],
  ['requestId', { ...IN_BATCH, requestId: 'req_download' }],
  ['durationMs', { ...POSTED, durationMs: undefined }],
  ['billTo', { ...POSTED, billTo: 'somebody' }],
  ['startedAt', { ...POSTED, startedAt: 'yesterday' }],
  ['startedAt', { ...POSTED, startedAt: '2126-11-02T10:00:00Z' }],
  ['startedAt', { ...POSTED, startedAt: '1850-01-01T00:00:00Z' }],
  ['1.startedAt', [POSTED, { ...POSTED, startedAt: '2126-11-02T10:00:00Z' }]],
  ['durationMs', { ...POSTED, durationMs: -1 }],
  ['response.usage', { ...POSTED, response: { model: 'm', usage: 5 } }],
  ['response', { startedAt: POSTED.startedAt, durationMs: 1 }],
  ['fetaure', { ...POSTED, fetaure: 'typo' }],
  ['error.status', { ...POSTED, error: { type: 'x', status: -5 } }],
])('a posted call that cannot be is 400 and names %s', async (field, body) => {
  const { post } = serving();
  const response = await post('/api/calls', JSON.stringify(body));
  expect([response.status, (await jsonOf(response)).error]).toEqual([
    400,
    expect.objectContaining({ code: 'invalid_request', field }),
  ]);
  expect(await store.query('SELECT count() AS n FROM reports')).toEqual([{ n: 0 }]);
});

test('a posted body that is not JSON is 415 or 400', async () => {
  const { post } = serving();
  expect((await post('/api/calls', '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post('/api/calls', '{')).status).toBe(400);
});

// ---- questions -----------------------------------------------------------------------------------------------------

test.each([
  ['measures.1', `/api/metrics?${WINDOW}&measures=calls,magic`],
  ['measures', `/api/metrics?${WINDOW}`],
  ['measures', `/api/metrics?${WINDOW}&measures=`],
  ['by.0', `/api/metrics?${WINDOW}&measures=calls&by=colour`],
  ['where.0', `/api/metrics?${WINDOW}&measures=calls&where=colour:red`],
  ['where.1', `/api/metrics?${WINDOW}&measures=calls&where=feature:a&where=nonsense`],
  ['where.0', `/api/metrics?${WINDOW}&measures=calls&where=costUsd:dear`],
  ['where.0', '/api/calls?where=durationMs:..'],
  ['where.0', '/api/calls?where=outputTokens:1.5..'],
  ['where.1', '/api/calls?where=feature:a&where=costUsd:0.05..0.01'],
  ['bucket', `/api/metrics?${WINDOW}&measures=calls&bucket=fortnight`],
  ['timezone', `/api/metrics?${WINDOW}&measures=calls&timezone=Mars/Olympus`],
  ['from', '/api/metrics?from=yesterday&to=2026-12-01T00:00:00Z&measures=calls'],
  ['to', '/api/metrics?from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z&measures=calls'],
  ['to', '/api/cache?from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z'],
  ['from', '/api/metrics?from=1600-01-01T00:00:00Z&to=1900-01-01T00:00:00Z&measures=calls'],
  ['from', '/api/coverage?from=1899-12-31T23:59:59Z&to=2026-12-01T00:00:00Z'],
  ['to', '/api/retries?from=2026-12-01T00:00:00Z&to=9999-01-01T00:00:00Z'],
  ['to', '/api/calls?to=2200-01-01T00:00:00.001Z'],
  ['insideFrom', `/api/contrast?${WINDOW}&insideFrom=0001-01-01T00:00:00Z&insideTo=2026-11-02T00:00:00Z`],
  ['where.0', `/api/retries?${WINDOW}&where=colour:red`],
  ['bucket', `/api/limits?${WINDOW}&bucket=none`],
  ['order', '/api/calls?order=beauty'],
  ['limit', '/api/calls?limit=0'],
  ['cursor', '/api/calls?cursor=made-up'],
  ['dimension', `/api/dimensions/colour/values?${WINDOW}`],
])('a question that cannot be answered is 400 and names %s: %s', async (field, path) => {
  const { status, body } = await serving().get(path);
  expect([status, body.error]).toEqual([
    400,
    { code: 'invalid_request', message: expect.stringContaining(`${field}: `), field },
  ]);
});

test('what is not there is 404, in the same shape', async () => {
  const { get } = serving();
  for (const path of ['/api/calls/none', `/api/traces/${'f'.repeat(32)}`, '/api/nothing', '/v1/nothing']) {
    expect(await get(path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  }
});

// ---- who may speak -------------------------------------------------------------------------------------------------

test.each([
  [{ host: 'evil.example' }, 'Host'],
  [{ host: 'evil.example:4318' }, 'Host'],
  [{ host: '127.0.0.1.evil.example' }, 'Host'],
  [{ host: 'localhost:4318', origin: 'http://evil.example' }, 'Origin'],
  [{ host: 'localhost:4318', origin: 'http://localhost:3000' }, 'Origin'],
  [{ host: 'localhost:4318', origin: 'null' }, 'Origin'],
])('on loopback %j is refused as foreign', async (headers, field) => {
  const { request } = serving();
  for (const path of ['/api/status', '/v1/traces', '/', '/healthz']) {
    const response = await request(path, { headers, method: path === '/v1/traces' ? 'POST' : 'GET' });
    expect([response.status, (await jsonOf(response)).error.field]).toEqual([403, field]);
  }
});

test.each([
  { host: 'localhost:4318' },
  { host: '[::1]:4318' },
  { host: '127.0.0.1:4318', origin: 'http://127.0.0.1:4318' },
])('on loopback %j is at home', async (headers) => {
  expect((await serving().get('/api/status', headers)).status).toBe(200);
});

test('with an admin token it is wanted everywhere but by probes and the page itself', async () => {
  const { app, request, post, get } = serving({ adminToken: TOKEN, loopback: false });
  const paths = app.routes.filter(
    ({ method, path }) => /^\/(api|v1)\//.test(path) && !path.includes('*') && method !== 'ALL',
  );
  expect(paths.length).toBeGreaterThan(20);
  const guarded = paths
    .filter(({ path }) => path !== '/api/session')
    .map(({ method, path }) => [method, path] as const);
  for (const [method, path] of [
    ...guarded,
    ['GET', '/metrics'],
    ['GET', '/api/none'],
    ['GET', '/%61pi/status'],
    ['GET', '/api'],
    ['POST', '/v1/none'],
  ] as const) {
    const response = await request(path.replaceAll(/:\w+/g, 'x'), { method });
    expect([method, path, response.status]).toEqual([method, path, 401]);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(200);
  const wrong = { ...JSON_TYPE, authorization: `Bearer ${TOKEN}x` };
  expect((await post('/v1/traces', one(), wrong)).status).toBe(401);
  expect((await post('/v1/traces', one(), { ...JSON_TYPE, authorization: `bearer ${TOKEN}` })).status).toBe(200);
  const metrics = await request('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(await metrics.text()).toContain('spanledger_accepted_reports_total 1\n');
});

test('the token buys a session cookie that pages cannot read and that is not the token', async () => {
  const { post, request } = serving({ adminToken: TOKEN, loopback: false });
  const wrong = await post('/api/session', JSON.stringify({ token: 'no' }));
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
  const right = await post('/api/session', JSON.stringify({ token: TOKEN }), {
    ...JSON_TYPE,
    'x-forwarded-proto': 'https',
  });
  const cookie = right.headers.get('set-cookie') ?? '';
  expect(right.status).toBe(200);
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/Secure/);
  expect(cookie).toMatch(/SameSite=Strict/);
  expect(cookie).not.toContain(TOKEN);
  const [pair = ''] = cookie.split(';');
  expect((await request('/api/status', { headers: { cookie: pair } })).status).toBe(200);
  expect((await request('/api/status', { headers: { cookie: `${pair}x` } })).status).toBe(401);
});

// ---- the document --------------------------------------------------------------------------------------------------

test('the OpenAPI document lists every route of the API, and none that is not there', async () => {
  const { app, get } = serving();
  const { body } = await get('/api/openapi.json');
  const routes = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/') && path !== '/api/openapi.json')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const documented = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual([...new Set(routes)].toSorted());
  expect(body.info.version).toBe('1.2.3');
});

// ---- the store is down ---------------------------------------------------------------------------------------------

test('while the store is down an export is 503 with Retry-After, in its encoding', async () => {
  const { post } = serving({ store: downStore });
  const json = await post('/v1/traces', one());
  expect([json.status, json.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await jsonOf(json)).toEqual({ code: 14, message: 'the store does not answer; send again' });
  const nanos = `${Date.parse('2026-11-21T11:00:00Z')}000000`;
  const span = { traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 1), name: 'any', startTimeUnixNano: nanos };
  const message = traceRequestType.fromObject({
    resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, endTimeUnixNano: nanos }] }] }],
  });
  const proto = await post('/v1/traces', traceRequestType.encode(message).finish(), PROTOBUF_TYPE);
  expect([proto.status, proto.headers.get('content-type')]).toEqual([503, 'application/x-protobuf']);
  const posted = await post('/api/calls', JSON.stringify(POSTED));
  expect([posted.status, posted.headers.get('retry-after')]).toEqual([503, '5']);
});

test('while the store is down every question is an error, never an empty answer', async () => {
  const { get } = serving({ store: downStore });
  for (const path of [
    `/api/metrics?${WINDOW}&measures=calls`,
    '/api/calls',
    '/api/calls/r1',
    `/api/traces/${traceIdOf('r1')}`,
    `/api/dimensions/feature/values?${WINDOW}`,
    `/api/cache?${WINDOW}`,
    `/api/retries?${WINDOW}`,
    `/api/limits?${WINDOW}`,
    '/api/status',
    '/readyz',
  ]) {
    const { status, body } = await get(path);
    expect([path, status, body.error.code]).toEqual([path, 503, 'store_unavailable']);
    expect(JSON.stringify(body)).not.toContain('ECONNREFUSED');
  }
  expect((await get('/healthz')).status).toBe(200);
});

test('the log says what failed under the request id, and nothing of what was in the request', async () => {
  const { post, get, lines } = serving({ store: downStore });
  await post(
    '/v1/traces',
    exportBody([{ id: 'x', attributes: callAttributes('x', null, { 'spanledger.feature': 'SECRET' }) }]),
  );
  await post('/v1/traces', '{"SECRET":');
  await post('/api/calls', JSON.stringify({ ...POSTED, feature: 'SECRET' }));
  const { body } = await get(`/api/metrics?${WINDOW}&measures=calls&where=feature:SECRET`);
  const told = lines.join('\n');
  expect(lines).toHaveLength(3);
  expect(told).toContain(body.error.requestId);
  expect(told).toContain('connect ECONNREFUSED');
  expect(told).not.toContain('SECRET');
});
