-- Roll-ups that were worked out: the highest version of an hour is its current one. `through` is the last mark of dirty_hours
-- that it knows of, `prices` the number of the last re-pricing that was applied then.
CREATE TABLE IF NOT EXISTS settled
(
    hour DateTime('UTC'),
    version UInt64,
    through DateTime64(6, 'UTC'),
    prices UInt32
)
ENGINE = MergeTree
ORDER BY (hour, version)
