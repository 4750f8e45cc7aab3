-- Who may do what one collector at a time does: the row with the highest term of a name is the claim in force, until it is too
-- old or another follows; a holder '' gave it back. Each claim is inserted under a token made of its term: of two collectors
-- that claim the same term, the second one's row is left out as a repetition of the first one's.
CREATE TABLE IF NOT EXISTS leases
(
    name LowCardinality(String),
    term UInt64,
    holder String,
    at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (name, term)
TTL toDateTime(at) + INTERVAL 1 DAY
SETTINGS non_replicated_deduplication_window = 1000
