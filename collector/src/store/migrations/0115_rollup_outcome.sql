-- How calls ended, and what of their cost was for cached tokens. Hours that were settled before are settled again (0118); those
-- whose reports are gone know neither.
ALTER TABLE rollup
    ADD COLUMN IF NOT EXISTS outcome LowCardinality(Nullable(String)) DEFAULT if(errors > 0 AND errors = calls, 'error', NULL) AFTER error_code,
    ADD COLUMN IF NOT EXISTS cache_priced UInt64,
    ADD COLUMN IF NOT EXISTS cache_read_cost Decimal(38, 12),
    ADD COLUMN IF NOT EXISTS cache_write_5m_cost Decimal(38, 12),
    ADD COLUMN IF NOT EXISTS cache_write_1h_cost Decimal(38, 12)
