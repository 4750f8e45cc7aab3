// The company's agent, which resolves tickets: a request, the run it causes, steps of a call and the tools it asked for, now
// and then a second agent in a service of its own. Anthropic's servers push their side of these calls too.
import { attributes as names } from '@spanledger/instrumentation';
import { CUSTOMERS, type Feature } from './features.ts';
import { callSpan, serverSpan, workSpan, type CallFacts, type ServiceSpan } from './otlp.ts';
import { createRandom, type Random } from './random.ts';

/** Draws what one call came to; history.ts says how. */
type DrawCall = (
  random: Random,
  feature: Feature,
  now: { atMs: number; history: number; warm: boolean; breaksCache: boolean; asksTool: boolean; overloaded: boolean },
) => Omit<CallFacts, 'service' | 'traceId' | 'spanId' | 'parentSpanId' | 'tags'> & { history: number };

const RESOLVER: Feature = {
  name: 'resolve-ticket',
  service: 'acme-agent',
  model: 'claude-sonnet-5-5',
  callsPerDay: 60,
  versions: [{ name: 'resolver-v2', share: 1 }],
  systemTokens: 8_200,
  cacheTtl: '5m',
  inputTokens: 340,
  outputTokens: 260,
  maxTokens: 4_000,
  stream: true,
  thinking: 0.3,
  toolShare: 0,
  turns: 5,
};
/** Asked whether a refund is within the rules. It has the SDK's own spans only. */
const POLICY: Feature = {
  ...RESOLVER,
  service: 'acme-policy',
  model: 'claude-haiku-5-5',
  versions: [{ name: 'policy-v1', share: 1 }],
  cacheTtl: null,
  systemTokens: 0,
  inputTokens: 2_600,
  outputTokens: 140,
  stream: false,
  thinking: 0,
};
const TOOLS = [
  { name: 'find_order', share: 5, tookMs: 90, failing: 0.02 },
  { name: 'search_manual', share: 4, tookMs: 260, failing: 0.01 },
  { name: 'track_parcel', share: 3, tookMs: 1_400, failing: 0.12 },
  { name: 'check_policy', share: 1.5, tookMs: 20, failing: 0 },
];

/** All agent runs of a day. `runs` need not be whole. */
export function drawAgentRuns(options: {
  day: number;
  midnight: number;
  runs: number;
  hours: readonly { readonly share: number; readonly hour: number }[];
  drawCall: DrawCall;
}): ServiceSpan[] {
  const { day, midnight, runs, hours, drawCall } = options;
  // Chance of its own, so that the rest of the day is what it would be without agents.
  const random = createRandom(`spanledger agents ${day}`);
  return Array.from({ length: Math.round((runs * random.between(80, 120)) / 100) }, () => {
    const startMs = midnight + random.weighted(hours).hour * 3_600_000 + random.between(0, 3_599_999);
    return drawRun(random, drawCall, startMs);
  }).flat();
}

function drawRun(random: Random, drawCall: DrawCall, startMs: number): ServiceSpan[] {
  const customer = random.weighted(CUSTOMERS);
  const traceId = random.hex(32);
  const [requestId, agentId] = [random.hex(16), random.hex(16)];
  const tags = {
    [names.USER_ID]: `${customer.name}-user-${random.between(1, customer.users)}`,
    [names.CUSTOMER_ID]: customer.name,
    [names.ENVIRONMENT]: 'production',
    [names.FEATURE]: RESOLVER.name,
    [names.CONVERSATION_ID]: `conv_${random.id(16)}`,
  };
  const spans: ServiceSpan[] = [];
  /** One call with what Anthropic's servers tell of it; answers what it came to. */
  const call = (feature: Feature, parentSpanId: string, atMs: number, history: number, asksTool: boolean) => {
    const drawn = drawCall(random, feature, {
      atMs,
      history,
      warm: history > 0,
      breaksCache: false,
      asksTool,
      overloaded: false,
    });
    const facts = {
      ...drawn,
      service: feature.service,
      traceId,
      spanId: random.hex(16),
      parentSpanId,
      tags: { ...tags, [names.PROMPT_VERSION]: feature.versions[0]?.name ?? '' },
      bare: feature === POLICY,
    };
    spans.push(callSpan(facts));
    // The servers know one request, not the app's retries of it.
    if (facts.attempts.length === 1)
      spans.push(serverSpan({ ...facts, serverSpanId: random.hex(16), networkMs: random.around(90, 0.5) }));
    return drawn;
  };
  const work = (span: Omit<Parameters<typeof workSpan>[0], 'traceId' | 'service'> & { service?: string }) =>
    spans.push(workSpan({ service: RESOLVER.service, traceId, ...span }));

  let at = startMs + random.between(8, 30);
  const begun = at;
  let history = 0;
  const rounds = random.between(2, 6);
  for (let round = 1; round <= rounds; round++) {
    const stepId = random.hex(16);
    const stepStart = at;
    const answer = call(RESOLVER, stepId, at + 2, history, round < rounds);
    at += answer.durationMs + 4;
    history += answer.history;
    const failed = answer.errorType !== undefined;
    if (round < rounds && !failed) at = drawTools(stepId, at);
    work({
      spanId: stepId,
      parentSpanId: agentId,
      name: `step ${round}`,
      startMs: stepStart,
      endMs: at,
      attributes: { [names.OPERATION_NAME]: 'agent_step' },
    });
    if (failed) break;
    at += random.between(1, 6);
  }
  work({
    spanId: agentId,
    parentSpanId: requestId,
    name: 'invoke_agent ticket-resolver',
    startMs: begun,
    endMs: at,
    attributes: { [names.OPERATION_NAME]: 'invoke_agent', 'gen_ai.agent.name': 'ticket-resolver' },
  });
  work({
    service: 'acme-web',
    spanId: requestId,
    name: 'POST /tickets/:id/resolve',
    kind: 2,
    startMs,
    endMs: at + random.between(4, 20),
    attributes: { 'http.request.method': 'POST', 'http.route': '/tickets/:id/resolve' },
  });
  return spans;

  /** One or two tools at once; answers when the last of them was done. */
  function drawTools(stepId: string, startedMs: number): number {
    let done = startedMs;
    for (let uses = random.chance(0.35) ? 2 : 1; uses > 0; uses--) {
      const tool = random.weighted(TOOLS);
      const toolId = random.hex(16);
      let endMs = startedMs + random.around(tool.tookMs, 0.5);
      if (tool.name === 'check_policy') endMs = drawPolicy(toolId, endMs);
      work({
        spanId: toolId,
        parentSpanId: stepId,
        name: `execute_tool ${tool.name}`,
        startMs: startedMs,
        endMs,
        failed: random.chance(tool.failing),
        attributes: { [names.OPERATION_NAME]: 'execute_tool', 'gen_ai.tool.name': tool.name },
      });
      done = Math.max(done, endMs);
    }
    return done + 3;
  }

  /** The second agent, asked over HTTP; answers when it had answered. */
  function drawPolicy(toolId: string, askedMs: number): number {
    const policyId = random.hex(16);
    const answer = call(POLICY, policyId, askedMs + 12, 0, false);
    const endMs = askedMs + answer.durationMs + 20;
    work({
      service: POLICY.service,
      spanId: policyId,
      parentSpanId: toolId,
      name: 'invoke_agent policy-checker',
      startMs: askedMs + 8,
      endMs,
      attributes: { [names.OPERATION_NAME]: 'invoke_agent', 'gen_ai.agent.name': 'policy-checker' },
    });
    return endMs + 6;
  }
}
