-- As rollup_told, by day (UTC) and by blocks of days: `hour` is the first.
CREATE TABLE IF NOT EXISTS rollup_told_days
(
    hour DateTime('UTC'),
    version UInt64,
    service LowCardinality(Nullable(String)),
    workspace LowCardinality(Nullable(String)),
    source LowCardinality(String),
    sources Array(LowCardinality(String)),
    is_tagged Bool,
    calls UInt64,
    priced UInt64,
    cost Decimal(38, 12),
    last_at DateTime64(6, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
SETTINGS index_granularity = 256
