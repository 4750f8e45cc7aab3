-- One episode of a monitor; the id is a hash of monitor and the end of the window that was found crossed. `threshold` and `value` are
-- JSON, numbers or money. `body` and `end_body` are what its webhooks get, byte for byte, when it begins and when it is over;
-- `announced` turns 1 once a delivery stands for each of `webhook_ids`, and 0 again with the end.
CREATE TABLE IF NOT EXISTS monitor_alerts
(
    id String,
    monitor_id String,
    monitor_name String,
    measure LowCardinality(String),
    scope String,
    comparison LowCardinality(String),
    threshold String,
    window_minutes UInt32,
    value String,
    calls UInt64,
    window_from DateTime64(3, 'UTC'),
    window_to DateTime64(3, 'UTC'),
    raised_at DateTime64(3, 'UTC'),
    ended_at Nullable(DateTime64(3, 'UTC')),
    ended LowCardinality(Nullable(String)),
    webhook_ids Array(String),
    body String,
    end_body Nullable(String),
    announced UInt8,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (monitor_id, id)
