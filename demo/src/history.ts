// A month that never was: every day's calls as spans with the attributes the instrumentation puts on them, back-dated,
// posted to the collector in batches. A day is drawn from its date alone, so the same day told twice is the same calls.
import { attributes as names } from '@spanledger/instrumentation';
import { priceCall } from '@spanledger/instrumentation/pricing';
import { drawAgentRuns } from './agents.ts';
import {
  ANSWERING_MODEL,
  CUSTOMERS,
  ENVIRONMENTS,
  FEATURES,
  modelAt,
  ofVersion,
  speedOf,
  versionsAt,
  type Feature,
} from './features.ts';
import { drawBatches } from './batches.ts';
import { rateLimitsAt } from './limits.ts';
import { callSpan, parentSpan, type ServiceSpan } from './otlp.ts';
import { PromptMemory } from './prompt-cache.ts';
import { createRandom, type Random } from './random.ts';

const DAY_MS = 86_400_000;
/** How much of a day's work falls into each hour, UTC. */
const HOURS = [1, 1, 1, 1, 1, 2, 4, 7, 10, 11, 10, 9, 9, 11, 11, 10, 8, 6, 4, 3, 2, 2, 1, 1];
const TIMEOUT_MS = 60_000;
const HOUR_SHARES = HOURS.map((share, hour) => ({ share, hour }));

/** All spans of the UTC day `dayMs` falls in, up to `untilMs`, in order of time. */
export function drawDay(dayMs: number, untilMs: number, rate = 1): ServiceSpan[] {
  const midnight = Math.floor(dayMs / DAY_MS) * DAY_MS;
  const day = midnight / DAY_MS;
  const random = createRandom(`spanledger ${day}`);
  const weekend = [0, 6].includes(new Date(midnight).getUTCDay());
  const spans: ServiceSpan[] = [];
  for (const feature of FEATURES) {
    const usual = feature.callsPerDay * rate * (weekend ? 0.3 : 1) * growth(day) * (isBacklog(feature, day) ? 4 : 1);
    const calls = Math.round((usual * random.between(85, 115)) / 100);
    const conversations = Math.round(calls / (feature.turns === 1 ? 1 : feature.turns * (1 + feature.toolShare)));
    // One after another, since the cache remembers what was used before.
    const starts = Array.from(
      { length: conversations },
      () => midnight + random.weighted(HOUR_SHARES).hour * 3_600_000 + random.between(0, 3_599_999),
    ).toSorted((one, other) => one - other);
    const cache = new PromptMemory();
    for (const startMs of starts) spans.push(...drawConversation(random, feature, startMs, day, cache));
  }
  spans.push(
    ...drawAgentRuns({
      day,
      midnight,
      runs: 14 * rate * (weekend ? 0.3 : 1) * growth(day),
      hours: HOUR_SHARES,
      drawCall,
    }),
  );
  spans.push(...drawBatches({ day, midnight, size: 60 * rate * growth(day) }));
  return spans.filter((span) => span.endMs < untilMs).sort((one, other) => one.startMs - other.startMs);
}

/** One piece of work: a request of the company's own API, and in it one call, a call with a tool round, or a chat's turn. */
function drawConversation(
  random: Random,
  feature: Feature,
  startMs: number,
  day: number,
  cache: PromptMemory,
): ServiceSpan[] {
  const customer = random.weighted(CUSTOMERS);
  const version = random.weighted(versionsAt(feature, startMs));
  const turns = feature.turns === 1 ? 1 : random.between(1, feature.turns * 2 - 1);
  const tags: Record<string, string> = {
    [names.FEATURE]: feature.name,
    [names.USER_ID]: `${customer.name}-user-${Math.min(random.between(1, customer.users), random.between(1, customer.users))}`,
    [names.CUSTOMER_ID]: customer.name,
    [names.PROMPT_VERSION]: version.name,
    [names.ENVIRONMENT]: random.weighted(ENVIRONMENTS).name,
    ...(turns > 1 ? { [names.CONVERSATION_ID]: `conv_${random.id(16)}` } : {}),
  };
  const spans: ServiceSpan[] = [];
  let at = startMs;
  let history = 0;
  for (let turn = 0; turn < turns; turn++) {
    const traceId = random.hex(32);
    const parentSpanId = random.hex(16);
    const began = at;
    const asksTool = random.chance(feature.toolShare);
    for (const last of asksTool && feature.turns > 1 ? [false, true] : [true]) {
      const call = drawCall(random, ofVersion(feature, version), {
        atMs: at,
        history,
        warm: cache.use(version.name, feature.cacheTtl, at),
        breaksCache: version.breaksCache === true,
        asksTool: asksTool && (!last || feature.turns === 1),
        overloaded: isIncident(day, at),
        spent: isSpent(feature, day, at),
      });
      spans.push(callSpan({ service: feature.service, traceId, spanId: random.hex(16), parentSpanId, tags, ...call }));
      history += call.history;
      at += call.durationMs + (last ? 5 : random.around(180, 0.5));
    }
    spans.push(
      parentSpan({
        service: feature.service,
        traceId,
        spanId: parentSpanId,
        name: `${feature.name} request`,
        startMs: began,
        endMs: at,
      }),
    );
    at += random.around(35_000, 0.6);
  }
  return spans;
}

/** The company grows by about a third a month. */
const growth = (day: number): number => Math.min(2, Math.max(0.4, 1 + 0.011 * (day - Date.UTC(2026, 10, 15) / DAY_MS)));

/** Now and then a backlog is worked off: a day of which somebody will ask what it was. */
const isBacklog = (feature: Feature, day: number): boolean => feature.name === 'code-review' && day % 17 === 5;

/** Every eleventh day the API is overloaded for two hours in the afternoon. */
const isIncident = (day: number, atMs: number): boolean =>
  day % 11 === 4 && [14, 15].includes(new Date(atMs).getUTCHours());

/** Now and then the month's money for the jobs is used up in the evening, and the API says so until midnight. */
const isSpent = ({ service }: Feature, day: number, atMs: number): boolean =>
  service === 'acme-jobs' && day % 13 === 0 && new Date(atMs).getUTCHours() >= 18;

interface Circumstances {
  readonly atMs: number;
  /** Tokens of the conversation so far. */
  readonly history: number;
  /** Whether the system prompt is in the cache already. */
  readonly warm: boolean;
  readonly breaksCache: boolean;
  readonly asksTool: boolean;
  readonly overloaded: boolean;
  /** Whether the organisation's spend limit is reached. */
  readonly spent?: boolean;
}

function drawCall(random: Random, feature: Feature, now: Circumstances) {
  const requestModel = modelAt(feature.model, now.atMs);
  const model = ANSWERING_MODEL[requestModel] ?? requestModel;
  const speed = speedOf(model);
  const attempts: Record<string, unknown>[] = [];
  let waited = 0;
  const attempt = (
    httpStatus: number,
    errorType: string | null,
    tookMs: number,
    retryAfterMs: number | null,
    errorCode?: string,
  ): string => {
    const requestId = `req_011C${random.id(20)}`;
    attempts.push({
      startedAt: new Date(now.atMs + waited).toISOString(),
      durationMs: tookMs,
      httpStatus,
      requestId,
      ...(errorType === null ? {} : { errorType }),
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(retryAfterMs === null ? {} : { retryAfter: `${retryAfterMs}ms` }),
    });
    waited += tookMs + (retryAfterMs ?? 0);
    return requestId;
  };
  const failed = (httpStatus: number, errorType: string, errorCode?: string) => {
    const requestId = attempt(httpStatus, errorType, random.around(140, 0.4), null, errorCode);
    return {
      ...common(requestId),
      httpStatus,
      errorType,
      ...(errorCode === undefined ? {} : { errorCode }),
      durationMs: waited,
      history: 0,
    };
  };
  const timedOut = () => {
    attempts.push({
      startedAt: new Date(now.atMs).toISOString(),
      durationMs: TIMEOUT_MS,
      errorType: 'client_timeout_error',
    });
    return { ...common(null), httpStatus: null, errorType: 'client_timeout_error', durationMs: TIMEOUT_MS, history: 0 };
  };
  const common = (requestId: string | null) => ({
    startMs: now.atMs,
    requestModel,
    requestId,
    maxTokens: feature.maxTokens,
    stream: feature.stream,
    attempts,
  });

  if (now.spent) return failed(429, 'rate_limit_error', 'enforced_spend_limit_reached');
  if (random.chance(0.002)) return timedOut();
  if (random.chance(0.004)) return failed(400, 'invalid_request_error');
  if (random.chance(0.002)) return failed(429, 'rate_limit_error');
  if (random.chance(0.03)) attempt(429, 'rate_limit_error', random.around(90, 0.4), random.between(400, 4_000));
  if (now.overloaded && random.chance(0.4)) {
    attempt(529, 'overloaded_error', random.around(120, 0.4), random.between(500, 1_500));
    if (random.chance(0.5)) {
      attempt(529, 'overloaded_error', random.around(120, 0.4), random.between(1_000, 3_000));
      return failed(529, 'overloaded_error');
    }
  } else if (random.chance(0.004))
    attempt(529, 'overloaded_error', random.around(120, 0.4), random.between(500, 1_500));

  const refused = random.chance(0.004);
  const wanted = random.around(feature.outputTokens, 0.55);
  const output = refused ? 1 : Math.min(wanted, feature.maxTokens);
  const truncated = !refused && wanted >= feature.maxTokens;
  const thinking = Math.min(output, Math.round(output * feature.thinking * (0.6 + 0.8 * random.next())));
  const input = random.around(feature.inputTokens, 0.5);
  const cached = feature.cacheTtl === null ? 0 : feature.systemTokens;
  const reads = cached > 0 && now.warm && !now.breaksCache;
  const written = reads ? (now.history > 0 ? Math.round(now.history * 0.4) : 0) : cached;
  const usage = {
    input_tokens: input + (cached === 0 ? feature.systemTokens : 0) + Math.round(now.history * 0.2),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: reads ? cached + Math.round(now.history * 0.4) : 0,
    cache_creation: {
      ephemeral_5m_input_tokens: feature.cacheTtl === '5m' ? written : 0,
      ephemeral_1h_input_tokens: feature.cacheTtl === '1h' ? written : 0,
    },
    output_tokens: output,
    output_tokens_details: { thinking_tokens: thinking },
    server_tool_use: null,
    service_tier: 'standard',
    inference_geo: model.includes('-4-5') ? 'not_available' : 'global',
    speed: 'standard',
  };
  const stopReason = refused ? 'refusal' : truncated ? 'max_tokens' : now.asksTool ? 'tool_use' : 'end_turn';
  const firstTokenMs = random.around(speed.firstTokenMs, 0.35) + Math.round(usage.input_tokens / 60);
  const tookMs = firstTokenMs + Math.round((output / speed.tokensPerSecond) * 1000 * (0.8 + 0.4 * random.next()));
  const beforeMs = waited;
  // Somebody closes the window while the answer is still being written.
  const cut = feature.stream && !refused && random.chance(0.012);
  const seenMs = cut ? firstTokenMs + Math.round((tookMs - firstTokenMs) * 0.4 * random.next()) : tookMs;
  const requestId = attempt(200, null, seenMs, null);
  if (cut) {
    return {
      ...common(requestId),
      httpStatus: 200,
      model,
      messageId: `msg_01${random.id(22)}`,
      // What a stream says at its start; how much was written it says at its end.
      usage: { ...usage, output_tokens: 1, output_tokens_details: { thinking_tokens: 0 } },
      cut: true,
      rateLimits: rateLimitsAt(random, model, now.atMs),
      durationMs: waited,
      ttftMs: beforeMs + firstTokenMs,
      history: input,
    };
  }
  const priced = priceCall({
    model,
    requestModel,
    at: now.atMs,
    usage,
    stopReason,
    partial: false,
    betas: [],
    outputEmpty: refused,
  });
  return {
    ...common(requestId),
    httpStatus: 200,
    model,
    messageId: `msg_01${random.id(22)}`,
    stopReason,
    usage,
    outputEmpty: refused,
    rateLimits: rateLimitsAt(random, model, now.atMs),
    costUsd: priced.costUsd,
    durationMs: waited,
    ttftMs: feature.stream ? beforeMs + firstTokenMs : null,
    history: input + output,
  };
}
