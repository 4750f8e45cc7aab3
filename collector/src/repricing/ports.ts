// What pricing history again needs from the rest: reports in a fixed order, a place for the new prices, the differences they
// make. Knows no SQL and no HTTP.
import type { OwnPrice } from '@spanledger/instrumentation/pricing';
import type { Differences, Repricing } from '../contract/repricings.ts';
import type { PriceInputs, ReportPrice } from '../price-report.ts';

/** A price as it is compared and kept; money in USD with 12 places, null is unknown. */
export interface KeptPrice {
  costUsd: string | null;
  cacheSavingsUsd: string | null;
  unpricedReason: string | null;
}

/** A report with what it is priced from and the price it would have if the re-pricing that asks were applied as it stands. */
export interface ReportToPrice {
  /** Shared by a report and its repeats. */
  report: string;
  callKey: string;
  inputs: PriceInputs;
  price: KeptPrice;
}

/** Where a pass stands: all reports up to and with this hour (epoch seconds) and call key are done. */
export interface Position {
  hour: number;
  callKey: string;
}

/** Which reports: made in [from, to), ISO 8601, null for no end; with `receivedSinceMs` only those received from then on. */
export interface ReportWindow {
  from: string | null;
  to: string | null;
  receivedSinceMs?: number;
}

export interface RepricedReport extends KeptPrice, Pick<ReportPrice, 'cacheUsd'> {
  report: string;
  callKey: string;
  startedAtMicros: number;
}

/** Questions about history. */
export interface History {
  countReports(window: ReportWindow): Promise<number>;
  /**
   * The next reports after `position`, about `limit`, repeats folded into the one received first; never a part of what
   * shares an hour and a call key. `read` counts repeats. Null when there are no more.
   */
  readReports(
    window: ReportWindow,
    number: number,
    position: Position | null,
    limit: number,
  ): Promise<{ reports: ReportToPrice[]; read: number; position: Position } | null>;
  /** What all pages would say once `number` is applied, beside what they say now. */
  differences(number: number, window: ReportWindow): Promise<Differences>;
}

/** Writes resolve when they are durable. */
export interface RepricedPrices {
  /** The same report written twice under one number counts once. */
  write(number: number, prices: readonly RepricedReport[]): Promise<void>;
  /** Gives up what was written under the numbers that are not `kept`. */
  dropAllBut(kept: readonly number[]): Promise<void>;
}

/** A re-pricing as it is kept. */
export interface RepricingRecord extends Repricing {
  /** The version its prices are written under: 1, 2, ... in the order of creation. */
  number: number;
  /** With the price table, the book it prices by. */
  own: readonly OwnPrice[];
  position: Position | null;
}

export interface RepricingRepository {
  /** Newest first. */
  list(): Promise<RepricingRecord[]>;
  find(id: string): Promise<RepricingRecord | null>;
  save(record: RepricingRecord): Promise<void>;
}
