-- The same of prices that were worked out again.
ALTER TABLE repriced
    ADD COLUMN IF NOT EXISTS cache_read_usd Nullable(Decimal(38, 12)),
    ADD COLUMN IF NOT EXISTS cache_write_5m_usd Nullable(Decimal(38, 12)),
    ADD COLUMN IF NOT EXISTS cache_write_1h_usd Nullable(Decimal(38, 12))
