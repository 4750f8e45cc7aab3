-- A monitor's definition; the row with the highest version is the monitor. `scope` is JSON {dimension: value}; `threshold` is JSON
-- as the API has it: a number, or money as a decimal string.
CREATE TABLE IF NOT EXISTS monitors
(
    id String,
    name String,
    measure LowCardinality(String),
    scope String,
    comparison LowCardinality(String),
    threshold String,
    window_minutes UInt32,
    min_calls UInt32,
    webhook_ids Array(String),
    created_at DateTime64(3, 'UTC'),
    updated_at DateTime64(3, 'UTC'),
    deleted UInt8 DEFAULT 0,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
