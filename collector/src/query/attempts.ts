// The attempts of calls that were tried again, as rows: for the question about them, and for the roll-up that answers most of it.
import { failureOfError } from './failure.ts';

/** One row an attempt that was not the last of its call. An attempt that does not say when it began makes no wait known. */
export const attemptsSql = (calls: string): string => `
  SELECT call_key, started_at, feature, model, length(told) AS tries, attempt.1 AS failure, attempt.2 AS failed_ms, attempt.3 AS waited_ms
  FROM (
    SELECT call_key, started_at, feature, model, JSONExtractArrayRaw(attempts) AS told,
      arrayMap(one -> toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(JSONExtractString(one, 'startedAt'), 3)), told) AS starts,
      arrayMap(one -> ifNull(JSONExtract(one, 'durationMs', 'Nullable(Float64)'), 0), told) AS durations,
      arrayMap(one -> (JSONExtractString(one, 'errorType'), JSONExtractString(one, 'errorCode')), told) AS errors
    FROM (${calls})
  )
  ARRAY JOIN arrayMap(n -> (${failureOfError('errors[n].1', 'errors[n].2')}, durations[n],
    ifNull(greatest(starts[n + 1] - starts[n] - durations[n], 0), 0)), range(1, length(told))) AS attempt`;

/** `told`: a subquery of attempts. One row a call and failure, and one a call with the failure ''. */
export const lostByCall = (told: string): string => `
  SELECT failure, call_key, any(of.started_at) AS started_at, count() AS failed_attempts, sum(failed_ms) AS failed, sum(waited_ms) AS waited
  FROM (${told}) AS of GROUP BY GROUPING SETS ((call_key, failure), (call_key))`;
