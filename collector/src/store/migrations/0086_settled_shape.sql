-- Which roll-ups an hour has: 0 those of before rollup_by, 1 all. An hour of 0 is settled again where its reports are still kept.
ALTER TABLE settled ADD COLUMN IF NOT EXISTS shape UInt8 DEFAULT 0
