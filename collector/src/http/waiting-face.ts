// What is served while the store has not been reached since the start: calls are taken (into the spool), and everything else
// says that it has to wait, and why.
import { Hono } from 'hono';
import type { Config } from '../config.ts';
import { ingestSeries } from '../observe/ledger-series.ts';
import { createSeries } from '../observe/series.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Log } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import { access, sessionRoutes } from './access.ts';
import { dashboardRoutes } from './dashboard.ts';
import { ApiError, onError } from './errors.ts';
import { otlpRoutes } from './otlp-routes.ts';
import { queryRoutes } from './query-routes.ts';

export function createWaitingFace(options: {
  config: Pick<Config, 'adminToken' | 'loopback'>;
  pipeline: Pipeline;
  reason: () => string;
  log: Log;
  version: string;
}) {
  const { config, pipeline, reason, log, version } = options;
  const series = createSeries();
  ingestSeries(series, pipeline, Date.now);
  const notYet = (): ApiError =>
    new ApiError(503, 'store_unavailable', `The store has not been reached yet: ${reason()}`);
  const app = new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', () => {
      throw notYet();
    })
    // Keys are in the store: whether one is good is not known yet, and a refusal would make its sender give up what it has.
    .use(
      access(config, {
        accepts: () => {
          if (config.adminToken === null) return false;
          throw notYet();
        },
      }),
    )
    .get('/metrics', series.answer)
    .route('/v1', otlpRoutes(pipeline, log))
    .route(
      '/api',
      new Hono().route('/', sessionRoutes(config)).route('/', queryRoutes({ store: AWAY, pipeline, version })),
    )
    .all('/api/*', () => {
      throw notYet();
    })
    .route('/', dashboardRoutes());
  app.onError(onError(log));
  return app;
}

const away = async (): Promise<never> => {
  throw new StoreError('unavailable', 'the store has not been reached since the start');
};
const AWAY: Store = {
  storage: 'server',
  query: away,
  insert: away,
  insertLines: away,
  native: away,
  command: away,
  close: async () => {},
};
