-- Rows that ClickHouse would not take, each set apart so that the others go in: which table refused it, what it said, and the
-- row as JSON (cut where it is long).
CREATE TABLE IF NOT EXISTS poison
(
    at DateTime64(3, 'UTC'),
    table LowCardinality(String),
    name String,
    reason String,
    row String CODEC(ZSTD(3))
)
ENGINE = MergeTree
ORDER BY at
TTL toDateTime(at) + INTERVAL 90 DAY
