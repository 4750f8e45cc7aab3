-- As rollup_retries, by day (UTC) and by blocks of days: `hour` is the first.
CREATE TABLE IF NOT EXISTS rollup_retries_days
(
    hour DateTime('UTC'),
    version UInt64,
    failure LowCardinality(String),
    calls UInt64,
    attempts UInt64,
    failed_ms Float64,
    waited_ms Float64,
    most_lost_ms Float64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
SETTINGS index_granularity = 256
