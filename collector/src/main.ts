// The process: configuration in, parts made and joined, one port served, and an orderly end. What is wrong at the start is
// one line on stderr and exit code 1; what is wrong later is in the log.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve, type ServerType } from '@hono/node-server';
import { createApp } from './app.ts';
import { createBudgetRepository } from './budgets/repository.ts';
import { createBudgetWatcher } from './budgets/watch.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createConnectionLog } from './connections/connections.ts';
import { openMappings } from './mappings/mappings.ts';
import { createMappingRepository } from './mappings/repository.ts';
import { openKeys } from './keys/keys.ts';
import { createKeyRepository } from './keys/repository.ts';
import { createAlone, ALONE } from './lease/alone.ts';
import { createClaims } from './lease/claims.ts';
import { fenced } from './lease/fenced-store.ts';
import { createLease, ownLease } from './lease/lease.ts';
import { createLive } from './live.ts';
import { createLog } from './log.ts';
import { pageOf } from './monitors/page-of.ts';
import { createMonitorRepository } from './monitors/repository.ts';
import { createMonitorWatcher } from './monitors/watch.ts';
import { createPipeline } from './pipeline.ts';
import { countAttempts, storeSeries } from './observe/ledger-series.ts';
import { measureStore } from './observe/measured-store.ts';
import { createSeries } from './observe/series.ts';
import { openPrices, PriceFileRefused } from './prices/prices.ts';
import { createPriceRepository } from './prices/repository.ts';
import { systemClock as clock } from './ports.ts';
import { createDropped, type Dropped } from './retention/dropped.ts';
import { createRetention } from './retention/retention.ts';
import { historyOf } from './query/history.ts';
import { readCourseOf, readMeasureOf } from './query/monitored.ts';
import { spendOf } from './query/spend.ts';
import { queryUnpriced } from './query/unpriced.ts';
import { createRepricingRepository } from './repricing/repository.ts';
import { createRepricer } from './repricing/reprice.ts';
import { openStore } from './store/connect.ts';
import { writableFolder } from './store/folder.ts';
import { migrate } from './store/migrate.ts';
import { KNOWN_ELSEWHERE_MS, watchOthers } from './store/others.ts';
import { createRepricedPrices } from './store/repriced.ts';
import { StoreError, type Store } from './store/store.ts';
import { applyTableSettings } from './store/table-settings.ts';
import { lockSpool } from './spool/lock.ts';
import { createReplay } from './spool/replay.ts';
import { openSegments } from './spool/segments.ts';
import { createSpooledPipeline, type SpooledPipeline } from './spool/spooled-pipeline.ts';
import { createWaitingFace } from './http/waiting-face.ts';
import { createSettler } from './settle/settler.ts';
import { createDirtyHours } from './store/dirty-hours.ts';
import { createViewRepository } from './views/repository.ts';
import { createGroupCommit } from './store/group-commit.ts';
import { createAddressGuard, type AddressGuard } from './webhooks/allow.ts';
import { createDeliverer } from './webhooks/deliver.ts';
import { createWebhookRepository } from './webhooks/repository.ts';
import { createSender } from './webhooks/send.ts';

const version = (JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string })
  .version;
const STOP_WITHIN_MS = 8_000;
const RETRY_MS = 1_000;
/** When the person's command began: the launcher's start where there is one, so that the time said is the time waited. */
const startedAt = Number(process.env['SPANLEDGER_LAUNCHED_AT']) || performance.timeOrigin;
const log = createLog();

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const guard = addressGuard(config.webhookAllow);
  const dropped = createDropped();
  if (config.store.kind === 'embedded') {
    const store = await openReady(config);
    const parts = await assemble({ config, guard, dropped, store, spooled: null });
    const server = await listen(parts.fetch, config).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
    begin(config, server, parts);
    stopOnSignal(server, () => parts);
    return;
  }
  const spool = await writableFolder(config.dataDir, 'spool');
  await lockSpool(spool, config.dataDir);
  const segments = await openSegments({ dir: spool, mostBytes: config.spoolMostBytes });
  const spooled = createSpooledPipeline({ segments, retain: config.retain, dropped, clock, log });
  const reach = (): Promise<Parts | StoreError> =>
    openReady(config)
      .then((store) => assemble({ config, guard, dropped, store, spooled }))
      .catch((error: unknown) => unreached(error));
  let reached = await reach();
  const waitingFace = createWaitingFace({
    config,
    pipeline: spooled,
    reason: () => (reached instanceof StoreError ? reached.message : 'it is being opened'),
    log,
    version,
  });
  const face = (): Parts['fetch'] => (reached instanceof StoreError ? waitingFace.fetch : reached.fetch);
  const server = await listen((request, env) => face()(request, env), config);
  stopOnSignal(server, () =>
    reached instanceof StoreError ? { stop: (closed) => closed.then(spooled.stop) } : reached,
  );
  if (reached instanceof StoreError) {
    log.warn('not ready; calls are taken and wait in the spool', { reason: reached.message, spool });
  }
  while (reached instanceof StoreError) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    reached = await reach();
  }
  begin(config, server, reached);
}

/** Answers the error of a store that may answer later; throws every other. */
function unreached(error: unknown): StoreError {
  if (error instanceof StoreError && error.code === 'unavailable') return error;
  throw error;
}

async function openReady(config: Config): Promise<Store> {
  const store = await openStore(config.store);
  try {
    await migrate(store, config);
    await applyTableSettings(store, config);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A collector with a store that answers: what it serves, and its beginning and end. */
interface Parts {
  fetch: ReturnType<typeof createApp>['fetch'];
  begin(): void;
  /** `closed`: when no request is being answered any more. */
  stop(closed: Promise<void>): Promise<void>;
}

async function assemble({
  config,
  guard,
  dropped,
  store: opened,
  spooled,
}: {
  config: Config;
  guard: AddressGuard;
  dropped: Dropped;
  store: Store;
  spooled: SpooledPipeline | null;
}): Promise<Parts> {
  const series = createSeries();
  const { store, lastInsertFailure } = measureStore(opened, series.registry);
  const prices = await openPrices({
    repository: createPriceRepository(store),
    path: config.pricesPath,
    clock,
    log,
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  await dropped.refresh(store);
  const mappings = await openMappings({ repository: createMappingRepository(store), clock });
  const connections = createConnectionLog({ store });
  const keys = await openKeys({ repository: createKeyRepository(store), clock, log });
  const budgets = createBudgetRepository(store);
  const webhooks = createWebhookRepository(store);
  const monitors = createMonitorRepository(store);
  const spend = spendOf(store);
  const read = readMeasureOf(store);
  const shared = store.storage === 'server';
  const expireMs = config.leaseMs;
  const claimsOf = (name: string) =>
    createClaims({ store, name, holder: `${process.pid}-${randomBytes(8).toString('hex')}`, expireMs });
  const lease = shared
    ? createLease({ claims: claimsOf('ledger'), expireMs, onHeld: () => takeOver(), clock, log })
    : ownLease(() => takeOver());
  const { held } = lease;
  const own = fenced(store, held);
  const deliverer = createDeliverer({
    held,
    repository: webhooks,
    sender: countAttempts(createSender({ guard }), series.registry),
    clock,
    log,
  });
  const base = baseUrl(config);
  const budgetWatcher = createBudgetWatcher({
    held,
    repository: createBudgetRepository(own),
    spend,
    webhooks: deliverer,
    urlOf: (budget) => `${base}/budgets?budget=${encodeURIComponent(budget.id)}`,
    clock,
    log,
  });
  const monitorWatcher = createMonitorWatcher({
    held,
    repository: createMonitorRepository(own),
    read,
    webhooks: deliverer,
    urlOf: (monitor, window) => pageOf(base, monitor, window),
    clock,
    log,
  });
  const watchers = [budgetWatcher, monitorWatcher];
  const watchNow = (): void => watchers.forEach((watcher) => void watcher.check());
  const watchSoon = (): void => watchers.forEach((watcher) => watcher.soon());
  const dirtyHours = createDirtyHours(store);
  await dirtyHours.markLately();
  const settler = createSettler({ store: own, lease, dirtyHours, clock, log, quietMs: config.settleAfterMs });
  const retention = createRetention({ store: own, held, days: config.retain, clock, log });
  const live = createLive();
  /** Calls that came in here since others were last looked at: pages know of them. */
  let cameIn = false;
  const writer = createGroupCommit({ store, dirtyHours, limits: config.commit });
  storeSeries(series, { store, writer, now: clock.now });
  const parts = { mappings, connections, store, prices: prices.current, retain: config.retain, dropped };
  const onAppended = (calls: number): void => {
    cameIn = true;
    live.tell(calls);
    watchSoon();
  };
  const direct = createPipeline({ ...parts, writer, onAppended });
  await direct.recall();
  const pipeline = spooled ?? direct;
  const repricing = shared ? claimsOf('repricing') : null;
  const repricingStore = repricing ? fenced(store, repricing.held) : store;
  const repricer = createRepricer({
    othersMs: shared ? KNOWN_ELSEWHERE_MS : 0,
    alone: repricing ? createAlone({ claims: repricing, expireMs, clock }) : ALONE,
    repository: createRepricingRepository(repricingStore),
    history: historyOf(store),
    repriced: createRepricedPrices(repricingStore),
    prices: prices.current,
    settled: pipeline.settled,
    onApplied: watchNow,
    clock,
    log,
  });
  const resume = (): void =>
    void repricer.resume().catch((error: unknown) => log.error('re-pricing did not go on', { error }));
  /** What whoever did it before may have left undone. */
  function takeOver(): void {
    if (shared) {
      void dirtyHours
        .markLately()
        .catch((error: unknown) => log.warn('hours received lately were not marked again', { error }));
      watchNow();
      void deliverer.deliverDue();
    }
    resume();
  }
  const others = watchOthers({
    store,
    onCalls() {
      if (!cameIn) live.tell(1);
      cameIn = false;
      watchSoon();
    },
    // A pass over history may be another collector's, and that one gone.
    refresh: [
      keys.refresh,
      mappings.refresh,
      prices.refresh,
      () => dropped.refresh(store),
      async () => {
        if (held()) await repricer.resume();
      },
    ],
    clock,
    log,
  });
  const unknownWebhooks = async (ids: readonly string[]): Promise<string[]> => {
    const known = new Set((await webhooks.listWebhooks()).map((webhook) => webhook.id));
    return ids.filter((id) => !known.has(id));
  };
  const app = createApp({
    config,
    series,
    lastInsertFailure,
    now: clock.now,
    store,
    pipeline,
    budgets: {
      repository: budgets,
      spend,
      unknownWebhooks,
      onChange: () => void budgetWatcher.check(),
      clock,
    },
    monitors: {
      repository: monitors,
      read,
      course: readCourseOf(store),
      unknownWebhooks,
      onChange: () => void monitorWatcher.check(),
      clock,
    },
    webhooks: {
      repository: webhooks,
      deliverer,
      guard,
      alertedBy: async (id) =>
        [...(await budgets.listBudgets()), ...(await monitors.listMonitors())]
          .filter(({ webhookIds }) => webhookIds.includes(id))
          .map(({ name }) => name),
      clock,
    },
    prices: { prices, unpriced: (window) => queryUnpriced(store, window, prices.current()) },
    repricer,
    keys,
    mappings,
    connections,
    views: { repository: createViewRepository(store), clock },
    live,
    log,
    version,
  });

  return {
    fetch: app.fetch,
    begin() {
      spooled?.open({
        pipeline: direct,
        probe: () => store.query('SELECT 1 AS one'),
        replay: createReplay({ parts, dirtyHours, log, onAppended }),
      });
      deliverer.start();
      for (const watcher of watchers) watcher.start();
      settler.start();
      retention.start();
      prices.start();
      if (shared) others.start();
      lease.start();
    },
    async stop(closed) {
      prices.stop();
      live.end();
      await others.stop();
      await Promise.all([...[...watchers, settler, retention, repricer, deliverer].map((each) => each.stop()), closed]);
      await writer.flushed();
      await spooled?.stop();
      await lease.stop();
      await store.close();
    },
  };
}

function begin(config: Config, server: ServerType, parts: Parts): void {
  parts.begin();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `Spanledger ${version} is ready after ${seconds} s: dashboard and OTLP on ${baseUrl({ ...config, port })}\n`,
  );
}

function stopOnSignal(server: ServerType, running: () => Pick<Parts, 'stop'>): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info('stopping', { signal });
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if ('closeIdleConnections' in server) server.closeIdleConnections();
    await running().stop(closed);
    process.exit(0);
  };
  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));
}

function addressGuard(allow: readonly string[]): AddressGuard {
  try {
    return createAddressGuard({ allow });
  } catch (error) {
    throw new ConfigError(`SPANLEDGER_WEBHOOK_ALLOW: ${(error as Error).message}`);
  }
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], { host, port }: Config): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, () => resolve(server));
    server.once('error', reject);
  });
}

function baseUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The one line that says why the start failed; null when it is no failure the operator can mend. */
function explain(error: unknown): string | null {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof PriceFileRefused) return `SPANLEDGER_PRICES: ${error.message}`;
  if (error instanceof StoreError && error.code === 'locked')
    return `${error.message}; set SPANLEDGER_DATA_DIR to another one or stop the other process`;
  if (error instanceof StoreError && error.code === 'unwritable')
    return `${error.message}; set SPANLEDGER_DATA_DIR to one that can`;
  if (error instanceof StoreError && /^ClickHouse at .* SPANLEDGER_/.test(error.message)) return error.message;
  if (error instanceof StoreError && error.message.startsWith('ClickHouse at'))
    return `${error.message}; check SPANLEDGER_CLICKHOUSE_URL, _USER and _PASSWORD`;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `SPANLEDGER_PORT: port ${port} is in use, perhaps by another Spanledger; set SPANLEDGER_PORT to a free one`;
  if (code === 'EACCES')
    return `SPANLEDGER_PORT: port ${port} may not be used by this user; set SPANLEDGER_PORT to another one`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'SPANLEDGER_HOST: this machine has no such address';
  return null;
}

start().catch((error: unknown) => {
  const line = explain(error);
  process.stderr.write(
    line === null
      ? `Spanledger could not start: ${error instanceof Error ? error.stack : String(error)}\n`
      : `Spanledger did not start. ${line}\n`,
  );
  process.exit(1);
});
