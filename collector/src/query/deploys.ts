// "When did a service begin to run on another version": the first report on each version, over all that is kept, so that a
// version which was there before the window is none of its deploys.
import { z } from 'zod';
import { TOLD_DIMENSIONS, type DeploysAnswer, type DeploysQuery } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf, microsOf } from './merged-calls.ts';
import { whereClause } from './where.ts';

const MOST_DEPLOYS = 200;

const sqlWhere = (filters: string): string => `
SELECT service, version, previous_version, first_micros FROM (
  SELECT service, version, first_micros,
    lagInFrame(version) OVER (PARTITION BY service ORDER BY first_micros, version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS previous_version
  FROM (
    SELECT assumeNotNull(toString(service)) AS service, assumeNotNull(toString(service_version)) AS version,
      toUnixTimestamp64Micro(min(started_at)) AS first_micros
    FROM reports
    WHERE reports.service IS NOT NULL AND service_version IS NOT NULL AND role != 'submit'
      AND started_at < fromUnixTimestamp64Micro({toMicros:Int64}, 'UTC') AND ${filters}
    GROUP BY service, version
  )
)
WHERE previous_version != '' AND first_micros >= {fromMicros:Int64}
ORDER BY first_micros, service, version LIMIT ${MOST_DEPLOYS}`;

const rowSchema = z.object({
  service: z.string(),
  version: z.string(),
  previous_version: z.string(),
  first_micros: z.coerce.number(),
});

export async function queryDeploys(store: Store, query: DeploysQuery): Promise<DeploysAnswer> {
  // A deploy is of no band: only what a report itself tells can narrow it down.
  const told = query.where.filter((filter) => TOLD_DIMENSIONS.some((name) => filter.startsWith(`${name}:`)));
  const where = whereClause(told);
  const raw = await store.query(sqlWhere(where.sql), {
    ...where.parameters,
    fromMicros: microsOf(query.from),
    toMicros: microsOf(query.to),
  });
  return {
    deploys: z
      .array(rowSchema)
      .parse(raw)
      .map(({ service, version, previous_version: previousVersion, first_micros: micros }) => ({
        service,
        version,
        previousVersion,
        at: instantOf(micros),
      })),
  };
}
