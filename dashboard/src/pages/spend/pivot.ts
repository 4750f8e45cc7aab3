// Rows of /api/metrics -> a pivot: one dimension down, one across, with totals that are the exact sums of what is shown. Pure.
import type { MetricsRow } from '@spanledger/collector/contract';
import { changeOf, divideUsd, picoUsd, ratioUsd, sumUsd } from '../../format.ts';
import { numberOf, textOf } from '../../ui/rows.ts';

/** Columns beyond this many are folded into one. */
const SHOWN = 6;

export interface PivotColumn {
  key: string;
  /** The values of the dimension that it stands for; empty text is "not set". */
  values: string[];
  isOthers: boolean;
}
interface Figures {
  /** Null when none of the calls has a price. */
  costUsd: string | null;
  calls: number;
  unpricedCalls: number;
  /** Calls that ended in an error. */
  errors: number;
}
export interface PivotRow extends Figures {
  value: string;
  cells: Readonly<Record<string, Figures>>;
  costPerCallUsd: string | null;
  /** Of the spend of all rows, 0 to 1. */
  share: number | null;
  /** Against the window before; null when there is nothing to compare with. */
  change: number | null;
  /** How many users are named; null while that is not known. */
  users: number | null;
  /** The cost of the calls that name a user, by users. */
  costPerUserUsd: string | null;
}
export interface Pivot {
  columns: PivotColumn[];
  rows: PivotRow[];
  /** `value` is empty: it is of all rows. */
  total: PivotRow;
}

const key = (row: MetricsRow, dimension: string) => textOf(row, dimension) ?? '';
function grouped(rows: readonly MetricsRow[], dimension: string): Map<string, MetricsRow[]> {
  const groups = new Map<string, MetricsRow[]>();
  for (const row of rows) {
    const group = groups.get(key(row, dimension));
    if (group) group.push(row);
    else groups.set(key(row, dimension), [row]);
  }
  return groups;
}
const figuresOf = (rows: readonly MetricsRow[]): Figures => ({
  costUsd: sumUsd(rows.map((row) => textOf(row, 'costUsd'))),
  calls: rows.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0),
  unpricedCalls: rows.reduce((sum, row) => sum + (numberOf(row, 'unpricedCalls') ?? 0), 0),
  errors: rows.reduce((sum, row) => sum + (numberOf(row, 'errors') ?? 0), 0),
});

export function pivotOf({
  rows,
  down,
  across,
  before,
  byUser,
}: {
  /** By `down` and `across`. */
  rows: readonly MetricsRow[];
  down: string;
  across: string;
  /** By `down`, in the window before; null when not compared. */
  before: readonly MetricsRow[] | null;
  /** By `down` and user; null when not known. */
  byUser: readonly MetricsRow[] | null;
}): Pivot {
  const columns = columnsOf(rows, across);
  const all = figuresOf(rows).costUsd;
  const line = (
    value: string,
    own: readonly MetricsRow[],
    earlier: readonly MetricsRow[] | null,
    users: readonly MetricsRow[] | null,
  ) => {
    const figures = figuresOf(own);
    const cells: Record<string, Figures> = {};
    for (const column of columns) {
      const inside = own.filter((row) => column.values.includes(key(row, across)));
      if (inside.length > 0) cells[column.key] = figuresOf(inside);
    }
    const named = users?.filter((row) => key(row, 'userId') !== '') ?? null;
    const people = named === null ? null : new Set(named.map((row) => key(row, 'userId'))).size;
    const earlierCost = earlier && figuresOf(earlier).costUsd;
    const line: PivotRow = {
      value,
      cells,
      ...figures,
      costPerCallUsd: divideUsd(figures.costUsd, figures.calls - figures.unpricedCalls),
      share: ratioUsd(figures.costUsd, all),
      change: changeOf(numeric(figures.costUsd), numeric(earlierCost)),
      users: people,
      costPerUserUsd: named && people ? divideUsd(figuresOf(named).costUsd, people) : null,
    };
    return line;
  };
  const groups = grouped(rows, down);
  const earlier = before && grouped(before, down);
  const users = byUser && grouped(byUser, down);
  return {
    columns,
    rows: [...groups].map(([value, own]) =>
      line(value, own, earlier && (earlier.get(value) ?? []), users && (users.get(value) ?? [])),
    ),
    total: line('', rows, before, byUser),
  };
}

const numeric = (usd: string | null) => (usd === null ? null : Number(usd));

/** The values across with the most spend, and one column for all others. */
function columnsOf(rows: readonly MetricsRow[], across: string): PivotColumn[] {
  const ranked = [...grouped(rows, across)]
    .map(([value, own]) => ({ value, pico: picoUsd(figuresOf(own).costUsd ?? '0') }))
    .toSorted((one, other) =>
      one.pico === other.pico ? (one.value < other.value ? -1 : 1) : one.pico > other.pico ? -1 : 1,
    )
    .map(({ value }) => value);
  const shown = ranked.length <= SHOWN + 1 ? ranked : ranked.slice(0, SHOWN);
  const rest = ranked.slice(shown.length);
  return [
    ...shown.map((value) => ({ key: `value ${value}`, values: [value], isOthers: false })),
    ...(rest.length > 0 ? [{ key: 'others', values: rest, isOthers: true }] : []),
  ];
}
