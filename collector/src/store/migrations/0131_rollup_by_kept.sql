-- As before this one: sums and sketches of hours whose reports are gone, as far as the roll-ups have them. People are not in it.
INSERT INTO rollup_by (dimension, hour, version, value, calls, errors, priced, cost, saving_calls, savings, cache_priced, cache_read_cost, cache_write_5m_cost, cache_write_1h_cost, input, cache_write_5m, cache_write_1h, cache_read,
    output, thinking, searches, retried, output_told, thinking_told, searches_told, retries_told, duration_sketch, ttft_sketch, outside_sketch)
SELECT one.1 AS dimension, hour, version, one.2 AS value, sum(r.calls), sum(r.errors), sum(r.priced), sum(r.cost), sum(r.saving_calls), sum(r.savings),
    sum(r.cache_priced), sum(r.cache_read_cost), sum(r.cache_write_5m_cost), sum(r.cache_write_1h_cost), sum(r.input), sum(r.cache_write_5m), sum(r.cache_write_1h), sum(r.cache_read), sum(r.output), sum(r.thinking), sum(r.searches), sum(r.retried),
    sum(r.output_told), sum(r.thinking_told), sum(r.searches_told), sum(r.retries_told),
    quantilesDDStateIf(0.01, 0.5, 0.95, 0.99)(toFloat64(0), 0), quantilesDDStateIf(0.01, 0.5, 0.95, 0.99)(toFloat64(0), 0), quantilesDDStateIf(0.01, 0.5, 0.95, 0.99)(toFloat64(0), 0)
FROM (SELECT * FROM rollup WHERE hour <= (SELECT max(before) FROM dropped WHERE kind = 'reports') AND (SELECT count() FROM rollup_by) = 0) AS r
ARRAY JOIN [('', NULL), ('feature', toNullable(toString(feature))), ('model', toNullable(toString(model))), ('customer', toNullable(toString(customer))),
    ('promptVersion', toNullable(toString(prompt_version))), ('environment', toNullable(toString(environment))), ('service', toNullable(toString(service))),
    ('workspace', toNullable(toString(workspace))), ('stopReason', toNullable(toString(stop_reason))), ('errorType', toNullable(toString(error_type))),
    ('errorCode', toNullable(toString(error_code))), ('outcome', toNullable(toString(outcome))), ('source', toNullable(toString(source))), ('project', toNullable(toString(project)))] AS one
GROUP BY dimension, hour, version, value
UNION ALL
SELECT one.1 AS dimension, hour, version, one.2 AS value, toUInt64(0), toUInt64(0), toUInt64(0), toDecimal128(0, 12), toUInt64(0), toDecimal128(0, 12),
    toUInt64(0), toDecimal128(0, 12), toDecimal128(0, 12), toDecimal128(0, 12), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0),
    quantilesDDMergeState(0.01, 0.5, 0.95, 0.99)(duration_sketch), quantilesDDMergeState(0.01, 0.5, 0.95, 0.99)(ttft_sketch), quantilesDDMergeState(0.01, 0.5, 0.95, 0.99)(outside_sketch)
FROM (SELECT * FROM rollup_sketches WHERE hour <= (SELECT max(before) FROM dropped WHERE kind = 'reports') AND (SELECT count() FROM rollup_by) = 0) AS s
ARRAY JOIN [('', NULL), ('feature', toNullable(toString(feature))), ('model', toNullable(toString(model))), ('promptVersion', toNullable(toString(prompt_version))),
    ('environment', toNullable(toString(environment))), ('service', toNullable(toString(service)))] AS one
GROUP BY dimension, hour, version, value
