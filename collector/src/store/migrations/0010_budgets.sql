-- A budget's definition; the row with the highest version is the budget. `scope` is JSON {dimension: value};
-- exactly one of the limits is set; the USD limit is the decimal string as it was given.
CREATE TABLE IF NOT EXISTS budgets
(
    id String,
    name String,
    scope String,
    limit_usd Nullable(String),
    limit_tokens Nullable(UInt64),
    period LowCardinality(String),
    timezone String,
    thresholds Array(Float64),
    webhook_ids Array(String),
    created_at DateTime64(3, 'UTC'),
    updated_at DateTime64(3, 'UTC'),
    deleted UInt8 DEFAULT 0,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
