-- How large a call of the hour is at most; -1: none says. So that the largest calls are found without opening every hour.
ALTER TABLE rollup
    ADD COLUMN IF NOT EXISTS max_cost Decimal(38, 12) DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_duration Float64 DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_ttft Float64 DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_prompt Int64 DEFAULT -1,
    ADD COLUMN IF NOT EXISTS max_output Int64 DEFAULT -1
