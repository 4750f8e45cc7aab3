-- Where alerts are sent. The secret is the signing key itself: whoever may read this table may sign.
CREATE TABLE IF NOT EXISTS webhooks
(
    id String,
    url String,
    description String,
    secret String,
    created_at DateTime64(3, 'UTC'),
    deleted UInt8 DEFAULT 0,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
