-- What of a report's cost was for cached tokens, by kind; null where it has no price, and of reports from before.
ALTER TABLE reports
    ADD COLUMN IF NOT EXISTS cache_read_usd Nullable(Decimal(38, 12)),
    ADD COLUMN IF NOT EXISTS cache_write_5m_usd Nullable(Decimal(38, 12)),
    ADD COLUMN IF NOT EXISTS cache_write_1h_usd Nullable(Decimal(38, 12))
