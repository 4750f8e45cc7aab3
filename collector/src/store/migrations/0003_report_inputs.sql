-- All that a price is worked out from stays on the report, so that history can be priced again; and what joins a result of
-- a message batch to its submit. `betas_known` 0: the source does not say which betas the request had.
ALTER TABLE reports
    ADD COLUMN IF NOT EXISTS parent_span_id Nullable(String) AFTER span_id,
    ADD COLUMN IF NOT EXISTS role LowCardinality(String) DEFAULT 'main' AFTER source,
    ADD COLUMN IF NOT EXISTS usage_complete Bool DEFAULT usage_rank >= 20,
    ADD COLUMN IF NOT EXISTS usage_assumes_standard Bool DEFAULT usage_rank IN (10, 20),
    ADD COLUMN IF NOT EXISTS unpriceable Nullable(String),
    ADD COLUMN IF NOT EXISTS output_empty Nullable(Bool),
    ADD COLUMN IF NOT EXISTS betas_known Bool DEFAULT 1,
    ADD COLUMN IF NOT EXISTS betas Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS bill_to LowCardinality(Nullable(String)),
    ADD COLUMN IF NOT EXISTS platform LowCardinality(Nullable(String)),
    ADD COLUMN IF NOT EXISTS batch_id Nullable(String),
    ADD COLUMN IF NOT EXISTS custom_id Nullable(String),
    ADD COLUMN IF NOT EXISTS error_code LowCardinality(Nullable(String)),
    ADD COLUMN IF NOT EXISTS rate_limits String DEFAULT '{}' CODEC(ZSTD(3)),
    ADD COLUMN IF NOT EXISTS app_price_table LowCardinality(Nullable(String))
