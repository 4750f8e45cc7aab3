-- What trying again cost in an hour, by what failed; the row of the failure '' is of all calls that were tried again.
CREATE TABLE IF NOT EXISTS rollup_retries
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
