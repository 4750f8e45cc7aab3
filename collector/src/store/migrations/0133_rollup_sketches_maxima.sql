-- As in rollup.
ALTER TABLE rollup_sketches
    ADD COLUMN IF NOT EXISTS max_cost Decimal(38, 12) DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_duration Float64 DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_ttft Float64 DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_prompt Int64 DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_output Int64 DEFAULT -1
