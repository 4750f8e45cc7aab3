-- As rollup_apart, by day (UTC) and by blocks of days: `hour` is the first.
CREATE TABLE IF NOT EXISTS rollup_apart_days
(
    hour DateTime('UTC'),
    version UInt64,
    key String,
    told_by LowCardinality(String),
    called_by LowCardinality(Nullable(String)),
    start_at DateTime64(6, 'UTC'),
    is_apart Bool,
    found UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
