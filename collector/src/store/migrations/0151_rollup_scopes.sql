-- Which instrumentation told of calls without a feature: what the advice about tags is chosen by.
CREATE TABLE IF NOT EXISTS rollup_scopes
(
    hour DateTime('UTC'),
    version UInt64,
    told_by LowCardinality(String),
    called_by LowCardinality(Nullable(String)),
    scope LowCardinality(String),
    reports UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
