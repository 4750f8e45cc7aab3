-- Calls of an hour that have no price, by model and reason: few rows, however many calls.
CREATE TABLE IF NOT EXISTS rollup_unpriced
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
