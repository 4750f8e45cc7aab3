-- As rollup_unpriced, by day (UTC) and by blocks of days: `hour` is the first.
CREATE TABLE IF NOT EXISTS rollup_unpriced_days
(
    hour DateTime('UTC'),
    version UInt64,
    called_model LowCardinality(Nullable(String)),
    reason String,
    calls UInt64,
    input UInt64,
    cache_write_5m UInt64,
    cache_write_1h UInt64,
    cache_read UInt64,
    output UInt64,
    first_at DateTime64(6, 'UTC'),
    last_at DateTime64(6, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
SETTINGS index_granularity = 256
