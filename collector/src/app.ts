// The one HTTP face: OTLP in, API and dashboard out, all on one port. Builds the app from its parts; opens nothing itself.
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { alertRoutes } from './alerts/routes.ts';
import { backupRoutes } from './backup/routes.ts';
import { budgetRoutes, type BudgetRoutesOptions } from './budgets/routes.ts';
import type { Config } from './config.ts';
import { access, sessionRoutes } from './http/access.ts';
import { dashboardRoutes } from './http/dashboard.ts';
import { docsRoutes } from './http/docs-routes.ts';
import { notFound, onError } from './http/errors.ts';
import { explainRoutes } from './http/explain-routes.ts';
import { healthRoutes } from './http/health-routes.ts';
import { liveRoutes } from './http/live-routes.ts';
import { openApiDocument } from './http/openapi.ts';
import { otlpRoutes } from './http/otlp-routes.ts';
import { queryRoutes } from './http/query-routes.ts';
import { ingestSeries } from './observe/ledger-series.ts';
import type { InsertFailure } from './observe/measured-store.ts';
import { measureRequests } from './observe/requests.ts';
import type { Series } from './observe/series.ts';
import type { Pipeline } from './pipeline.ts';
import { priceReport } from './price-report.ts';
import type { IngestKeys } from './keys/keys.ts';
import type { ConnectionLog } from './connections/connections.ts';
import type { Mappings } from './mappings/mappings.ts';
import { mappingRoutes } from './mappings/routes.ts';
import { monitorRoutes, type MonitorRoutesOptions } from './monitors/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { priceRoutes, type PriceRoutesOptions } from './prices/routes.ts';
import type { Live } from './live.ts';
import { systemClock, type Log } from './ports.ts';
import type { Store } from './store/store.ts';
import type { Repricer } from './repricing/reprice.ts';
import { repricingRoutes } from './repricing/routes.ts';
import { viewRoutes, type ViewRoutesOptions } from './views/routes.ts';
import { webhookRoutes, type WebhookRoutesOptions } from './webhooks/routes.ts';

export interface AppOptions {
  config: Pick<Config, 'adminToken' | 'loopback'>;
  store: Store;
  pipeline: Pipeline;
  budgets: BudgetRoutesOptions;
  monitors: MonitorRoutesOptions;
  webhooks: WebhookRoutesOptions;
  prices: PriceRoutesOptions;
  repricer: Repricer;
  keys: IngestKeys;
  mappings: Mappings;
  connections: Pick<ConnectionLog, 'ways'>;
  views: ViewRoutesOptions;
  live: Live;
  series: Series;
  /** Null when the last insert succeeded. */
  lastInsertFailure: () => InsertFailure | null;
  now: () => number;
  log: Log;
  version: string;
}

export function createApp(options: AppOptions) {
  const { config, store, pipeline, log, version } = options;
  ingestSeries(options.series, pipeline, options.now);
  const api = new Hono()
    .route('/', sessionRoutes(config))
    .route('/', queryRoutes({ store, pipeline, prices: options.prices.prices.current, version }))
    .route('/', budgetRoutes(options.budgets))
    .route('/', monitorRoutes(options.monitors))
    .route('/', alertRoutes({ budgets: options.budgets.repository, monitors: options.monitors.repository }))
    .route('/', webhookRoutes(options.webhooks))
    .route(
      '/',
      explainRoutes((report) => priceReport(report, options.prices.prices.current()), options.mappings.tag),
    )
    .route('/', priceRoutes(options.prices))
    .route('/', repricingRoutes(options.repricer))
    .route('/', keyRoutes(options.keys))
    .route('/', mappingRoutes(options.mappings))
    .get('/connections', async (c) => c.json({ ways: await options.connections.ways() }))
    .route('/', viewRoutes(options.views))
    .route('/', liveRoutes({ live: options.live, clock: systemClock }))
    .route('/', backupRoutes({ store, pipeline, version, now: options.now, log }))
    .get('/openapi.json', (c) => c.json(openApiDocument(version)))
    .all('*', () => {
      throw notFound('API path');
    });
  const app = new Hono()
    .use(requestId())
    .use(
      secureHeaders({
        contentSecurityPolicy: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"], // Mantine and Recharts set style attributes
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'", 'data:'],
          frameAncestors: ["'none'"],
        },
        strictTransportSecurity: false, // plain http on loopback; a proxy in front sets its own
      }),
    )
    .use(measureRequests(options.series.registry))
    .use(access(config, options.keys))
    .route('/', healthRoutes({ store, lastInsertFailure: options.lastInsertFailure, now: options.now, log }))
    .get('/metrics', options.series.answer)
    .route('/v1', otlpRoutes(pipeline, log))
    .all('/v1/*', () => {
      throw notFound('OTLP path; there are POST /v1/traces, /v1/logs and /v1/metrics');
    })
    .route('/api', api)
    .route('/', docsRoutes())
    .route('/', dashboardRoutes());
  app.onError(onError(log));
  return app;
}

/** The routes with their types: what the typed client is made of. */
export type App = ReturnType<typeof createApp>;
