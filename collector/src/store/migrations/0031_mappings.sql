-- Attribute names of a company's own that say a dimension; the row with the highest version is the mapping, the one with the
-- lowest position is asked first. `services` empty: calls of every service.
CREATE TABLE IF NOT EXISTS mappings
(
    id String,
    position UInt32,
    dimension LowCardinality(String),
    attribute String,
    services Array(String),
    created_at DateTime64(3, 'UTC'),
    deleted UInt8 DEFAULT 0,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
