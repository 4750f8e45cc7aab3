-- Reports of an hour that were set apart, or that share an id and tell different usages; by their first start. Few, or none.
CREATE TABLE IF NOT EXISTS rollup_apart
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
