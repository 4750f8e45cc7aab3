-- How many calls told a figure that not every source tells: a sum of what nobody told is unknown, not 0. Hours that were
-- settled before have it as if every call had told.
ALTER TABLE rollup
    ADD COLUMN IF NOT EXISTS output_told UInt64 DEFAULT calls,
    ADD COLUMN IF NOT EXISTS thinking_told UInt64 DEFAULT calls,
    ADD COLUMN IF NOT EXISTS searches_told UInt64 DEFAULT calls,
    ADD COLUMN IF NOT EXISTS retries_told UInt64 DEFAULT calls
