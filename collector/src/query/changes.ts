// "What began in this window": the first report of a service on each version, and the first on each model, over all that is
// kept, so that what was there before the window is no change in it.
import { TOLD_DIMENSIONS, type ChangesAnswer, type ChangesQuery, type Dimension } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf, microsOf } from './merged-calls.ts';
import { FIRSTS, smallRollup } from './small-rollups.ts';
import { dimensionsOfFilters, whereClause } from './where.ts';

const MOST_CHANGES = 200;
/** Before every call; not 1970, since what is an hour before that some servers cannot read. */
const EARLIEST_MICROS = Date.UTC(2000, 0, 1) * 1000;

/** Dimension -> the column of {@link FIRSTS}. */
const FIRSTS_OF: Partial<Record<Dimension, string>> = {
  service: 'told_service',
  serviceVersion: 'told_version',
  model: 'told_model',
};

/** First moments up to there, as a subquery: of the roll-up where it has what the filters are about, else of the reports. */
async function firstsUpTo(
  store: Store,
  to: string,
  filters: readonly string[],
): Promise<{ firsts: string; parameters: Record<string, unknown> }> {
  const window = { fromMicros: EARLIEST_MICROS, toMicros: microsOf(to) };
  if (!dimensionsOfFilters(filters)?.every((dimension) => FIRSTS_OF[dimension] !== undefined)) {
    const where = whereClause(filters);
    return {
      firsts: `SELECT service AS told_service, service_version AS told_version, model AS told_model, started_at AS first_at FROM reports
WHERE role != 'submit' AND started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC') AND ${where.sql}`,
      parameters: { ...where.parameters, ...window },
    };
  }
  const where = whereClause(filters, 'where', (dimension) => FIRSTS_OF[dimension] as string);
  const { rows, parameters } = await smallRollup(store, FIRSTS, window);
  return { firsts: `SELECT * FROM (${rows}) WHERE ${where.sql}`, parameters: { ...where.parameters, ...parameters } };
}

interface First {
  service: string | null;
  version: string | null;
  model: string | null;
  first_micros: string;
}

/** What is new: a name that had another before it within the same. One that had none is the beginning, and no change. */
interface Begun {
  within: string;
  name: string;
  previousName: string;
  micros: number;
}

export async function queryChanges(store: Store, query: ChangesQuery): Promise<ChangesAnswer> {
  // A deploy is of no band: only what a report itself tells can narrow it down.
  const told = query.where.filter((filter) => TOLD_DIMENSIONS.some((name) => filter.startsWith(`${name}:`)));
  const { firsts, parameters } = await firstsUpTo(store, query.to, told);
  const rows = await store.query<First>(
    `SELECT told_service AS service, told_version AS version, told_model AS model, toString(toUnixTimestamp64Micro(min(first_at))) AS first_micros
FROM (${firsts}) GROUP BY service, version, model`,
    parameters,
  );
  const fromMicros = microsOf(query.from);
  const deploys = begunSince(
    fromMicros,
    rows.map(({ service, version, first_micros }) => ({
      within: service,
      name: version,
      micros: Number(first_micros),
    })),
  );
  const models = begunSince(
    fromMicros,
    rows.map(({ model, first_micros }) => ({ within: 'all', name: model, micros: Number(first_micros) })),
  );
  return {
    deploys: deploys.map(({ within: service, name: version, previousName: previousVersion, micros }) => ({
      service,
      version,
      previousVersion,
      at: instantOf(micros),
    })),
    models: models.map(({ name: model, micros }) => ({ model, at: instantOf(micros) })),
  };
}

/** The first of them, oldest first. What has no name, or is within nothing, is left out. */
function begunSince(
  fromMicros: number,
  told: readonly { within: string | null; name: string | null; micros: number }[],
): Begun[] {
  const firsts = new Map<string, Map<string, number>>();
  for (const { within, name, micros } of told) {
    if (!within || !name) continue;
    const names = firsts.get(within) ?? new Map<string, number>();
    names.set(name, Math.min(micros, names.get(name) ?? Infinity));
    firsts.set(within, names);
  }
  const byName = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
  return [...firsts]
    .flatMap(([within, names]) => {
      const inOrder = [...names].toSorted((one, other) => one[1] - other[1] || byName(one[0], other[0]));
      return inOrder.slice(1).map(([name, micros], index) => {
        const [previousName] = inOrder[index] as (typeof inOrder)[number];
        return { within, name, previousName, micros };
      });
    })
    .filter(({ micros }) => micros >= fromMicros)
    .toSorted(
      (one, other) => one.micros - other.micros || byName(one.within, other.within) || byName(one.name, other.name),
    )
    .slice(0, MOST_CHANGES);
}
