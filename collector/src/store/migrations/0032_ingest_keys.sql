-- Keys with which calls may be sent and nothing may be read; the row with the highest version is the key. Of the key itself
-- only a hash is here: it is 32 random bytes, so that no slow hash is needed against guessing.
CREATE TABLE IF NOT EXISTS ingest_keys
(
    id String,
    name String,
    hint String,
    hash String,
    created_at DateTime64(3, 'UTC'),
    last_used_at Nullable(DateTime64(3, 'UTC')),
    deleted UInt8 DEFAULT 0,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
