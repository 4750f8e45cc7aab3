// GET /api/...: the questions, each checked against the contract and answered by query/. POST /api/calls: calls without OpenTelemetry.
import { Hono } from 'hono';
import { z } from 'zod';
import { LIST_PRICES, type PriceBook } from '@spanledger/instrumentation/pricing';
import {
  callsQuerySchema,
  contrastQuerySchema,
  coverageQuerySchema,
  changesQuerySchema,
  dimensionSchema,
  limitsQuerySchema,
  metricsQuerySchema,
  sliceQuerySchema,
  valuesQuerySchema,
  type CallsQuery,
  type ContrastQuery,
  type ChangesQuery,
  type LimitsQuery,
  type MetricsQuery,
  type SliceQuery,
} from '../contract.ts';
import { findingOfPosted, readPostedCalls, reportFromPostedCall } from '../ingest/posted-call.ts';
import type { Pipeline } from '../pipeline.ts';
import { queryCacheUse } from '../query/cache-use.ts';
import { CursorError, queryCall, queryCalls } from '../query/calls.ts';
import { queryContrast } from '../query/contrast.ts';
import { queryCoverage } from '../query/coverage.ts';
import { queryChanges } from '../query/changes.ts';
import { queryDisk } from '../query/disk.ts';
import { queryMetrics, queryValues, TooManyRows } from '../query/metrics.ts';
import { queryRateLimits } from '../query/rate-limits.ts';
import { queryRetries } from '../query/retries.ts';
import { queryStatus } from '../query/status.ts';
import { queryTrace } from '../query/traces.ts';
import { countPoison } from '../store/set-apart.ts';
import type { Store } from '../store/store.ts';
import { withBody } from './body.ts';
import { ApiError, invalidRequest, notFound } from './errors.ts';
import { inTurn } from './in-turn.ts';
import { refusal, validate } from './validate.ts';

const FUTURE_SLACK_MS = 10 * 60_000;
const OLDEST_MS = Date.UTC(2023, 0, 1); // as for spans: before the first Claude model

/** Those that may read many calls. Where things stand is answered at once. */
const QUESTIONS = [
  '/metrics',
  '/calls',
  '/dimensions/:dimension/values',
  '/contrast',
  '/changes',
  '/cache',
  '/retries',
  '/limits',
  '/coverage',
];

export function queryRoutes({
  store,
  pipeline,
  prices = () => LIST_PRICES,
  version,
  now = Date.now,
}: {
  store: Store;
  pipeline: Pipeline;
  /** What a call would be priced with now. */
  prices?: () => PriceBook;
  version: string;
  now?: () => number;
}) {
  return (
    new Hono()
      .on('GET', QUESTIONS, inTurn(store.storage))
      .get('/metrics', validate('query', metricsQuerySchema), async (c) => {
        try {
          return c.json(await queryMetrics(store, inOrder(c.req.valid('query') as MetricsQuery)));
        } catch (error) {
          throw error instanceof TooManyRows ? invalidRequest(error.message, 'by') : error;
        }
      })
      .get('/calls', validate('query', callsQuerySchema), async (c) => {
        try {
          return c.json(await queryCalls(store, inOrder(c.req.valid('query') as CallsQuery)));
        } catch (error) {
          throw error instanceof CursorError ? invalidRequest(error.message, 'cursor') : error;
        }
      })
      .post('/calls', async (c) => c.json(await withJson(c.req.raw, (json) => takePosted(pipeline, json, now())), 201))
      .get('/calls/:callId', async (c) => {
        const call = await queryCall(store, c.req.param('callId'));
        if (call === null) throw notFound('call');
        return c.json(call);
      })
      .get('/traces/:traceId', async (c) => {
        const trace = await queryTrace(store, c.req.param('traceId'));
        if (trace === null) throw notFound('trace');
        return c.json(trace);
      })
      .get(
        '/dimensions/:dimension/values',
        validate('param', z.object({ dimension: dimensionSchema })),
        validate('query', valuesQuerySchema),
        async (c) =>
          c.json({ values: await queryValues(store, c.req.valid('param').dimension, inOrder(c.req.valid('query'))) }),
      )
      .get('/contrast', validate('query', contrastQuerySchema), async (c) =>
        c.json(await queryContrast(store, insideInOrder(inOrder(c.req.valid('query') as ContrastQuery)))),
      )
      .get('/changes', validate('query', changesQuerySchema), async (c) =>
        c.json(await queryChanges(store, inOrder(c.req.valid('query') as ChangesQuery))),
      )
      .get('/cache', validate('query', sliceQuerySchema), async (c) =>
        c.json(await queryCacheUse(store, inOrder(c.req.valid('query') as SliceQuery), { prices, now })),
      )
      .get('/retries', validate('query', sliceQuerySchema), async (c) =>
        c.json(await queryRetries(store, inOrder(c.req.valid('query') as SliceQuery))),
      )
      .get('/limits', validate('query', limitsQuerySchema), async (c) => {
        try {
          return c.json(await queryRateLimits(store, inOrder(c.req.valid('query') as LimitsQuery), now));
        } catch (error) {
          throw error instanceof TooManyRows ? invalidRequest(error.message, 'bucket') : error;
        }
      })
      .get('/coverage', validate('query', coverageQuerySchema), async (c) =>
        c.json(await queryCoverage(store, inOrder(c.req.valid('query')), now)),
      )
      .get('/status', async (c) => {
        const refused = [...pipeline.refusals()].map(([reason, count]) => ({ reason, count }));
        const [status, poison] = await Promise.all([queryStatus(store), countPoison(store)]);
        const disk = await queryDisk(store, status.calls, now());
        return c.json({
          version,
          storage: store.storage,
          disk,
          ...status,
          refused,
          poison,
          waiting: pipeline.waiting(),
        });
      })
      // Asks the store nothing, so that it is answered when the store is not.
      .get('/waiting', (c) => c.json({ waiting: pipeline.waiting() }))
  );
}

async function takePosted(pipeline: Pipeline, json: unknown, nowMs: number) {
  const posted = readPostedCalls(json);
  if (!posted.success) {
    const refused = refusal(posted.error.issues);
    await pipeline.note(findingOfPosted(refused.field));
    throw refused;
  }
  const calls = posted.data;
  for (const [index, { startedAt }] of calls.entries()) {
    const atMs = Date.parse(startedAt);
    const reason =
      atMs > nowMs + FUTURE_SLACK_MS ? 'is in the future' : atMs < OLDEST_MS ? 'is before 2023' : pipeline.tooOld(atMs);
    if (reason === null) continue;
    const field = calls.length === 1 ? 'startedAt' : `${index}.startedAt`;
    await pipeline.note(findingOfPosted(field));
    throw invalidRequest(`${field}: ${reason}`, field);
  }
  const refused = await pipeline.ingestReports(calls.map(reportFromPostedCall));
  return { accepted: calls.length - refused.length, ...(refused.length > 0 ? { refused } : {}) };
}

function withJson<T>(request: Request, work: (json: unknown) => Promise<T>): Promise<T> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new ApiError(415, 'unsupported_media_type', 'Send the calls as application/json.', 'Content-Type');
  }
  return withBody(request, (body) => {
    let json: unknown;
    try {
      json = JSON.parse(new TextDecoder().decode(body));
    } catch {
      throw invalidRequest('The body is not valid JSON.');
    }
    return work(json);
  });
}

function inOrder<Query extends { from?: string | undefined; to?: string | undefined }>(query: Query): Query {
  if (query.from !== undefined && query.to !== undefined && Date.parse(query.from) >= Date.parse(query.to)) {
    throw invalidRequest('to: must be later than from', 'to');
  }
  return query;
}

function insideInOrder(query: ContrastQuery): ContrastQuery {
  if (Date.parse(query.insideFrom) >= Date.parse(query.insideTo)) {
    throw invalidRequest('insideTo: must be later than insideFrom', 'insideTo');
  }
  return query;
}
