// Prices history again: a pass over the reports in the table's order writes the prices that change under a number of their own,
// beside the ones that count; applying is one row that makes the number count, so every page switches at once.
// Safe to die anywhere: a pass goes on after the last chunk it noted, and what it wrote twice counts once.
import { randomBytes } from 'node:crypto';
import { setImmediate as otherWork, setTimeout as wait } from 'node:timers/promises';
import type { PriceBook } from '@spanledger/instrumentation/pricing';
import type { Repricing, RepricingInput } from '../contract/repricings.ts';
import { ALONE, type Alone } from '../lease/alone.ts';
import type { Clock, Log } from '../ports.ts';
import { priceInputs } from '../price-report.ts';
import type {
  History,
  RepricedPrices,
  RepricedReport,
  ReportToPrice,
  ReportWindow,
  RepricingRecord,
  RepricingRepository,
} from './ports.ts';

/** Reports at a time: the memory of a pass, and what is done again after a kill. */
const CHUNK = 20_000;
/** Reports priced before others are let in: some milliseconds. */
const SLICE = 250;
/** Reports received this long before a pass began are looked at again at its end: clocks are set back at times. */
const SLACK_MS = 60_000;

/** What was asked cannot be done as things stand. `code` is stable. */
export class RepricingRefused extends Error {
  override readonly name = 'RepricingRefused';
  readonly code: 'repricing_running' | 'prices_changed' | 'not_ready' | 'already_applied';
  constructor(code: RepricingRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Repricer {
  /** Newest first. */
  list(): Promise<Repricing[]>;
  find(id: string): Promise<Repricing | null>;
  /** Begins a dry run and answers at once; one that was ready is discarded. Throws RepricingRefused when one is preparing. */
  begin(input: RepricingInput): Promise<Repricing>;
  /** Every page shows the new prices when this resolves. Null when there is none; throws RepricingRefused. */
  apply(id: string): Promise<Repricing | null>;
  /** Null when there is none; throws RepricingRefused for an applied one. */
  discard(id: string): Promise<Repricing | null>;
  /** Goes on with a dry run that was interrupted, here or in a collector that is gone. Nothing to do where none was. */
  resume(): Promise<void>;
  /** Resolves when no dry run is under way. Never rejects. */
  idle(): Promise<void>;
  /** Ends the pass after its chunk; it goes on at the next start. */
  stop(): Promise<void>;
}

export function createRepricer({
  repository,
  history,
  repriced,
  prices,
  settled,
  onApplied,
  clock,
  log,
  alone = ALONE,
  othersMs = 0,
  chunk = CHUNK,
}: {
  repository: RepricingRepository;
  history: History;
  repriced: RepricedPrices;
  prices: () => PriceBook;
  /** Resolves when reports that are being appended, with prices of before, are durable. */
  settled: () => Promise<void>;
  /** Spend has changed. Not waited for. */
  onApplied: () => void;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Of several collectors one at a time is at re-pricings, a pass to its end. */
  alone?: Alone;
  /** Other collectors may price by the book of before for this long after it changed. */
  othersMs?: number;
  chunk?: number;
}): Repricer {
  let running: Promise<void> = Promise.resolve();
  /** The re-pricing whose pass is to end after its chunk. */
  let ended: string | null = null;
  /** The re-pricing whose pass is under way here. */
  let passing: string | null = null;
  let stopped = false;
  /** Rows that were given up before the process began are gone. */
  let cleaned = false;
  const now = (): string => new Date(clock.now()).toISOString();

  // One change of state at a time: two requests must not both find that nothing is preparing.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };

  const orRefused = async <T>(work: () => Promise<T>): Promise<T> => {
    const turn = await alone.during(work);
    if (turn !== null) return turn.done;
    throw new RepricingRefused(
      'repricing_running',
      'Another collector of this ledger is at work on a re-pricing; ask that one, or try again when it is done.',
    );
  };

  async function save(record: RepricingRecord): Promise<RepricingRecord> {
    await repository.save(record);
    return record;
  }

  /** Drops the rows of re-pricings that were given up. */
  async function clean(): Promise<void> {
    const kept = (await repository.list()).filter(({ status }) => KEEPS_ROWS.has(status));
    await repriced.dropAllBut(kept.map(({ number }) => number));
  }

  function launch(record: RepricingRecord): void {
    ended = null;
    passing = record.id;
    const work = (): Promise<void> =>
      pass(record).catch(async (error: unknown) => {
        log.error('history could not be priced again', { repricingId: record.id, error });
        // A store that is down cannot note it either; then the pass goes on at the next start.
        await fail(record, 'The store did not answer, or refused; the log says more. Nothing was changed.').catch(
          () => {},
        );
      });
    running = alone
      .during(work)
      .catch((error: unknown) => log.warn('pricing history again waits for the store', { error }))
      .then(() => {
        if (passing === record.id) passing = null;
      });
  }

  async function fail(record: RepricingRecord, error: string): Promise<void> {
    await save({ ...record, status: 'failed', error, finishedAt: now(), position: null });
    await clean();
  }

  async function pass(begun: RepricingRecord): Promise<void> {
    const book = prices();
    if (book.version !== begun.pricesVersion) return fail(begun, PRICES_CHANGED);
    // What is on its way to the store was priced before this book; from here on, reports come with its prices.
    await settled();
    const record = await readThrough(begun, book);
    if (record === null) return;
    await catchUp(record, book);
    const differences = await history.differences(record.number, record);
    await inTurn(async () => {
      if (ended === record.id) return;
      if (prices().version !== record.pricesVersion) return fail(record, PRICES_CHANGED);
      const { reportsDone } = record.progress;
      await save({ ...record, status: 'ready', differences, progress: { reportsDone, reportsTotal: reportsDone } });
    });
  }

  /** Prices chunk after chunk and notes each; null when it was ended on the way. */
  async function readThrough(begun: RepricingRecord, book: PriceBook): Promise<RepricingRecord | null> {
    const total = await history.countReports(begun);
    let record = await save({ ...begun, progress: { ...begun.progress, reportsTotal: total } });
    let next = history.readReports(record, record.number, record.position, chunk);
    let noted: Promise<void> = Promise.resolve();
    try {
      for (let read = await next; read !== null; read = await next) {
        // Read ahead and written behind while this chunk is priced: the engine and Node have a core each.
        next = history.readReports(record, record.number, read.position, chunk);
        next.catch(() => {}); // it is awaited after what comes first has been dealt with; so is `noted`
        const changed = await priceAgain(read.reports, book);
        await noted;
        if (stopped || ended === record.id) return null;
        const reportsDone = record.progress.reportsDone + read.read;
        const progress = { reportsDone, reportsTotal: Math.max(total, reportsDone) };
        const chunkDone = { ...record, position: read.position, progress };
        noted = repriced.write(record.number, changed).then(() => repository.save(chunkDone));
        noted.catch(() => {});
        record = chunkDone;
      }
      await noted;
      return record;
    } finally {
      // Nothing is under way when this ends, however it ends: a late note must not undo what is noted after it.
      await Promise.allSettled([next, noted]);
    }
  }

  /** Reports that came since the pass began, at whatever place in its order. True when there was something to write. */
  async function catchUp(record: RepricingRecord, book: PriceBook): Promise<boolean> {
    await settled();
    // Whoever changed the prices began this afterwards: what is received from then on is priced by them.
    const since = clock.now() - Date.parse(record.createdAt);
    if (since < othersMs) await wait(othersMs - since);
    const window: ReportWindow = { ...bounds(record), receivedSinceMs: Date.parse(record.createdAt) - SLACK_MS };
    let found = false;
    for (let read = await history.readReports(window, record.number, null, chunk); read !== null;) {
      const changed = await priceAgain(read.reports, book);
      if (changed.length > 0) {
        await repriced.write(record.number, changed);
        found = true;
      }
      read = await history.readReports(window, record.number, read.position, chunk);
    }
    return found;
  }

  async function goOn(): Promise<void> {
    if (passing !== null || stopped) return;
    const [interrupted] = (await repository.list()).filter(({ status }) => status === 'preparing');
    if (interrupted === undefined) {
      await clean();
      cleaned = true;
      return;
    }
    if (interrupted.pricesVersion !== prices().version) return fail(interrupted, PRICES_CHANGED);
    log.info('goes on pricing history again', { repricingId: interrupted.id, ...interrupted.progress });
    launch(interrupted);
  }

  return {
    list: async () => (await repository.list()).map(shown),
    find: async (id) => shownOrNull(await repository.find(id)),
    begin: (input) =>
      orRefused(() =>
        inTurn(async () => {
          const known = await repository.list();
          if (known.some(({ status }) => status === 'preparing')) {
            throw new RepricingRefused('repricing_running', 'A dry run is under way; wait for it or discard it.');
          }
          // Its differences were against prices that this one may change.
          for (const ready of known.filter(({ status }) => status === 'ready')) {
            await save({ ...ready, status: 'discarded', finishedAt: now() });
          }
          await clean();
          const book = prices();
          const record = await save({
            id: `rep_${randomBytes(12).toString('hex')}`,
            number: Math.max(0, ...known.map(({ number }) => number)) + 1,
            status: 'preparing',
            from: input.from ?? null,
            to: input.to ?? null,
            pricesVersion: book.version,
            own: book.own,
            createdAt: now(),
            finishedAt: null,
            progress: { reportsDone: 0, reportsTotal: 0 },
            differences: null,
            error: null,
            position: null,
          });
          launch(record);
          return shown(record);
        }),
      ),
    apply: (id) =>
      orRefused(() =>
        inTurn(async () => {
          const record = await repository.find(id);
          if (record === null) return null;
          if (record.status !== 'ready') {
            throw new RepricingRefused(
              'not_ready',
              `Only a re-pricing that is ready can be applied; this one is ${record.status}.`,
            );
          }
          const book = prices();
          const changedSince = (): boolean => prices().version !== record.pricesVersion;
          if (changedSince()) throw new RepricingRefused('prices_changed', PRICES_CHANGED);
          const found = await catchUp(record, book);
          const differences = found ? await history.differences(record.number, record) : record.differences;
          if (changedSince()) throw new RepricingRefused('prices_changed', PRICES_CHANGED);
          const applied = await save({ ...record, status: 'applied', differences, finishedAt: now() });
          log.info('re-pricing applied', { repricingId: id, changedCalls: differences?.changedCalls });
          onApplied();
          return shown(applied);
        }),
      ),
    discard: (id) =>
      orRefused(async () => {
        const refused = await inTurn(async () => {
          const record = await repository.find(id);
          if (record?.status === 'applied') {
            throw new RepricingRefused(
              'already_applied',
              'An applied re-pricing stays; price history again to change it.',
            );
          }
          if (record?.status === 'preparing') ended = id;
          return record;
        });
        if (refused === null) return null;
        if (ended === id) await running;
        return inTurn(async () => {
          const record = await repository.find(id);
          if (record === null || !OPEN.has(record.status)) return shownOrNull(record);
          const discarded = await save({ ...record, status: 'discarded', finishedAt: now(), position: null });
          await clean();
          return shown(discarded);
        });
      }),
    async resume() {
      if (passing !== null || stopped) return;
      const idle = !(await repository.list()).some(({ status }) => status === 'preparing');
      if (idle && cleaned) return;
      await alone.during(() => inTurn(goOn));
    },
    idle: () => running,
    async stop() {
      stopped = true;
      await running;
      await last;
    },
  };
}

const KEEPS_ROWS: ReadonlySet<Repricing['status']> = new Set(['preparing', 'ready', 'applied']);
const OPEN: ReadonlySet<Repricing['status']> = new Set(['preparing', 'ready']);
const PRICES_CHANGED = 'The prices have changed since this dry run began; begin another one.';

const bounds = ({ from, to }: ReportWindow): ReportWindow => ({ from, to });

/** The prices that change, in small slices, so that requests are answered in between. */
async function priceAgain(reports: readonly ReportToPrice[], book: PriceBook): Promise<RepricedReport[]> {
  const changed: RepricedReport[] = [];
  for (const [index, { report, callKey, inputs, price }] of reports.entries()) {
    if (index % SLICE === SLICE - 1) await otherWork();
    const { costUsd, cacheSavingsUsd, cacheUsd, unpricedReason } = priceInputs(inputs, book);
    if (
      costUsd === price.costUsd &&
      cacheSavingsUsd === price.cacheSavingsUsd &&
      unpricedReason === price.unpricedReason
    )
      continue;
    const startedAtMicros = inputs.startedAtMicros;
    changed.push({ report, callKey, startedAtMicros, costUsd, cacheSavingsUsd, cacheUsd, unpricedReason });
  }
  return changed;
}

function shown({ number: _number, own: _own, position: _position, ...repricing }: RepricingRecord): Repricing {
  return repricing;
}
const shownOrNull = (record: RepricingRecord | null): Repricing | null => (record === null ? null : shown(record));
