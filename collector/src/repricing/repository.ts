// Re-pricings in the store: the latest version of a row counts. The row that says `applied` is what switches every page.
import type { OwnPrice } from '@spanledger/instrumentation/pricing';
import type { Differences, Repricing } from '../contract/repricings.ts';
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { SqlParameters, Store } from '../store/store.ts';
import type { Position, RepricingRecord, RepricingRepository } from './ports.ts';

interface RepricingRow {
  id: string;
  number: number;
  status: Repricing['status'];
  fromMs: number | null;
  toMs: number | null;
  pricesVersion: string;
  own: string;
  reportsDone: number;
  reportsTotal: number;
  position: string;
  differences: string;
  error: string | null;
  createdAtMs: number;
  finishedAtMs: number | null;
}

const SELECT = `
SELECT id, number, status, toUnixTimestamp64Milli(window_from) AS fromMs, toUnixTimestamp64Milli(window_to) AS toMs,
  prices_version AS pricesVersion, own_prices AS own, reports_done AS reportsDone, reports_total AS reportsTotal,
  position, differences, error,
  toUnixTimestamp64Milli(created_at) AS createdAtMs, toUnixTimestamp64Milli(finished_at) AS finishedAtMs
FROM repricings FINAL`;

export function createRepricingRepository(store: Store): RepricingRepository {
  const insert = createVersionedInsert(store, 'repricings');
  const select = async (where: string, parameters: SqlParameters = {}): Promise<RepricingRecord[]> =>
    (await store.query<RepricingRow>(`${SELECT}${where}\nORDER BY number DESC`, parameters)).map(recordOf);
  return {
    list: () => select(''),
    find: async (id) => (await select(' WHERE id = {id: String}', { id }))[0] ?? null,
    save: (record) =>
      insert([
        {
          id: record.id,
          number: record.number,
          status: record.status,
          window_from: record.from === null ? null : toDateTime(record.from),
          window_to: record.to === null ? null : toDateTime(record.to),
          prices_version: record.pricesVersion,
          own_prices: JSON.stringify(record.own),
          reports_done: record.progress.reportsDone,
          reports_total: record.progress.reportsTotal,
          position: record.position === null ? '' : JSON.stringify(record.position),
          differences: record.differences === null ? '' : JSON.stringify(record.differences),
          error: record.error,
          created_at: toDateTime(record.createdAt),
          finished_at: record.finishedAt === null ? null : toDateTime(record.finishedAt),
        },
      ]),
  };
}

function recordOf(row: RepricingRow): RepricingRecord {
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    from: row.fromMs === null ? null : toInstant(row.fromMs),
    to: row.toMs === null ? null : toInstant(row.toMs),
    pricesVersion: row.pricesVersion,
    own: JSON.parse(row.own) as OwnPrice[],
    createdAt: toInstant(row.createdAtMs),
    finishedAt: row.finishedAtMs === null ? null : toInstant(row.finishedAtMs),
    progress: { reportsDone: row.reportsDone, reportsTotal: row.reportsTotal },
    differences: row.differences === '' ? null : (JSON.parse(row.differences) as Differences),
    error: row.error,
    position: row.position === '' ? null : (JSON.parse(row.position) as Position),
  };
}
