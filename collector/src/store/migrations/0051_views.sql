-- Saved views of the dashboard; the row with the highest version is the view.
CREATE TABLE IF NOT EXISTS views
(
    id String,
    name String,
    path String,
    search String,
    created_at DateTime64(3, 'UTC'),
    deleted UInt8 DEFAULT 0,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
