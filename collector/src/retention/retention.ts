// Keeping house: what is older than its kind is kept is dropped once a day, by whole partitions, so that nothing is rewritten.
// Reports go a month at a time and only when every hour of it is settled: its roll-up then answers for them for good.
import type { Clock, Log } from '../ports.ts';
import { UNSETTLED } from '../query/ledger-state.ts';
import type { Store } from '../store/store.ts';
import { DAY_TABLES, HOUR_TABLES } from '../query/rollups.ts';
import { DAY_MS, type RetainDays } from './age.ts';

type Kind = keyof RetainDays;
const TABLES: Record<Kind, readonly string[]> = { spans: ['spans'], reports: ['reports'], rollups: HOUR_TABLES };
/** Dropped with those, and no reason to drop: a block of days may begin before the first hour that it adds up. */
const ALONG: Record<Kind, readonly string[]> = { spans: [], reports: [], rollups: DAY_TABLES };
const PARTITION: Record<Kind, 'day' | 'month'> = { spans: 'day', reports: 'month', rollups: 'month' };

const [SOON_MS, AGAIN_MS] = [60_000, 10 * 60_000];

export interface Retention {
  start(): void;
  /** Drops what is too old now; answers whether all of it could be dropped. */
  dropOld(): Promise<boolean>;
  stop(): Promise<void>;
}

export function createRetention(options: {
  store: Store;
  days: RetainDays;
  clock: Clock;
  log: Log;
  /** Of several collectors one drops. */ held?: () => boolean;
}): Retention {
  const { store, days, clock, log, held = () => true } = options;
  let cancel = (): void => {};
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();

  async function dropOld(): Promise<boolean> {
    const spans = await dropTooOld('spans');
    // Not where reports stay because their hours are not settled: the roll-ups of the hours beside would be missed.
    const calls = (await dropTooOld('reports')) && (await dropTooOld('rollups'));
    return spans && calls;
  }

  async function dropTooOld(kind: Kind): Promise<boolean> {
    const kept = days[kind];
    return kept === null || dropKind(kind, keptFrom(clock.now(), kept, PARTITION[kind]));
  }

  async function dropKind(kind: Kind, before: Date): Promise<boolean> {
    if ((await partitionsBefore(kind, TABLES[kind], before)).length === 0) return true;
    if (kind === 'reports' && !(await isSettledBefore(before))) {
      log.info('reports are kept until their hours are settled', { before: before.toISOString() });
      return false;
    }
    const old = await partitionsBefore(kind, [...TABLES[kind], ...ALONG[kind]], before);
    await store.insert('dropped', [{ kind, before: before.getTime() / 1000 }]);
    for (const { table, id } of old) await store.command(`ALTER TABLE ${table} DROP PARTITION ID '${id}'`);
    log.info('dropped what is older than it is kept', { kind, before: before.toISOString(), partitions: old.length });
    return true;
  }

  async function partitionsBefore(
    kind: Kind,
    tables: readonly string[],
    before: Date,
  ): Promise<{ table: string; id: string }[]> {
    const digits = before.toISOString().slice(0, 10).replaceAll('-', '');
    return store.query(
      `SELECT DISTINCT table, partition_id AS id FROM system.parts
WHERE active AND database = currentDatabase() AND has({tables:Array(String)}, table) AND partition_id < {first:String} ORDER BY table, id`,
      { tables, first: PARTITION[kind] === 'day' ? digits : digits.slice(0, 6) },
    );
  }

  /** The first hour that stays may hold calls that reports of the hour before tell of: it is to be settled too. */
  async function isSettledBefore(before: Date): Promise<boolean> {
    const [row] = await store.query<{ hours: number }>(
      `SELECT count() AS hours FROM (${UNSETTLED}) WHERE hour <= toDateTime({before:UInt32}, 'UTC')`,
      { before: before.getTime() / 1000 },
    );
    return Number(row?.hours) === 0;
  }

  const schedule = (afterMs: number): void => {
    cancel = clock.after(afterMs, () => {
      running = (held() ? dropOld() : Promise.resolve(false))
        .catch((error: unknown) => {
          log.warn('what is too old was not dropped; it is tried again', { error });
          return false;
        })
        .then((all) => {
          if (!stopped) schedule(all ? DAY_MS : AGAIN_MS);
        });
    });
  };
  return {
    start: () => schedule(SOON_MS),
    dropOld,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

/**
 * The start of the day or month (UTC) from which all is kept. A day later than asked for, so that what ingest took in the
 * moment before it became too old is not written into what is being dropped.
 */
export function keptFrom(nowMs: number, days: number, partition: 'day' | 'month'): Date {
  const oldest = new Date(nowMs - (days + 1) * DAY_MS);
  const month = Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth(), 1);
  return new Date(partition === 'month' ? month : Math.floor(oldest.getTime() / DAY_MS) * DAY_MS);
}
