-- Calls of an hour by all the sources that told of them, and whether they have a feature: what the coverage page is made of.
CREATE TABLE IF NOT EXISTS rollup_told
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
