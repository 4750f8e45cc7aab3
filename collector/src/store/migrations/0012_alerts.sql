-- One crossing of a threshold in a period; the id is a hash of budget, threshold and period start.
-- `body` is what its webhooks get, byte for byte; `announced` turns 1 once a delivery stands for each of `webhook_ids`.
CREATE TABLE IF NOT EXISTS alerts
(
    id String,
    budget_id String,
    budget_name String,
    threshold Float64,
    spent_usd Nullable(String),
    spent_tokens Nullable(UInt64),
    limit_usd Nullable(String),
    limit_tokens Nullable(UInt64),
    period_start DateTime64(3, 'UTC'),
    period_end DateTime64(3, 'UTC'),
    raised_at DateTime64(3, 'UTC'),
    webhook_ids Array(String),
    body String,
    announced UInt8,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (budget_id, id)
