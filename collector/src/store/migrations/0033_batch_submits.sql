-- Message batches that were handed in: whose they are. Calls that are results of a batch and have no tag of their own take
-- the submit's when they are read, in whatever order both came. Not in reports: a submit is no call and is in no number.
CREATE TABLE IF NOT EXISTS batch_submits
(
    batch_id String,
    source LowCardinality(String),
    rank UInt8,
    trace_id Nullable(String),
    span_id Nullable(String),
    started_at DateTime64(6, 'UTC'),
    received_at DateTime64(6, 'UTC'),
    feature Nullable(String),
    user_id Nullable(String),
    customer Nullable(String),
    prompt_version Nullable(String),
    conversation_id Nullable(String),
    environment Nullable(String),
    project Nullable(String)
)
ENGINE = MergeTree
ORDER BY batch_id
