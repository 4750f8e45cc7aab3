-- As rollup_firsts, by day (UTC) and by blocks of days: `hour` is the first.
CREATE TABLE IF NOT EXISTS rollup_firsts_days
(
    hour DateTime('UTC'),
    version UInt64,
    told_service LowCardinality(Nullable(String)),
    told_version LowCardinality(Nullable(String)),
    told_model LowCardinality(Nullable(String)),
    first_at DateTime64(6, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
SETTINGS index_granularity = 256
