-- What retention dropped: of this kind ('spans', 'reports', 'rollups') nothing before this instant is kept. Written before the
-- partitions go. Hours whose reports are gone keep the roll-up they have: nothing is left to work out another one from.
CREATE TABLE IF NOT EXISTS dropped
(
    kind LowCardinality(String),
    before DateTime('UTC'),
    at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (kind, before)
