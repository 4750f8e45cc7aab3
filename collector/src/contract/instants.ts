// Which instants can be asked about. Imports nothing.

/**
 * ISO 8601. ClickHouse's DateTime64 begins in 1900; it ends in 2299, but a number of JavaScript counts the microseconds exactly only
 * until 2255. Both ends are so far from any call that what is looked at around a window fits as well.
 */
export const EARLIEST = '1900-01-01T00:00:00Z';
export const LATEST = '2200-01-01T00:00:00Z';

const [EARLIEST_MS, LATEST_MS] = [Date.parse(EARLIEST), Date.parse(LATEST)];
/** Whether an instant can be asked about; milliseconds since the epoch. */
export const canBeAsked = (at: number): boolean => at >= EARLIEST_MS && at <= LATEST_MS;
