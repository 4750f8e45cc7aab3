-- One pass over history with other prices; the row with the highest version is the re-pricing. `number` is the price_version
-- of its rows in `repriced`. `position` is where the pass goes on (JSON), `differences` what it found (JSON); both '' at first.
CREATE TABLE IF NOT EXISTS repricings
(
    id String,
    number UInt32,
    status LowCardinality(String),
    window_from Nullable(DateTime64(3, 'UTC')),
    window_to Nullable(DateTime64(3, 'UTC')),
    prices_version String,
    reports_done UInt64,
    reports_total UInt64,
    position String,
    differences String,
    error Nullable(String),
    created_at DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
