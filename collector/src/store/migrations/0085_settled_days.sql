-- Days that were added up from their hours: the highest version of a day is its current one, as long as no hour of the day has
-- a later version than `through`.
CREATE TABLE IF NOT EXISTS settled_days
(
    day DateTime('UTC'),
    version UInt64,
    through UInt64
)
ENGINE = MergeTree
ORDER BY (day, version)
