// The data of a chart or a table as CSV (RFC 4180): what a spreadsheet opens. Values are exact, instants ISO 8601 in UTC.
import type { Point, Series } from './points.ts';

/** A spreadsheet would take such a text for a formula; the names of features and users are not ours. */
const FORMULA = /^[=+@\t\r]|^-(?![\d.]+$)/;

export function csvOf(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const safe = FORMULA.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** One line a point, one column a series; empty where a value is unknown. */
export function chartCsv(points: readonly Point[], series: readonly Series[], unit: string): string {
  return csvOf([
    ['start', ...series.map(({ label }) => `${label} (${unit})`)],
    ...points.map(({ at, parts }) => [new Date(at).toISOString(), ...series.map(({ key }) => parts[key]?.exact ?? '')]),
  ]);
}
