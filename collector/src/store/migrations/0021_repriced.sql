-- Prices of reports that were worked out again, beside the ones they arrived with, which stay in `reports`. A row counts once
-- its re-pricing (`price_version` is its number) is applied; a discarded re-pricing is a dropped partition. `report` is
-- REPORT_ID of query/merged-calls.ts.
CREATE TABLE IF NOT EXISTS repriced
(
    report UInt128,
    call_key String,
    started_at DateTime64(6, 'UTC'),
    price_version UInt32,
    cost_usd Nullable(Decimal(38, 12)),
    cache_savings_usd Nullable(Decimal(38, 12)),
    unpriced_reason Nullable(String),
    receipt String CODEC(ZSTD(1)),
    INDEX call_key_index call_key TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY price_version
ORDER BY (toStartOfHour(started_at), call_key, started_at)
