// "What began in this window": the first report of a service on each version, and the first on each model, over all that is
// kept, so that what was there before the window is no change in it.
import { z } from 'zod';
import { TOLD_DIMENSIONS, type ChangesAnswer, type ChangesQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf, microsOf } from './merged-calls.ts';
import { whereClause } from './where.ts';

const MOST_CHANGES = 200;

/** `of`: within what a name is a change, as SQL. One that had no other before it is the beginning, and none. */
const sqlOf = (of: string, name: string, filters: string): string => `
SELECT within, name, previous_name, first_micros FROM (
  SELECT within, name, first_micros,
    lagInFrame(name) OVER (PARTITION BY within ORDER BY first_micros, name ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS previous_name
  FROM (
    SELECT ${of} AS within, toString(assumeNotNull(${name})) AS name, toUnixTimestamp64Micro(min(started_at)) AS first_micros
    FROM reports
    WHERE ifNull(${of}, '') != '' AND ifNull(${name}, '') != '' AND role != 'submit'
      AND started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC') AND ${filters}
    GROUP BY within, name
  )
)
WHERE previous_name != '' AND first_micros >= {fromMicros:Int64}
ORDER BY first_micros, within, name LIMIT ${MOST_CHANGES}`;

const rowSchema = z.object({
  within: z.string(),
  name: z.string(),
  previous_name: z.string(),
  first_micros: z.coerce.number(),
});

export async function queryChanges(store: Store, query: ChangesQuery): Promise<ChangesAnswer> {
  // A deploy is of no band: only what a report itself tells can narrow it down.
  const told = query.where.filter((filter) => TOLD_DIMENSIONS.some((name) => filter.startsWith(`${name}:`)));
  const where = whereClause(told);
  const parameters = { ...where.parameters, fromMicros: microsOf(query.from), toMicros: microsOf(query.to) };
  const ask = async (of: string, name: string) =>
    z.array(rowSchema).parse(await store.query(sqlOf(of, name, where.sql), parameters));
  const [deploys, models] = [await ask('toString(service)', 'service_version'), await ask(`'all'`, 'model')];
  return {
    deploys: deploys.map(
      ({ within: service, name: version, previous_name: previousVersion, first_micros: micros }) => ({
        service,
        version,
        previousVersion,
        at: instantOf(micros),
      }),
    ),
    models: models.map(({ name: model, first_micros: micros }) => ({ model, at: instantOf(micros) })),
  };
}
