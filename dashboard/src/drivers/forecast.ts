// What a month will have cost when it is over: what is spent so far, and for each day to come what such a day of the week
// has cost of late. Pure; amounts are estimates and so floats of USD.

/** Spend of one day that is over. */
export interface DaySpend {
  /** 0 to 6, Sunday first. */
  weekday: number;
  usd: number;
}
export interface Forecast {
  usd: number;
  /** Between these it will be, four times out of five, if days go on as they went. Never below what is spent. */
  lowUsd: number;
  highUsd: number;
}

/** With fewer days than this nothing is said. */
const FEWEST_DAYS = 3;
/** From this many days on, days of the week are told apart. */
const WEEKDAYS_FROM = 14;
/** 80 % of a normal distribution lie within so many standard deviations. */
const FOUR_OF_FIVE = 1.2816;

/**
 * @param lately days that are over, at most four weeks of them
 * @param toCome the days of the month that are not over: which day of the week, and which part of it is still to come
 */
export function forecastMonth(
  spentUsd: number,
  lately: readonly DaySpend[],
  toCome: readonly { weekday: number; part: number }[],
): Forecast | null {
  if (lately.length < FEWEST_DAYS) return null;
  const overall = mean(lately.map(({ usd }) => usd));
  const byWeekday = lately.length >= WEEKDAYS_FROM;
  const expected = (weekday: number) => {
    const same = byWeekday ? lately.filter((day) => day.weekday === weekday).map(({ usd }) => usd) : [];
    return same.length > 0 ? mean(same) : overall;
  };
  const fitted = byWeekday ? new Set(lately.map(({ weekday }) => weekday)).size : 1;
  const squares = lately.reduce((sum, { weekday, usd }) => sum + (usd - expected(weekday)) ** 2, 0);
  const variance = squares / Math.max(1, lately.length - fitted);
  const usd = toCome.reduce((sum, { weekday, part }) => sum + expected(weekday) * part, spentUsd);
  const days = toCome.reduce((sum, { part }) => sum + part, 0);
  // How days differ from each other, and how little the days so far say of what they are on average.
  const within = FOUR_OF_FIVE * Math.sqrt(variance * (days + days ** 2 / lately.length));
  return { usd, lowUsd: Math.max(spentUsd, usd - within), highUsd: usd + within };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
