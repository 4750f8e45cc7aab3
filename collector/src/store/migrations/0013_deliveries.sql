-- One webhook sent, or to be sent, for one alert (or for a test: then without an alert). `attempts` is JSON.
CREATE TABLE IF NOT EXISTS deliveries
(
    id String,
    webhook_id String,
    alert_id Nullable(String),
    type LowCardinality(String),
    status LowCardinality(String),
    body String,
    attempts String,
    next_attempt_at Nullable(DateTime64(3, 'UTC')),
    created_at DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (webhook_id, id)
