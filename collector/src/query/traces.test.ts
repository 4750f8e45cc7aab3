// The waterfall's answer on hand-built traces, from the bytes of exports to sums worked out by hand, on the real engine.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { tracesAnswerSchema } from '../contract.ts';
import {
  exportBody,
  logsBody,
  NATIVE,
  spanIdOf,
  spanJson,
  traceIdOf,
  type FakeSpan,
  type Value,
} from '../ingest/fakes.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryCalls } from './calls.ts';
import { queryTrace } from './traces.ts';

const SERVERS = 'com.anthropic.claude-platform';
const TRACE = traceIdOf('the trace');
let store: Store;
let pipeline: Pipeline;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  pipeline = createPipeline({ store, now: () => Date.parse('2026-11-21T18:00:00Z') });
});

type Told = Omit<FakeSpan, 'at'> & { in?: string; atMs: number; kind?: number };
/** Spans of one trace and one scope, by names; `atMs` since half past nine. */
async function send(spans: readonly Told[], scope = 'acme', service = 'shop') {
  const at = (ms: number) => new Date(Date.parse('2026-11-01T09:30:00Z') + ms).toISOString();
  const body = exportBody(
    spans.map(({ atMs, in: parent, kind = 3, ...span }) => ({
      ...spanJson({
        ...span,
        at: at(atMs),
        traceId: TRACE,
        ...(parent === undefined ? {} : { parentSpanId: spanIdOf(parent) }),
      }),
      kind,
    })),
    { scope, resource: { 'service.name': service } },
  );
  const { refused } = await pipeline.ingestTraces(body, 'json');
  expect(refused).toEqual([]);
}
const trace = async () => {
  const answer = await queryTrace(store, TRACE);
  if (answer === null) throw new Error('no trace');
  expect(tracesAnswerSchema.safeParse(answer).error).toBeUndefined();
  return answer;
};
const nameOf = (spans: readonly string[]) => new Map(spans.map((id) => [spanIdOf(id), id]));

/** Haiku 4.5: 1 USD a million in, 5 out. */
const usage = (input: number, output: number) => ({
  'spanledger.usage': JSON.stringify({ input_tokens: input, output_tokens: output, service_tier: 'standard' }),
});
const call = (n: number, more: Record<string, Value>): Record<string, Value> => ({
  'gen_ai.request.model': 'claude-haiku-4-5',
  'gen_ai.response.model': 'claude-haiku-4-5-20251001',
  'http.response.status_code': 200,
  'anthropic.request.id': `req_${n}`,
  'gen_ai.response.id': `msg_${n}`,
  'anthropic.message.stop_reason': 'end_turn',
  ...more,
});

/**
 * request > agent > step 1: call 1 (told by a wrapper, the SDK within it, Anthropic's servers within that), tool find_order > call 3
 *                 > step 2: call 2, tool find_order (fails)
 * Call 1: 1,000 x 1 + 200 x 5 = 2,000 micro-USD; call 2: 3,000 + 100 x 5 = 3,500; call 3: 500 + 10 x 5 = 550. All: 6,050.
 */
async function sendAgentTrace() {
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find_order' };
  await send([
    { id: 'request', name: 'POST /chat', atMs: 0, durationMs: 10_000, attributes: { 'http.route': '/chat' } },
    { id: 'agent', name: 'invoke_agent support', in: 'request', atMs: 10, durationMs: 9_900,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support' } },
    { id: 'step1', name: 'step 1', in: 'agent', atMs: 20, durationMs: 5_000 },
    { id: 'tool1', name: 'execute_tool find_order', in: 'step1', atMs: 2_100, durationMs: 900, attributes: tool },
    { id: 'step2', name: 'step 2', in: 'agent', atMs: 5_100, durationMs: 4_000 },
    { id: 'tool2', name: 'execute_tool find_order', in: 'step2', atMs: 8_000, durationMs: 100, status: 2, attributes: tool },
  ]); // prettier-ignore
  await send(
    [
      { id: 'native1', in: 'wrapper', atMs: 40, durationMs: 2_000, attributes: call(1, usage(1_000, 200)) },
      { id: 'native2', in: 'step2', atMs: 5_200, durationMs: 1_500, attributes: call(2, usage(3_000, 100)) },
      { id: 'native3', in: 'tool1', atMs: 2_200, durationMs: 700, attributes: call(3, usage(500, 10)) },
    ],
    NATIVE,
  );
  // The wrapper knows no id of the call: it is found by its place around the SDK's span.
  await send(
    [
      {
        id: 'wrapper',
        name: 'chat claude-haiku-4-5',
        in: 'step1',
        atMs: 30,
        durationMs: 2_020,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'anthropic',
          'gen_ai.request.model': 'claude-haiku-4-5',
          'gen_ai.response.model': 'claude-haiku-4-5-20251001',
          'gen_ai.usage.input_tokens': 1_000,
          'gen_ai.usage.output_tokens': 200,
        },
      },
    ],
    'some-wrapper',
  );
  await send(
    [
      {
        id: 'server1',
        in: 'native1',
        atMs: 140,
        durationMs: 1_700,
        attributes: call(1, { 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 200 }),
      },
    ].map((span) => ({ ...span, kind: 2 })),
    SERVERS,
    'claude-platform',
  );
}
const NAMES = [
  'request',
  'agent',
  'step1',
  'wrapper',
  'native1',
  'server1',
  'tool1',
  'native3',
  'step2',
  'native2',
  'tool2',
];

test('an agent trace: a call that three sources tell of counts once, and every span has what it and all beneath it cost', async () => {
  await sendAgentTrace();
  const { spans, total, services } = await trace();
  const names = nameOf(NAMES);
  expect(
    spans.map(({ spanId, part, callId, counted, rolledUp }) => [names.get(spanId), part, callId, counted, rolledUp.calls, rolledUp.costUsd]),
  ).toEqual([
    ['request', 'http', null, false, 3, '0.006050000000'],
    ['agent', 'agent', null, false, 3, '0.006050000000'],
    ['step1', 'step', null, false, 2, '0.002550000000'],
    ['wrapper', 'call', 'msg_1', false, 1, '0.002000000000'],
    ['native1', 'call', 'msg_1', true, 1, '0.002000000000'],
    ['server1', 'server', 'msg_1', false, 0, '0.000000000000'],
    ['tool1', 'tool', null, false, 1, '0.000550000000'],
    ['native3', 'call', 'msg_3', true, 1, '0.000550000000'],
    ['step2', 'step', null, false, 1, '0.003500000000'],
    ['native2', 'call', 'msg_2', true, 1, '0.003500000000'],
    ['tool2', 'tool', null, false, 0, '0.000000000000'],
  ]); // prettier-ignore
  expect(total).toEqual({
    calls: 3,
    unpricedCalls: 0,
    callsWithoutUsage: 0,
    costUsd: '0.006050000000',
    inputTokens: 4_500,
    cacheWriteTokens: 0,
    cacheReadTokens: 0,
    outputTokens: 310,
  });
  expect(services).toEqual(['claude-platform', 'shop']);
  expect(spans.find(({ spanId }) => spanId === spanIdOf('server1'))).toMatchObject({
    offsetMs: 140,
    durationMs: 1_700,
  });
  // The same calls, as the explorer has them.
  const { calls } = await queryCalls(store, { where: [], order: 'startedAt', limit: 10 });
  expect(calls.map(({ callId }) => callId).toSorted()).toEqual(['msg_1', 'msg_2', 'msg_3']);
});

test('a run of an agent says what each step and each tool of it cost', async () => {
  await sendAgentTrace();
  const { agents } = await trace();
  expect(
    agents.map(({ name, rolledUp, steps, outsideSteps, tools }) => ({
      name,
      costUsd: rolledUp.costUsd,
      steps: steps.map((step) => [step.name, step.rolledUp.calls, step.rolledUp.costUsd]),
      outside: [outsideSteps.calls, outsideSteps.costUsd],
      tools: tools.map((tool) => [tool.name, tool.uses, tool.errors, tool.durationMs, tool.rolledUp.costUsd]),
    })),
  ).toEqual([
    {
      name: 'support',
      costUsd: '0.006050000000',
      steps: [
        ['step 1', 2, '0.002550000000'],
        ['step 2', 1, '0.003500000000'],
      ],
      outside: [0, '0.000000000000'],
      tools: [['find_order', 2, 1, 1_000, '0.000550000000']],
    },
  ]);
});

test('what an exporter sends twice is there once, and a span sent before its end is the longer of the two', async () => {
  await sendAgentTrace();
  await sendAgentTrace();
  await send([{ id: 'tool2', name: 'execute_tool find_order', in: 'step2', atMs: 8_000, durationMs: 300 }]);
  const { spans, spanCount, total } = await trace();
  expect([spans.length, spanCount, total.calls, total.costUsd]).toEqual([11, 11, 3, '0.006050000000']);
  expect(spans.find(({ spanId }) => spanId === spanIdOf('tool2'))?.durationMs).toBe(300);
});

test('orphans say so, several roots stand side by side, and a child by a slow clock begins before its parent', async () => {
  await send([{ id: 'root', atMs: 1_000, durationMs: 500 }]);
  await send([{ id: 'child', in: 'root', atMs: 400, durationMs: 100 }], 'acme', 'other');
  await send([{ id: 'lost', in: 'never came', atMs: 2_000, durationMs: 100 }]);
  await send([{ id: 'second', atMs: 3_000, durationMs: 100 }]);
  const { spans, durationMs, startedAt } = await trace();
  const names = nameOf(['root', 'child', 'lost', 'second']);
  expect(spans.map(({ spanId, orphan, offsetMs }) => [names.get(spanId), orphan, offsetMs])).toEqual([
    ['child', false, 0],
    ['root', false, 600],
    ['lost', true, 1_600],
    ['second', false, 2_600],
  ]);
  expect([startedAt, durationMs]).toEqual(['2026-11-01T09:30:00.400Z', 2_700]);
});

test('a call without a price is in the counts and makes no sum smaller than it is known to be', async () => {
  await send([{ id: 'root', atMs: 0, durationMs: 5_000 }]);
  await send(
    [
      { id: 'priced', in: 'root', atMs: 10, attributes: call(1, usage(1_000, 200)) },
      { id: 'unpriced', in: 'root', atMs: 20, attributes: { ...call(2, usage(1, 1)), 'gen_ai.response.model': 'claude-nobody-9' } },
    ],
    NATIVE,
  ); // prettier-ignore
  const { spans, calls } = await trace();
  expect(spans[0]?.rolledUp).toMatchObject({ calls: 2, unpricedCalls: 1, costUsd: '0.002000000000' });
  expect(spans[2]?.rolledUp).toMatchObject({ calls: 1, unpricedCalls: 1, costUsd: null });
  expect(calls[1]).toMatchObject({ callId: 'msg_2', costUsd: null, unpricedReason: expect.stringMatching(/\S/) });
});

test('a call that only a log record told of stands beneath the span that the record names', async () => {
  await send(
    [{ id: 'turn', name: 'claude_code.interaction', atMs: 0, durationMs: 4_000 }],
    'com.anthropic.claude_code',
  );
  const body = logsBody(
    [
      {
        eventName: 'claude_code.api_request',
        at: '2026-11-01T09:30:03Z',
        traceId: TRACE,
        spanId: spanIdOf('turn'),
        attributes: {
          'event.name': 'api_request', model: 'claude-haiku-4-5', request_id: 'req_9', duration_ms: 2_000,
          input_tokens: 1_000, output_tokens: 200, cache_read_tokens: 0, cache_creation_tokens: 0,
        }, // prettier-ignore
      },
    ],
    { scope: 'com.anthropic.claude_code.events', resource: { 'service.name': 'claude-code' } },
  );
  expect(await pipeline.ingestLogs(body, 'json')).toMatchObject({ calls: 1 });
  const { spans, total, spanCount } = await trace();
  expect(
    spans.map(({ parentSpanId, part, callId, sent, counted }) => [parentSpanId, part, callId, sent, counted]),
  ).toEqual([
    [null, 'agent', null, true, false],
    [spanIdOf('turn'), 'call', 'req_9', false, true],
  ]);
  expect([spanCount, total.calls, total.outputTokens, spans[0]?.rolledUp.calls]).toEqual([1, 1, 200, 1]);
});

test('a trace of more than 10,000 spans is answered with the first 10,000, the sums of all and a note', async () => {
  const ROUNDS = 2_100;
  const all = Array.from({ length: ROUNDS }, (_, n): Told[] => [
    { id: `step${n}`, in: 'agent', atMs: 1 + n * 100, durationMs: 90 },
    ...[0, 1, 2].map((tool) => ({ id: `tool${n}.${tool}`, in: `step${n}`, atMs: 50 + n * 100, durationMs: 10 })),
  ]).flat();
  await send([{ id: 'agent', name: 'invoke_agent', atMs: 0, durationMs: 300_000 }, ...all]);
  await send(
    Array.from({ length: ROUNDS }, (_, n) => ({
      id: `call${n}`, in: `step${n}`, atMs: 2 + n * 100, durationMs: 40, attributes: call(n, usage(1_000, 200)),
    })), // prettier-ignore
    NATIVE,
  );
  const begun = performance.now();
  const answer = await trace();
  const tookMs = performance.now() - begun;
  expect(answer.spans).toHaveLength(10_000);
  expect(answer.spanCount).toBe(1 + ROUNDS * 5);
  expect(answer.note).toBe('Of 10,501 spans the first 10,000 are shown; costs, calls and tokens are those of all.');
  expect(answer.total).toMatchObject({ calls: ROUNDS, costUsd: '4.200000000000' }); // 2,100 x 0.002
  expect(answer.spans[0]?.rolledUp.costUsd).toBe('4.200000000000');
  expect(tookMs).toBeLessThan(20_000); // half a second was measured; this machine may be busy with other things
});
