-- When reports of an hour first told of each version of a service and each model.
CREATE TABLE IF NOT EXISTS rollup_firsts
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
