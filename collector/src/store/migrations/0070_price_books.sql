-- Own prices that calls were priced with, by the version of their price book: what a receipt is worked out from when a call
-- is opened. A book without own prices needs no row.
CREATE TABLE IF NOT EXISTS price_books
(
    version String,
    own_prices String CODEC(ZSTD(3)),
    kept_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(kept_at)
ORDER BY version
