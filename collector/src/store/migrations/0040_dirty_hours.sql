-- Hours of calls that got a report: when the last one was made durable. An hour is settled when its roll-up was worked out
-- after that.
CREATE TABLE IF NOT EXISTS dirty_hours
(
    hour DateTime('UTC'),
    marked_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(marked_at)
ORDER BY hour
