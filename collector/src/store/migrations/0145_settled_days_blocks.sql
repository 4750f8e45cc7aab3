-- Days are added up further, into blocks of 4, 16 and 64 of them: how many days the row is of.
ALTER TABLE settled_days ADD COLUMN IF NOT EXISTS days UInt16 DEFAULT 1
