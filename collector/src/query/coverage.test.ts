// What the ledger sees and what it refused: bad bodies of every kind on the real engine, and what the coverage page says of them.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { blankReport, type Report } from '../calls/report.ts';
import type { CoverageAnswer } from '../contract.ts';
import { coverageAnswerSchema } from '../contract.ts';
import { callAttributes, exportBody, NATIVE, spanIdOf, spanJson, traceIdOf, type FakeSpan } from '../ingest/fakes.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import { StoreError, type Store } from '../store/store.ts';
import { queryCall, queryCalls } from './calls.ts';
import { queryCoverage } from './coverage.ts';

const NOW = Date.parse('2026-11-01T10:00:00Z');
const WINDOW = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
const USAGE = { input_tokens: 100, output_tokens: 10 };

let store: Store;
let pipeline: Pipeline;
let clock = NOW;
const restart = () => (pipeline = createPipeline({ store, now: () => clock }));
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  clock = NOW;
  restart();
});

const send = (spans: readonly (FakeSpan | Record<string, unknown>)[], scope = NATIVE) =>
  pipeline.ingestTraces(exportBody(spans, { scope }), 'json');
const coverage = async (): Promise<CoverageAnswer> => {
  const answer = await queryCoverage(store, WINDOW, () => clock);
  expect(coverageAnswerSchema.safeParse(answer).error).toBeUndefined();
  return answer;
};
const good = (id = 'good'): FakeSpan => ({ id, attributes: callAttributes(`req_${id}`, USAGE) });
const AT = Date.parse('2026-11-01T09:30:00Z') * 1000;
const report = (source: string, more: Partial<Report>): Report => ({
  ...blankReport(source, AT),
  traceId: traceIdOf('t'),
  outcome: 'ok',
  model: 'claude-haiku-4-5',
  usage: USAGE,
  ...more,
});
const callIds = async () =>
  (await queryCalls(store, { where: [], order: 'startedAt', limit: 100 })).calls.map(({ callId }) => callId).toSorted();

// ---- bad bodies: refused or set apart, with a reason, and the neighbour unharmed ------------------------------------------------

const attribute = (key: string, value: unknown) => ({ key, value });
const raw = (id: string, more: Record<string, unknown>) => ({ ...spanJson({ id }), ...more });
const call = (id: string, more: Record<string, string | number>) => ({
  id,
  attributes: { ...callAttributes(`req_${id}`, null), ...more },
});

test.each<[string, FakeSpan | Record<string, unknown>, string, string, string]>([
  ['an attribute of another type than it says', raw('x', { attributes: [attribute('gen_ai.usage.input_tokens', { intValue: 'SECRET' })] }), 'refused', 'attribute: holds another type than it says', 'span anthropic.messages.create: attribute gen_ai.usage.input_tokens: holds another type than it says'],
  ['an attribute whose name is a text', raw('x', { attributes: [attribute('SECRET with blanks', { stringValue: 5 })] }), 'refused', 'attribute: holds another type than it says', 'span anthropic.messages.create: attribute with an unusual name: holds another type than it says'],
  ['a trace id of another length', raw('x', { traceId: 'SECRET' }), 'refused', 'traceId: must be bytes of the right number, not all zero', 'span anthropic.messages.create: traceId: must be bytes of the right number, not all zero'],
  ['no time', raw('x', { startTimeUnixNano: undefined }), 'refused', 'startTimeUnixNano: is missing', 'span anthropic.messages.create: startTimeUnixNano: is missing'],
  ['a time in words', raw('x', { startTimeUnixNano: 'SECRET' }), 'refused', 'startTimeUnixNano: must be nanoseconds since the epoch', 'span anthropic.messages.create: startTimeUnixNano: must be nanoseconds since the epoch'],
  ['a clock a day ahead', { ...good('x'), at: '2026-11-02T10:00:00Z' }, 'refused', "startTimeUnixNano: is in the future; is the sender's clock right?", "span anthropic.messages.create: startTimeUnixNano: is in the future; is the sender's clock right?"],
  ['a name that is no text', raw('x', { name: { SECRET: 1 } }), 'refused', 'name: must be a string', 'span: name: must be a string'],
  ['negative tokens', call('x', { 'gen_ai.usage.input_tokens': -5, 'gen_ai.usage.output_tokens': 3 }), 'odd-count', 'a count is negative: it is unknown, and so may be the price', 'gen_ai.usage.input_tokens is negative'],
  ['tokens in the API\'s object that are negative', call('x', { 'spanledger.usage': '{"input_tokens":5,"output_tokens":-3}' }), 'odd-count', 'a count is negative: it is unknown, and so may be the price', 'output_tokens is negative'],
  ['absurd tokens', call('x', { 'gen_ai.usage.input_tokens': 5e12, 'gen_ai.usage.output_tokens': 3 }), 'odd-count', 'a count is beyond 10,000,000,000: it is unknown, and so may be the price', 'gen_ai.usage.input_tokens is beyond 10,000,000,000'],
  ['half a token', call('x', { 'gen_ai.usage.input_tokens': 1.5, 'gen_ai.usage.output_tokens': 3 }), 'odd-count', 'a count is no whole number: it is unknown, and so may be the price', 'gen_ai.usage.input_tokens is no whole number'],
  ['tokens in words', call('x', { 'gen_ai.usage.input_tokens': 'SECRET', 'gen_ai.usage.output_tokens': 3 }), 'odd-count', 'a count is no number: it is unknown, and so may be the price', 'gen_ai.usage.input_tokens is no number'],
])('%s: the reason is shown without what was sent, and the call beside it is unharmed', async (_, bad, kind, reason, example) => {
  await send([good('before'), bad, good('after')]);
  const { refusals } = await coverage();
  expect(refusals.map((row) => [row.kind, row.signal, row.reason, row.example, row.count])).toEqual([[kind, 'span', reason, example, 1]]);
  expect(refusals[0]).toMatchObject({ service: 'shop', lastAt: new Date(NOW).toISOString() });
  expect(JSON.stringify(refusals)).not.toContain('SECRET');
  const { calls } = await queryCalls(store, { where: [], order: 'startedAt', limit: 10 });
  const costs = Object.fromEntries(calls.map(({ callId, costUsd }) => [callId, costUsd]));
  // 100 x 1 + 10 x 5 USD a million.
  const neighbours = { msg_req_before: '0.000150000000', msg_req_after: '0.000150000000' };
  expect(costs).toEqual(kind === 'odd-count' ? { ...neighbours, msg_req_x: null } : neighbours);
  expect(refusals[0]?.exampleCallId).toBe(kind === 'odd-count' ? 'msg_req_x' : null);
}); // prettier-ignore

test('10,000 attributes on a span: the call counts in full, the first 256 that may be kept are, and the page says so', async () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`gen_ai.custom.n${index}`, 'x']));
  await send([good('before'), { id: 'x', attributes: { ...callAttributes('req_x', USAGE), ...many } }, good('after')]);
  expect(await callIds()).toEqual(['msg_req_after', 'msg_req_before', 'msg_req_x']);
  const detail = await queryCall(store, 'msg_req_x');
  expect([detail?.costUsd, Object.keys(detail?.reports[0]?.attributes ?? {}).length]).toEqual(['0.000150000000', 256]);
  expect((await coverage()).refusals).toMatchObject([{ kind: 'trimmed', count: 1, exampleCallId: 'msg_req_x' }]);
});

test('a body that is no export, records that tell no call and spans that no source is known to tell are counted by why', async () => {
  await expect(pipeline.ingestTraces(new TextEncoder().encode('{"resourceSpans":"SECRET"}'), 'json')).rejects.toThrow();
  const log = { logRecords: [{ timeUnixNano: '1793525400000000000', body: { stringValue: 'SECRET' } }] };
  const metric = {
    metrics: [{ name: 'm', sum: { dataPoints: [{ timeUnixNano: '1793525400000000000', asInt: '5' }] } }],
  };
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  await pipeline.ingestLogs(bytes({ resourceLogs: [{ scopeLogs: [{ scope: { name: 'winston' }, ...log }] }] }), 'json');
  await pipeline.ingestMetrics(
    bytes({ resourceMetrics: [{ scopeMetrics: [{ scope: { name: 'm' }, ...metric }] }] }),
    'json',
  );
  const tokens = { 'llm.usage.total_tokens': 5 };
  await send(
    [
      { id: 'other', name: 'chat', attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-5' } },
      { id: 'odd', name: 'ask', attributes: tokens },
      { id: 'plain', name: 'GET /', attributes: { 'http.route': '/' } },
    ],
    'house-made',
  ); // prettier-ignore
  const { refusals, calls } = await coverage();
  expect(refusals.map(({ kind, signal, source, count }) => `${kind} ${signal} ${source} ${count}`).toSorted()).toEqual([
    'not-kept log record winston 1',
    'not-kept metric point m 1',
    'other-provider span house-made 1',
    'refused body  1',
    'unknown span house-made 1',
  ]);
  expect([calls, JSON.stringify(refusals).includes('SECRET')]).toEqual([0, false]);
});

test('whatever is refused is told by what and why, nothing of it is repeated, and nothing throws', async () => {
  const MARK = 'zq7w';
  const said = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `${text} ${MARK} ${text}`),
    fc.constantFrom(null, undefined, -1, 1.5, true, '', MARK, [MARK], { [MARK]: MARK }, '0'.repeat(32)),
  );
  const span = fc
    .record(
      {
        traceId: said, spanId: said, parentSpanId: said, name: said, kind: said, startTimeUnixNano: said, endTimeUnixNano: said,
        attributes: fc.oneof(said, fc.array(fc.record({ key: said, value: fc.oneof(said, fc.record({ intValue: said }), fc.record({ stringValue: said }), fc.record({ arrayValue: said })) }), { maxLength: 3 })),
      },
      { requiredKeys: [] },
    )
    .map((changes, index = 0) => raw(`x${index}`, { name: 'anthropic.messages.create', ...changes })); // prettier-ignore
  await fc.assert(
    fc.asyncProperty(fc.array(span, { minLength: 10, maxLength: 40 }), async (spans) => {
      await emptyLedger(store);
      restart();
      const { accepted, refused } = await send([...spans, good()]);
      expect(accepted + refused.length).toBe(spans.length + 1);
      const { refusals } = await coverage();
      expect(refusals.filter(({ kind }) => kind === 'refused').reduce((sum, { count }) => sum + count, 0)).toBe(refused.length);
      for (const { reason, example } of refusals) {
        expect([reason, example]).not.toContain('');
        expect(`${reason} ${example}`.replaceAll(`attribute ${MARK}`, '').replaceAll(`span ${MARK}`, '')).not.toContain(MARK);
      }
      expect(await queryCall(store, 'msg_req_good')).not.toBeNull();
    }),
    { numRuns: 5 },
  ); // prettier-ignore
});

test('refusals add up by the hour, survive a restart and a store that fails for a while, and their groups are bounded', async () => {
  const bad = (id: string) => raw(id, { traceId: '' });
  await send([bad('1'), bad('2')]);
  clock += 3_600_000;
  let failing = true;
  const flaky: Store = {
    ...store,
    insert: async (table, rows) => {
      if (failing && table === 'refusals') throw new StoreError('unavailable', 'down');
      await store.insert(table, rows);
    },
  };
  const later = createPipeline({ store: flaky, now: () => clock });
  await later.ingestTraces(exportBody([bad('3'), good()]), 'json');
  failing = false;
  await later.ingestTraces(exportBody([bad('4')]), 'json');
  expect((await coverage()).refusals).toMatchObject([
    { reason: 'traceId: must be bytes of the right number, not all zero', count: 4, lastAt: new Date(clock).toISOString() },
  ]);
  expect(await callIds()).toEqual(['msg_req_good']);
  for (let index = 0; index < 600; index += 100) {
    const request = {
      resourceSpans: Array.from({ length: 100 }, (_, n) => ({
        scopeSpans: [{ scope: { name: `scope ${index + n}` }, spans: [bad('x')] }],
      })),
    };
    await pipeline.ingestTraces(new TextEncoder().encode(JSON.stringify(request)), 'json');
  }
  const [row] = await store.query<{ n: number; total: number }>(
    'SELECT uniqExact(source) AS n, sum(count) AS total FROM refusals',
  );
  expect([Number(row?.n) <= 502, Number(row?.total)]).toEqual([true, 604]);
}); // prettier-ignore

// ---- ids used twice --------------------------------------------------------------------------------------------------------------

const other = { input_tokens: 7, output_tokens: 3 };
const reused = (id: string, usage: Record<string, unknown>, more: Record<string, string | number> = {}): FakeSpan => ({
  id,
  attributes: callAttributes('req_same', usage, more),
});

test('two spans of one source under one id that tell different usages are two calls, and the later is shown as set apart', async () => {
  await send([reused('one', USAGE), reused('two', other)]);
  const apart = `${traceIdOf('two')}-${spanIdOf('two')}`;
  const check = async () => {
    expect(await callIds()).toEqual([apart, 'msg_req_same'].toSorted());
    // 7 x 1 + 3 x 5 USD a million.
    expect(await queryCall(store, apart)).toMatchObject({ costUsd: '0.000022000000', messageId: null });
    expect(await queryCall(store, 'req_same')).toMatchObject({ callId: 'msg_req_same', costUsd: '0.000150000000' });
  };
  await check();
  const { refusals, setApart, setApartCalls } = await coverage();
  expect(refusals).toMatchObject([{ kind: 'set-apart', count: 1, exampleCallId: apart }]);
  expect([setApart, setApartCalls]).toMatchObject([[{ callId: apart, service: 'shop', apart: true }], 1]);
  // Sent again, also to a process that began after: still these two.
  await send([reused('two', other), reused('one', USAGE)]);
  await check();
  restart();
  await pipeline.recall();
  await send([reused('two', other)]);
  await check();
});

test('where the memory has forgotten, the page finds the call whose reports do not agree', async () => {
  await send([reused('one', USAGE)]);
  restart();
  await send([reused('two', other)]);
  expect(await callIds()).toEqual(['msg_req_same']);
  expect((await coverage()).setApart).toMatchObject([{ callId: 'msg_req_same', apart: false }]);
});

test.each<[string, FakeSpan[]]>([
  ['an export that is repeated', [reused('one', USAGE), reused('one', USAGE)]],
  ['the same usage in another span', [reused('one', USAGE), reused('two', USAGE)]],
  ['a stream that was cut, then told whole', [reused('one', { input_tokens: 100, output_tokens: 2 }, { 'spanledger.usage.complete': false as never }), reused('two', USAGE)]],
  ['what was told whole, then by a stream that was cut', [reused('one', USAGE), reused('two', { input_tokens: 100, output_tokens: 2 }, { 'spanledger.usage.complete': false as never })]],
  ['a supplement', [reused('one', { input_tokens: 100, output_tokens: 1 }), reused('two', USAGE, { 'spanledger.supplement_of': spanIdOf('one') })]],
])('%s is not taken for an id used twice', async (_, spans) => {
  await send(spans);
  expect(await callIds()).toEqual(['msg_req_same']);
  expect(await coverage()).toMatchObject({ refusals: [], setApart: [] });
}); // prettier-ignore

test('results of a batch that are read twice are not taken for ids used twice', async () => {
  const result = (spanId: string, output: number) =>
    report('spanledger', { spanId, messageId: 'msg_b', batchId: 'b1', customId: 'c1', usage: { ...USAGE, output_tokens: output } });
  await pipeline.ingestReports([result('s1', 10), result('s2', 11)]);
  expect(await callIds()).toEqual(['msg_b']);
  expect(await coverage()).toMatchObject({ refusals: [], setApart: [] });
}); // prettier-ignore

// ---- clocks apart ----------------------------------------------------------------------------------------------------------------

const client = report('anthropic-sdk', { spanId: 'c', messageId: 'msg_1', requestId: 'req_1', tags: { ...blankReport('', 0).tags, service: 'shop', feature: 'search' } }); // prettier-ignore
const server = report('claude-platform', { spanId: 's', messageId: 'msg_1', requestId: 'req_1' });
const HOURS_3 = 3 * 3_600_000_000;

test.each<[string, Report[], string, string]>([
  ['the client first', [client, { ...server, startedAtMicros: AT - HOURS_3 }], '2026-11-01T09:30:00.000Z', '2026-11-01T06:30:00.000Z'],
  ['the server first', [server, { ...client, startedAtMicros: AT - HOURS_3 }], '2026-11-01T09:30:00.000Z', '2026-11-01T06:30:00.000Z'],
  ['the server by request id only', [client, { ...server, messageId: null, startedAtMicros: AT - HOURS_3 }], '2026-11-01T09:30:00.000Z', '2026-11-01T06:30:00.000Z'],
])('a client and a server whose clocks are three hours apart tell of one call: %s', async (_, reports, startedAt, said) => {
  await pipeline.ingestReports([reports[0]!]);
  await pipeline.ingestReports([reports[1]!]);
  await pipeline.ingestReports([reports[1]!]);
  const check = async () => {
    const { calls } = await queryCalls(store, { where: [], order: 'startedAt', limit: 10 });
    expect(calls).toMatchObject([{ callId: 'msg_1', feature: 'search', startedAt, sources: ['anthropic-sdk', 'claude-platform'] }]);
    const detail = await queryCall(store, 'msg_1');
    expect(detail?.reports.map(({ attributes }) => attributes['spanledger.said_started_at']).filter(Boolean)).toEqual([said]);
  };
  await check();
  const { refusals, seen } = await coverage();
  expect(refusals).toMatchObject([{ kind: 'skewed', service: 'shop', largestSkewMs: 10_800_000, count: 2, exampleCallId: expect.stringMatching(/^(msg|req)_1$/) }]);
  expect(seen).toMatchObject([{ service: 'shop', calls: 1, both: 1, clientOnly: 0, serverOnly: 0 }]);
  restart();
  await pipeline.recall();
  await pipeline.ingestReports([reports[1]!]);
  await check();
}); // prettier-ignore

test('a few minutes apart is no skew', async () => {
  await pipeline.ingestReports([client, { ...server, startedAtMicros: AT + 300_000_000 }]);
  expect(await coverage()).toMatchObject({ refusals: [], seen: [{ both: 1 }] });
});

// ---- what is seen, what is silent, what lacks a feature ---------------------------------------------------------------------------

const tags = (more: Partial<Report['tags']>) => ({ ...blankReport('', 0).tags, ...more });

test('calls are counted by service and workspace, by who told them: the client, the server, both', async () => {
  await pipeline.ingestReports([
    { ...client, tags: tags({ service: 'shop', workspace: 'w1' }) },
    { ...server, tags: tags({ workspace: 'w1' }) },
    { ...server, spanId: 's2', messageId: 'msg_2', requestId: null, tags: tags({ workspace: 'w1' }) },
    { ...server, spanId: 's3', messageId: 'msg_3', requestId: null },
    report('spanledger', { spanId: 'c4', messageId: 'msg_4', tags: tags({ service: 'shop', workspace: 'w1' }) }),
    report('openllmetry', { spanId: 'c5', messageId: 'msg_4', tags: tags({ service: 'shop', workspace: 'w1' }) }),
  ]);
  const { calls, seen, sources } = await coverage();
  expect([calls, seen]).toEqual([
    4,
    [
      { service: 'shop', workspace: 'w1', calls: 2, clientOnly: 1, serverOnly: 0, both: 1 },
      { service: null, workspace: 'w1', calls: 1, clientOnly: 0, serverOnly: 1, both: 0 },
      { service: null, workspace: null, calls: 1, clientOnly: 0, serverOnly: 1, both: 0 },
    ],
  ]);
  expect(sources.map(({ source, calls: told }) => `${source} ${told}`)).toEqual([
    'claude-platform 3', 'anthropic-sdk 1', 'openllmetry 1', 'spanledger 1',
  ]); // prettier-ignore
});

test('a source that had calls in the day before and none for an hour is silent; one that still has calls is not', async () => {
  const at = (instant: string) => Date.parse(instant) * 1000;
  const told = (service: string, id: string, instant: string) =>
    report('spanledger', { spanId: id, messageId: id, startedAtMicros: at(instant), tags: tags({ service }) });
  await pipeline.ingestReports([
    told('quiet', 'a', '2026-11-01T08:00:00Z'),
    told('quiet', 'b', '2026-11-01T08:59:00Z'),
    told('busy', 'c', '2026-11-01T08:00:00Z'),
    told('busy', 'd', '2026-11-01T09:01:00Z'),
    told('long-gone', 'e', '2026-10-31T08:59:00Z'),
  ]);
  expect((await coverage()).silent).toEqual([
    {
      source: 'spanledger',
      service: 'quiet',
      callsBefore: 2,
      believedCallsBefore: 2,
      lastCallAt: '2026-11-01T08:59:00.000Z',
    },
  ]);
});

test('of the calls a source told, those it is believed about are said: a filter by it finds exactly these', async () => {
  const at = Date.parse('2026-11-01T08:00:00Z') * 1000;
  const told = (source: string, id: string, spanId: string) =>
    report(source, { spanId, messageId: id, startedAtMicros: at, tags: tags({ service: 'quiet' }) });
  // Of the first call the application and the servers tell, of the second the servers alone.
  await pipeline.ingestReports([
    told('spanledger', 'a', 'a1'),
    told('claude-platform', 'a', 'a2'),
    told('claude-platform', 'b', 'b1'),
  ]);
  const { sources, silent, silentWindow } = await coverage();
  expect(sources.map(({ source, calls, believedCalls }) => [source, calls, believedCalls])).toEqual([
    ['claude-platform', 2, 1],
    ['spanledger', 1, 1],
  ]);
  expect(silentWindow).toEqual({ from: '2026-10-31T09:00:00.000Z', to: '2026-11-01T09:00:00.000Z' });
  expect(silent.map(({ source, callsBefore }) => [source, callsBefore])).toEqual([
    ['claude-platform', 2],
    ['spanledger', 1],
  ]);
  for (const { source, service, believedCallsBefore } of silent) {
    const where = [`source:${source}`, `service:${service ?? ''}`];
    const { calls } = await queryCalls(store, { ...silentWindow, where, order: 'startedAt', limit: 10 });
    expect([source, calls.length]).toEqual([source, believedCallsBefore]);
  }
});

test('calls without a feature come with the line that would tag them, for the language they come from', async () => {
  const from = (source: string, scope: string | null, id: string, service: string) =>
    report(source, { spanId: id, messageId: id, scope, tags: tags({ service }) });
  await pipeline.ingestReports([
    from('spanledger', '@spanledger/instrumentation', 'a', 'web'),
    from('anthropic-sdk', 'com.anthropic.sdk.typescript', 'b', 'web2'),
    from('anthropic-sdk', 'com.anthropic.sdk.python', 'c', 'worker'),
    from('claude-code', 'com.anthropic.claude_code.events', 'd', 'claude-code'),
    from('api', null, 'e', 'cron'),
    from('gen-ai', 'house-made', 'f', 'other'),
    from('claude-platform', 'com.anthropic.claude-platform', 'h', ''),
    report('spanledger', { spanId: 'g', messageId: 'g', tags: tags({ service: 'web', feature: 'search' }) }),
  ]);
  const { untagged } = await coverage();
  expect(untagged.map(({ service, calls, language }) => `${service} ${calls} ${language}`).toSorted()).toEqual([
    'claude-code 1 claude-code',
    'cron 1 api',
    'null 1 server',
    'other 1 any',
    'web 1 node',
    'web2 1 node',
    'worker 1 python',
  ]);
  expect(untagged.find(({ service }) => service === 'web')?.line).toMatch(/^await withTags\(\{ feature: /);
  // 100 x 1 + 10 x 5 USD a million.
  expect(untagged.every(({ costUsd, unpricedCalls }) => costUsd === '0.000150000000' && unpricedCalls === 0)).toBe(
    true,
  );
});

test('what calls without a feature cost is said with how many of them no price is known for', async () => {
  const untaggedOf = (id: string, model: string) => report('api', { spanId: id, messageId: id, model });
  await pipeline.ingestReports([untaggedOf('a', 'claude-haiku-4-5'), untaggedOf('b', 'claude-nova-9')]);
  expect((await coverage()).untagged).toMatchObject([{ calls: 2, costUsd: '0.000150000000', unpricedCalls: 1 }]);
});

test('the line for Python and others works: a feature among the resource attributes is the feature of the calls', async () => {
  await pipeline.ingestTraces(
    exportBody([good(), { id: 'own', attributes: callAttributes('req_own', USAGE, { 'spanledger.feature': 'own' }) }], {
      scope: 'com.anthropic.sdk.python',
      resource: { 'service.name': 'worker', 'spanledger.feature': 'nightly' },
    }),
    'json',
  );
  expect(await queryCall(store, 'msg_req_good')).toMatchObject({ feature: 'nightly' });
  expect(await queryCall(store, 'msg_req_own')).toMatchObject({ feature: 'own' });
});

test('an empty ledger has nothing to say, and says it', async () => {
  expect(await coverage()).toEqual({
    ...WINDOW, calls: 0, seen: [], sources: [], silent: [],
    silentWindow: { from: '2026-10-31T09:00:00.000Z', to: '2026-11-01T09:00:00.000Z' }, refusals: [], setApart: [], setApartCalls: 0, untagged: [],
  }); // prettier-ignore
});
