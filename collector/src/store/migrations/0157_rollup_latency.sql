-- Calls of an hour by their band of latency and one other dimension: what may be different in those that are slow.
CREATE TABLE IF NOT EXISTS rollup_latency
(
    hour DateTime('UTC'),
    version UInt64,
    dimension LowCardinality(String),
    value Nullable(String),
    latency LowCardinality(Nullable(String)),
    calls UInt64,
    priced UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (dimension, hour, version)
SETTINGS index_granularity = 1024
