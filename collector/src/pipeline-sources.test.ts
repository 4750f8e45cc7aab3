// What several signals and several emitters say of the same calls, as captured, on the real embedded engine: each call counts
// once, with the best that any of them knows.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bytesOf, callsMade, loadCorpus, reportsByScenario, type Corpus } from './ingest/dialects/corpus.ts';
import { EMITTERS } from './ingest/dialects/corpus-emitters.ts';
import { callAttributes, exportBody, NATIVE, spanJson, traceIdOf } from './ingest/fakes.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { queryCalls } from './query/calls.ts';
import { emptyLedger } from './retention/fakes.ts';
import { openTemporaryStore } from './store/fakes.ts';
import type { Store } from './store/store.ts';

const NOW = Date.parse('2026-11-21T18:00:00Z');
let store: Store;
let pipeline: Pipeline;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  pipeline = createPipeline({ store, now: () => NOW });
});

async function send(bodies: Corpus['bodies']): Promise<void> {
  for (const body of bodies) {
    if (body.signal === 'logs') await pipeline.ingestLogs(bytesOf(body), body.encoding);
    else await pipeline.ingestTraces(bytesOf(body), body.encoding);
  }
}
const calls = async () => (await queryCalls(store, { where: [], order: 'startedAt', limit: 500 })).calls;

const claudeCode = loadCorpus('claude-code');
const scenario = (name: string) => claudeCode.bodies.filter((body) => body.scenario === name);

test('Claude Code’s event and span of a call are one call, whichever came first and however often', async () => {
  const [spans, events] = [scenario('agent').slice(0, 1), scenario('agent').slice(1)];
  expect([spans[0]?.signal, events[0]?.signal]).toEqual(['traces', 'logs']);
  await send([...events, ...spans, ...events]);
  const found = await calls();
  expect(found.map(({ requestId }) => requestId)).toEqual(['req_fake_000002', 'req_fake_000001']);
  expect(found[1]).toMatchObject({
    source: 'claude-code',
    // From the event: who answered, the split of the cache writes, and so the cost.
    model: 'claude-haiku-4-5-20251001',
    usage: {
      inputTokens: 101,
      cacheWrite5mTokens: 5003,
      cacheWrite1hTokens: 1004,
      cacheReadTokens: 8009,
      outputTokens: 53,
    },
    // USD a million: 101 x 1 + 5,003 x 1.25 + 1,004 x 2 + 8,009 x 0.10 + 53 x 5 = 9,428.65, as Claude Code says too
    costUsd: '0.009428650000',
    // From the span: how it ended and how often it was tried.
    stopReason: 'tool_use',
    retries: 0,
    service: 'claude-code',
    conversationId: '8f878432-c5ea-481b-b619-48e3d9249c8d',
  });
});

test('a call of Claude Code that was tried twice took as long as both, which only the span knows', async () => {
  await send(scenario('rl_then_ok'));
  expect(await calls()).toMatchObject([{ retries: 1, durationMs: 1130.172, outcome: 'ok', costUsd: '0.000310000000' }]);
});

test('a call of Claude Code that failed is one failed call that costs nothing', async () => {
  await send(scenario('overloaded'));
  expect(await calls()).toMatchObject([
    { outcome: 'error', errorType: 'overloaded_error', httpStatus: 529, retries: 2, costUsd: '0.000000000000' },
  ]);
});

test('of every captured emitter, alone or two at once, each call that any of them tells of counts once, and no other does', async () => {
  const names = [...new Set(EMITTERS.map(({ corpus }) => corpus))];
  const expected: Record<string, number> = {};
  const reports = names.flatMap((name) => {
    const corpus = loadCorpus(name);
    // The declared gaps, which corpus.test.ts holds to the truth: missing is what no emitter of the corpus tells of.
    const missing = EMITTERS.filter((emitter) => emitter.corpus === name).map(({ gaps }) => gaps['call missing'] ?? '');
    const made = Object.entries(corpus.truth).flatMap(([title, requests]) => callsMade(title, requests));
    const isMissing = ({ label, stream }: (typeof made)[number]) =>
      missing.every((labels) => labels.split(', ').some((one) => one === label || (one === 'streams' && stream)));
    expected[name] = made.filter((call) => !isMissing(call)).length;
    // Each stand-in counted its ids from 1, and that of Claude Code anew in every scenario.
    return [...reportsByScenario(corpus)].flatMap(([title, said]) =>
      said.map((report) => {
        const own = (id: string | null) =>
          id === null ? null : `${name}/${name === 'claude-code' ? title : ''}/${id}`;
        const tags = { ...report.tags, project: name };
        return { ...report, messageId: own(report.messageId), requestId: own(report.requestId), tags };
      }),
    );
  });
  await pipeline.ingestReports([...reports, ...reports]);
  const counted: Record<string, number> = {};
  for (const { project } of await calls()) counted[String(project)] = (counted[String(project)] ?? 0) + 1;
  expect(counted).toEqual(expected);
});

test('a failed step of an agent and the steps before it are as many calls', async () => {
  const span = (id: string, operation: string, more: object = {}) => ({
    ...spanJson({
      id,
      traceId: traceIdOf('agent'),
      status: 0,
      attributes: {
        'ai.operationId': operation,
        'ai.model.provider': 'anthropic.messages',
        'ai.model.id': 'claude-haiku-4-5',
      },
    }),
    ...more,
  });
  const wrapper = span('wrapper', 'ai.generateText', { status: { code: 2, message: 'Overloaded' } });
  const parentSpanId = wrapper['spanId'];
  const answered = spanJson({
    id: 'first',
    traceId: traceIdOf('agent'),
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'anthropic.messages',
      'ai.model.id': 'claude-haiku-4-5',
      'ai.response.id': 'msg_1',
      'ai.response.finishReason': 'tool-calls',
      'ai.usage.inputTokens': 10,
      'ai.usage.inputTokenDetails.noCacheTokens': 10,
      'ai.usage.outputTokens': 5,
    },
  });
  const failed = span('second', 'ai.generateText.doGenerate', {
    status: { code: 2, message: 'Overloaded' },
    parentSpanId,
  });
  await pipeline.ingestTraces(exportBody([wrapper, { ...answered, parentSpanId }, failed], { scope: 'ai' }), 'json');
  expect((await calls()).map(({ outcome, messageId }) => [outcome, messageId]).toSorted()).toEqual([
    ['error', null],
    ['ok', 'msg_1'],
  ]);
});

test('the span of the application and the one of Anthropic’s servers are one call', async () => {
  const usage = {
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
    'anthropic.workspace.id': 'wrkspc_1',
  };
  const client = {
    id: 'client',
    attributes: { ...callAttributes('req_1', null), ...usage, 'spanledger.feature': 'chat' },
  };
  const server = { ...spanJson({ id: 'server', attributes: { ...callAttributes('req_1', null), ...usage } }), kind: 2 };
  const platform = { scope: 'com.anthropic.claude-platform', resource: { 'service.name': 'claude-platform' } };
  await pipeline.ingestTraces(exportBody([server], platform), 'json');
  await pipeline.ingestTraces(exportBody([client], { scope: NATIVE }), 'json');
  await pipeline.ingestTraces(exportBody([server], platform), 'json'); // delivery is at least once
  expect(await calls()).toMatchObject([
    {
      source: 'anthropic-sdk',
      sources: ['anthropic-sdk', 'claude-platform'],
      feature: 'chat',
      service: 'shop',
      workspace: 'wrkspc_1',
      costUsd: '0.001500000000',
    },
  ]);
});
