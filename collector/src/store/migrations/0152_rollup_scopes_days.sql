-- As rollup_scopes, by day (UTC) and by blocks of days: `hour` is the first.
CREATE TABLE IF NOT EXISTS rollup_scopes_days
(
    hour DateTime('UTC'),
    version UInt64,
    told_by LowCardinality(String),
    called_by LowCardinality(Nullable(String)),
    scope LowCardinality(String),
    reports UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
