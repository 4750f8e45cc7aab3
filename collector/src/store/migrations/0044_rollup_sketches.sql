-- Quantile sketches of an hour, by the dimensions of SKETCH_DIMENSIONS in query/sums.ts.
CREATE TABLE IF NOT EXISTS rollup_sketches
(
    hour DateTime('UTC'),
    version UInt64,
    feature LowCardinality(Nullable(String)),
    model LowCardinality(Nullable(String)),
    prompt_version LowCardinality(Nullable(String)),
    environment LowCardinality(Nullable(String)),
    service LowCardinality(Nullable(String)),
    duration_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    ttft_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64),
    outside_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, version)
