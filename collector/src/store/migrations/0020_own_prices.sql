-- Own prices that were made over the API; the row with the highest version is the price. `price` is JSON, checked before
-- it was written: {model, since, until, usdPerMtok, percentOff, ...}. Those of a prices file are not here.
CREATE TABLE IF NOT EXISTS own_prices
(
    id String,
    price String,
    created_at DateTime64(3, 'UTC'),
    deleted UInt8 DEFAULT 0,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
